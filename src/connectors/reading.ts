import { createHash } from 'node:crypto'
import type { InboundEvent } from '../contract/inbound-event.ts'
import { UnparseableError } from './connector.ts'

/** Far above what any platform nests, far below what writing the value out again can bear. */
const MAX_DEPTH = 100

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Reads JSON in strict UTF-8: two different byte strings must never become the same key. @throws {UnparseableError} */
export function parseJson(body: Buffer): unknown {
  const value = readJson(body)
  if (isDeeper(value, MAX_DEPTH)) throw new UnparseableError(`The body is nested deeper than ${MAX_DEPTH} levels`)
  return value
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(body)) as unknown
  } catch {
    throw new UnparseableError('The body is not JSON in UTF-8')
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some(part => isDeeper(part, levels - 1))
}

/** An event that is kept with its payload. Its id is made from the payload, so redelivery repeats it. */
export function unsupported(reason: string, payload: unknown, receivedAt: Date, account?: string): InboundEvent {
  const hash = createHash('sha256').update(JSON.stringify(payload)).digest('hex')
  return { kind: 'unsupported', eventId: `sha256:${hash}`, occurredAt: receivedAt, account, reason, payload }
}

interface SchemaError {
  keyword: string
  instancePath: string
  message: string
  params: object
}

/** The first error of a TypeBox check as one line that names the field: `events[3].user.name: must be string`. */
export function describeError(errors: SchemaError[], within = ''): string {
  const error = errors[0]
  if (!error) return `${within || 'body'}: is not valid`
  const missing = 'requiredProperties' in error.params ? (error.params.requiredProperties as string[])[0] : undefined
  const field = fieldAt(within, missing === undefined ? error.instancePath : `${error.instancePath}/${missing}`)
  if (missing !== undefined) return `${field}: is missing`
  // The only schema that is plain `false` is that of a field nobody declared.
  return `${field}: ${error.keyword === 'boolean' ? 'is not a known field' : error.message}`
}

/** `/events/3/user/name` as `events[3].user.name`. */
function fieldAt(within: string, pointer: string): string {
  const names = pointer.split('/').slice(1).map(name => name.replaceAll('~1', '/').replaceAll('~0', '~').slice(0, 100))
  return names.reduce((path, name) => /^\d+$/.test(name) ? `${path}[${name}]` : path ? `${path}.${name}` : name, within) || 'body'
}

/** A value of the platform's for words about it: text as it is, anything else as JSON. Templates would trip over odd objects. */
export const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value) ?? 'none')
