// For tests: the platforms, as what they publish of their APIs describes them. See README.md.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import type { Download } from '../../src/connectors/files.ts'
import type { Http } from '../../src/connectors/sending.ts'
import { download } from '../../src/outbound/download.ts'
import { http } from '../../src/outbound/http.ts'

type Schema = { [key: string]: unknown }
interface Parameter { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: Schema }
interface Operation {
  servers?: { url: string }[]
  security?: Record<string, []>[]
  parameters?: (Parameter | { $ref: string })[]
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> }
  responses: Record<string, { content: Record<string, { schema?: Schema; example: unknown }> }>
}
/** OpenAPI 3.1, as far as it is needed here. */
export interface Description {
  servers: { url: string }[]
  security?: Record<string, []>[]
  paths: Record<string, Partial<Record<'get' | 'post', Operation>>>
  components?: { securitySchemes?: Record<string, { scheme: string }>; parameters?: Record<string, Parameter>; schemas?: Record<string, Schema> }
}

export const published = (name: string) => JSON.parse(readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8')) as Description

interface Described {
  method: string
  /** With the server it is at. */
  template: string
  pattern: RegExp
  names: string[]
  operation: Operation
  schemes: string[]
  parameters: Parameter[]
  compile: (schema: Schema) => ValidateFunction
}

/**
 * Plays the platforms of the descriptions over HTTP on this machine. What a request has that its description does not is a fault, like
 * what it lacks; it is answered 400, and kept in `faults`. `asked` has the operations that were.
 */
export async function publishedPlatforms(...descriptions: Description[]) {
  const known = descriptions.flatMap(operationsOf)
  const faults: string[] = []
  const asked = new Set<string>()
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const body = Buffer.concat(await request.toArray()).toString()
    const url = new URL(`https:/${request.url!}`)
    const path = url.origin + url.pathname
    const described = known.find(({ method, pattern }) => method === request.method && pattern.test(path))
    const found = described ? faultsOf(described, request, url, body) : ['nothing is described here']
    faults.push(...found.map(fault => `${request.method} ${described?.template ?? path}: ${fault}`))
    if (!described || found.length > 0) return response.writeHead(400).end(found.join('\n'))
    asked.add(`${described.method} ${described.template}`)
    const [status, { content }] = Object.entries(described.operation.responses)[0]!
    const [[type, { example }]] = Object.entries(content) as [[string, { example: unknown }]]
    return response.writeHead(Number(status), { 'content-type': type }).end(typeof example === 'string' ? example : JSON.stringify(example))
  }

  /** The address of a platform, on this machine. */
  const here = (url: string) => url.replace(/^https:\//, `http://${host}`)
  return {
    http: (request => http({ ...request, url: here(request.url) })) satisfies Http,
    download: (request => download({ ...request, url: here(request.url), ownHost: host })) satisfies Download,
    faults, asked, operations: known.map(({ method, template }) => `${method} ${template}`),
    close: () => server.close(),
  }
}

function operationsOf(description: Description): Described[] {
  const ajv = new Ajv2020({ allErrors: true, strict: false, discriminator: true })
  ajvFormats.default(ajv)
  const components = closed(description.components ?? {})
  const compile = (schema: Schema) => ajv.compile({ ...closed(schema) as Schema, components })
  return Object.entries(description.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => {
    const template = (operation.servers ?? description.servers)[0]!.url + path
    checkExample(template, operation, compile)
    return {
      method: method.toUpperCase(), template, operation, compile,
      pattern: new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{[^}]+\}/g, '([^/]+)')}$`),
      names: [...template.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name!),
      schemes: (operation.security ?? description.security ?? []).flatMap(Object.keys).map(name => description.components!.securitySchemes![name]!.scheme),
      parameters: (operation.parameters ?? []).map(each => ('$ref' in each ? description.components!.parameters![each.$ref.split('/').at(-1)!]! : each)),
    }
  }))
}

/** What we answer is what the platform would. */
function checkExample(template: string, { responses }: Operation, compile: Described['compile']): void {
  for (const { schema, example } of Object.values(responses).flatMap(({ content }) => Object.values(content))) {
    const check = schema && compile(schema)
    if (check && !check(example)) throw new Error(`${template}: its example is none: ${errorsOf(check).join(', ')}`)
  }
}

/** The same, but that objects with named properties have no others: a field that nobody described is a mistake of ours. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed)
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, closed(part)]))
  return 'properties' in copy ? { additionalProperties: false, ...copy } : copy
}

function faultsOf({ pattern, names, operation, schemes, parameters, compile }: Described, request: IncomingMessage, url: URL, body: string): string[] {
  const values = pattern.exec(url.origin + url.pathname)!.slice(1).map(decodeURIComponent)
  const inPath = Object.fromEntries(names.map((name, n) => [name, values[n]]))
  const given = { path: inPath, query: Object.fromEntries(url.searchParams), header: request.headers }
  const wrong = parameters.flatMap(({ name, in: place, required, schema }) => {
    const value = given[place][place === 'header' ? name.toLowerCase() : name]
    if (value === undefined) return required ? [`${place} has no ${name}`] : []
    const check = compile(schema)
    return check(value) ? [] : errorsOf(check).map(error => `${name} in ${place} ${error}`)
  })
  const unknown = [...url.searchParams.keys()].filter(key => !parameters.some(({ name, in: place }) => place === 'query' && name === key))
  const authorized = schemes.length === 0 || schemes.some(scheme => isProof(scheme, request.headers.authorization))
  return [...wrong, ...unknown.map(key => `the query has ${key}`), ...(authorized ? [] : ['authorization is missing']), ...bodyFaults(operation, request, body, compile)]
}

function isProof(scheme: string, authorization = ''): boolean {
  const [, kind, proof] = /^(\w+) (\S+)$/.exec(authorization) ?? []
  if (kind?.toLowerCase() !== scheme) return false
  return scheme !== 'basic' || /^[^:]+:.+$/.test(atob(proof!))
}

function bodyFaults({ requestBody }: Operation, { headers }: IncomingMessage, body: string, compile: Described['compile']): string[] {
  if (!requestBody) return body ? ['a body, where none is described'] : []
  const type = headers['content-type']?.split(';')[0] ?? ''
  const described = requestBody.content[type]
  if (!described) return [`content type ${type || 'missing'}`]
  const check = compile(described.schema)
  const value: unknown = type === 'application/json' ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body))
  return check(value) ? [] : errorsOf(check)
}

const errorsOf = ({ errors }: ValidateFunction) =>
  (errors ?? []).map(({ instancePath, message, params }) => `${instancePath || 'it'} ${message} ${JSON.stringify(params)}`)
