// For tests: reads the connectors' fixture files and makes from each the request the platform would have made,
// signed with the platform's own library where there is one.
import { createHash, createHmac, createPrivateKey, sign } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Webhook } from 'standardwebhooks'
import twilio from 'twilio'
import type { RawReply, RawRequest } from './connector.ts'

export interface Fixture {
  /** What the case shows. */
  about: string
  config: Record<string, string>
  request: {
    /** Default POST. */
    method?: string
    /** Default an address of Muster. */
    url?: string
    headers?: Record<string, string>
    /** Text is sent as it is; an object becomes JSON (a form for `sms-twilio`), escaped as the platform does it. */
    body?: string | Record<string, unknown>
    /** Time of the request; default 2026-09-21T14:14:00Z. */
    at?: string
    /** Default true. */
    sign?: boolean
  }
  /** One of the four: what `parse` returns, the message it refuses with, why `verify` refuses, the reply to a handshake. */
  events?: unknown[]
  unparseable?: string
  refused?: string
  reply?: RawReply | 'none'
}

export interface Case {
  /** Folder and file, e.g. `whatsapp/text`. */
  name: string
  type: string
  fixture: Fixture
}

/** The connectors' folders, by type. */
export const folders: Record<string, string> = Object.fromEntries(globSync('**/setup.md', { cwd: import.meta.dirname }).map(dirname).toSorted()
  .map(folder => [folder.replaceAll('/', '-'), folder]))

/** The cases of one connector, or of all. */
export function readFixtures(type?: string): Case[] {
  const types = type ? [type] : Object.keys(folders)
  return types.flatMap(type =>
    globSync(`${import.meta.dirname}/${folders[type]}/fixtures/*.json`).toSorted().map(file => ({
      name: `${type}/${basename(file, '.json')}`, type, fixture: JSON.parse(readFileSync(file, 'utf8')) as Fixture,
    })))
}

export function requestOf(type: string, { request, config }: Fixture): RawRequest {
  const { method = 'POST', url = 'https://muster.test/webhooks/ch_1', body = '', sign = true } = request
  const receivedAt = new Date(request.at ?? '2026-09-21T14:14:00Z')
  const headers = { 'content-type': type === 'sms-twilio' ? FORM : 'application/json', ...request.headers }
  const text = typeof body === 'string' ? body : (encoders[type] ?? asText)(body, headers['content-type'])
  const raw: RawRequest = { method, url, headers, body: Buffer.from(text), receivedAt }
  return sign ? signed(type, raw, config) : raw
}

/** Signs a request as the platform does; one that only shows a secret has it among the fixture's headers. */
export function signed(type: string, request: RawRequest, config: Record<string, string>): RawRequest {
  const result = { ...request, ...signers[type]?.(request, config) }
  return { ...result, headers: { ...request.headers, ...result.headers } }
}

type Signer = (request: RawRequest, config: Record<string, string>) => Partial<Pick<RawRequest, 'url' | 'body'>> & { headers: Record<string, string> }

const byMeta: Signer = ({ body }, config) =>
  ({ headers: { 'x-hub-signature-256': `sha256=${createHmac('sha256', config.appSecret!).update(body).digest('hex')}` } })

/** A guest of a chat shows their token. */
const byToken: Signer = ({ headers }, config) => {
  const guest = headers['x-guest'] ?? 'b2f7c1de-3c55-4c0e-9d5b-1f0a4f1f8a11'
  const signature = createHmac('sha256', config.secret!).update(guest).digest('base64url')
  return { headers: { authorization: `Bearer ${guest}.${signature}` } }
}

const signers: Record<string, Signer> = {
  whatsapp: byMeta,
  messenger: byMeta,
  line: ({ body }, config) => ({ headers: { 'x-line-signature': createHmac('sha256', config.channelSecret!).update(body).digest('base64') } }),
  apple: ({ receivedAt }, config) => ({
    headers: {
      authorization: `Bearer ${jwt({ aud: config.mspId, iat: seconds(receivedAt) }, Buffer.from(config.secret!, 'base64'))}`,
      'content-encoding': 'gzip',
    },
  }),

  'sms-twilio': ({ url, headers, body }, config) => {
    const json = headers['content-type'] === 'application/json'
    const hash = json ? twilio.getExpectedBodyHash(body.toString()) : ''
    const address = json ? `${url}?bodySHA256=${hash}` : url
    const params = json ? {} : formOf(body)
    const signature = twilio.getExpectedTwilioSignature(config.authToken!, address, params)
    return { url: address, headers: { 'x-twilio-signature': signature } }
  },

  'sms-telnyx': ({ headers, body, receivedAt }, config) => {
    const seconds = headers['telnyx-timestamp'] ?? String(Math.floor(receivedAt.getTime() / 1000))
    const signature = sign(null, Buffer.concat([Buffer.from(`${seconds}|`), body]), telnyxKey(config.apiToken!))
    return { headers: { 'telnyx-timestamp': seconds, 'telnyx-signature-ed25519': signature.toString('base64') } }
  },

  'sms-vonage': ({ body, receivedAt }, config) => {
    const claims = {
      iat: seconds(receivedAt), jti: '1f1ee5d4-1f5d-4b7e-a2ab-51e6d0f1b4a0', iss: 'Vonage',
      payload_hash: createHash('sha256').update(body).digest('hex'), api_key: config.apiKey, application_id: '5a2c7a0e-97a4-4ad7-8d5e-9a7b7b0d2a10',
    }
    return { headers: { authorization: `Bearer ${jwt(claims, config.signatureSecret!)}` } }
  },

  // Kannel writes the fields into the address; only the text of a message is the body.
  'sms-kannel': ({ url, headers, body }, config) => {
    const { text = '', ...fields } = JSON.parse(body.toString()) as Record<string, unknown>
    const query = new URLSearchParams([['secret', config.secret!], ...Object.entries(fields).map(([name, value]): [string, string] => [name, asText(value)])])
    const type = headers['content-type'] === 'application/json' ? 'text/plain; charset="UTF-8"' : headers['content-type']!
    return { url: `${url}?${query}`, headers: { 'content-type': type }, body: Buffer.from(asText(text)) }
  },

  byoc: ({ headers, body, receivedAt }, config) => {
    const id = headers['webhook-id'] ?? 'msg_1'
    const seconds = headers['webhook-timestamp'] ?? String(Math.floor(receivedAt.getTime() / 1000))
    const signature = new Webhook(config.secret!).sign(id, new Date(Number(seconds) * 1000), body)
    return { headers: { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signature } }
  },

  'web-chat': byToken,
  'in-app': byToken,
}

const seconds = (time: Date) => Math.floor(time.getTime() / 1000)

function jwt(claims: object, key: string | Buffer): string {
  const signed = [{ typ: 'JWT', alg: 'HS256' }, claims].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}

/** Of the account with this API key, in the fixtures. */
export const telnyxKey = (apiToken: string) => createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), createHash('sha256').update(apiToken).digest()]), format: 'der', type: 'pkcs8',
})

/** The fields of a form, as Express hands them to Twilio's library: a repeated name has a list. */
export function formOf(body: Buffer): Record<string, string | string[]> {
  const form = new URLSearchParams(body.toString())
  return Object.fromEntries([...new Set(form.keys())].map(name => {
    const values = form.getAll(name)
    return [name, values.length > 1 ? values : values[0]!]
  }))
}

type Encoder = (body: Record<string, unknown>, contentType: string) => string | Buffer

const FORM = 'application/x-www-form-urlencoded; charset=UTF-8'

const asText = (value: unknown) => typeof value === 'string' ? value : JSON.stringify(value)

/** Meta escapes whatever is not ASCII, and slashes. */
const asMeta: Encoder = body => JSON.stringify(body).replaceAll('/', '\\/')
  .replace(/[\u0080-\uffff]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

const encoders: Record<string, Encoder> = {
  whatsapp: asMeta,
  messenger: asMeta,
  apple: body => gzipSync(JSON.stringify(body)),
  'sms-twilio': (body, contentType) =>
    contentType === FORM
      ? new URLSearchParams(Object.entries(body).map(([name, value]): [string, string] => [name, asText(value)])).toString()
      : JSON.stringify(body),
}
