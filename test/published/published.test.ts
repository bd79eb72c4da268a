import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { AttachmentPart, Connector } from '../../src/connectors/connector.ts'
import { message } from '../../src/connectors/fake-platform.ts'
import { connectorOf } from '../../src/connectors/registry.ts'
import type { OutgoingMessage } from '../../src/connectors/sending.ts'
import { published, publishedPlatforms, type Description } from './platform.ts'

/** Ours, with the headers of Standard Webhooks 1.0 (`spec/standard-webhooks.md` of github.com/standard-webhooks/standard-webhooks). */
const byoc = (): Description => {
  const { $defs } = JSON.parse(readFileSync(new URL('../../docs/byoc.schema.json', import.meta.url), 'utf8')) as { $defs: { outbound: { [key: string]: unknown } } }
  const header = (name: string, pattern: string) => ({ name, in: 'header' as const, required: true, schema: { type: 'string', pattern } })
  return {
    servers: [{ url: 'https://own.test' }],
    paths: { '/deliver': { post: {
      parameters: [header('webhook-id', '^[\\w-]+$'), header('webhook-timestamp', '^[0-9]+$'), header('webhook-signature', '^v1,[A-Za-z0-9+/]+=*( v1,[A-Za-z0-9+/]+=*)*$')],
      requestBody: { required: true, content: { 'application/json': { schema: $defs.outbound } } },
      responses: { 200: { content: { 'application/json': { example: { messageId: 'own-7' } } } } },
    } } },
  }
}

let platforms: Awaited<ReturnType<typeof publishedPlatforms>>
beforeAll(async () => {
  platforms = await publishedPlatforms(...['whatsapp', 'line', 'telegram', 'twilio', 'telnyx', 'vonage'].map(published), byoc())
})
afterEach(() => {
  platforms.faults.length = 0
})
afterAll(() => platforms.close())

const phone = '+15550100000'
const configs: Record<string, Record<string, unknown>> = {
  whatsapp: { phoneNumberId: '200300400500600', accessToken: 'EAAG' },
  line: { channelAccessToken: 'LINE' },
  telegram: { botToken: '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw' },
  'sms-twilio': { accountSid: 'AC00000000000000000000000000000000', authToken: 'token:with+signs', phoneNumber: phone },
  'sms-telnyx': { apiToken: 'KEY', phoneNumber: phone },
  'sms-vonage': { apiKey: 'key', apiSecret: 'secret', phoneNumber: phone },
  byoc: { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', deliveryUrl: 'https://own.test/deliver', tellsSessions: true, tellsTyping: true },
}
const addresses: Record<string, { kind: string; key: string }> = {
  whatsapp: { kind: 'phone', key: '393331234567' }, line: { kind: 'user_id', key: 'U4af4980629aaaaaaaaaaaaaaaaaaaaaa' }, telegram: { kind: 'user_id', key: '1000000001' },
}
/** The connector of a type, its settings, and an address on it. */
function channel(type: string): { connector: Connector; config: Record<string, unknown>; to: { kind: string; key: string } } {
  return { connector: connectorOf(type)!, config: configs[type]!, to: addresses[type] ?? message.to }
}

const replyTo: Record<string, string> = { whatsapp: 'wamid.IN', telegram: '1000000001:12', line: '461230966842064897', byoc: 'm-1' }
const template = (...components: object[]) => ({ text: '', template: { name: 'order_update', language: 'it', components } })
const body = (...parameters: object[]) => template({ type: 'body', parameters })
const picture = { link: 'https://own.test/a.jpg' }

test.each<[string, string, Partial<OutgoingMessage>]>([
  ...Object.keys(configs).flatMap((type): [string, string, Partial<OutgoingMessage>][] => [
    [type, 'text', {}],
    [type, 'text whose fate is told', { callbackUrl: 'https://muster.test/webhooks/ch_1' }],
    [type, 'an answer to a message', { replyToId: replyTo[type] ?? 'm-1' }],
  ]),
  ['whatsapp', 'a template', { text: '', template: { name: 'hello', language: 'en_US' } }],
  ['whatsapp', 'a template with text', body({ type: 'text', text: '42' })],
  ['whatsapp', 'a template with an amount and a date', body(
    { type: 'currency', currency: { fallback_value: '€ 1', code: 'EUR', amount_1000: 1000 } }, { type: 'date_time', date_time: { fallback_value: 'today' } })],
  ['whatsapp', 'a template with a picture and buttons', template(
    { type: 'header', parameters: [{ type: 'image', image: picture }] },
    { type: 'button', sub_type: 'quick_reply', index: 0, parameters: [{ type: 'payload', payload: 'YES' }] },
    { type: 'button', sub_type: 'url', index: '1', parameters: [{ type: 'text', text: '42' }] })],
  ['whatsapp', 'a template with a film', template({ type: 'header', parameters: [{ type: 'video', video: { id: '7' } }] })],
  ['whatsapp', 'a template with a document', template({ type: 'header', parameters: [{ type: 'document', document: picture }] })],
])('%s: %s goes out as its published description has it', async (type, _what, more) => {
  const { connector, config, to } = channel(type)
  const result = await connector.send!({ ...message, to, ...more }, config, platforms.http)
  expect(platforms.faults).toEqual([])
  expect(result).toMatchObject({ ok: true })
})

test('LINE: a profile is asked for as described', async () => {
  const { connector, config, to } = channel('line')
  expect(await connector.fetchProfile!(to, config, platforms.http)).toEqual({ name: 'Ana', profilePictureUrl: 'https://profile.test/ana', language: 'en' })
  expect(platforms.faults).toEqual([])
})

test.each<[string, AttachmentPart]>([
  ['line', { kind: 'image', platformId: '461230966842064897' }], ['telegram', { kind: 'image', platformId: 'AgAD' }],
])('%s: a file is asked for as described', async (type, part) => {
  const { connector, config } = channel(type)
  const file = await connector.fetchAttachment!(part, config, { http: platforms.http, download: platforms.download, now: new Date() })
  expect(platforms.faults).toEqual([])
  if (!('body' in file)) throw new Error(file.detail)
  const chunks = []
  for await (const chunk of file.body) chunks.push(chunk)
  expect(Buffer.concat(chunks).toString()).toBe('JPG')
})

test('one’s own channel: news of a session goes out as described', async () => {
  const { connector, config, to } = channel('byoc')
  const news = { id: 'se_1', at: message.sentAt, sessionId: 'ms_1' }
  const attempt = { to, attemptAt: message.attemptAt }
  for (const more of [{ kind: 'session.ended', endedBy: null } as const, { kind: 'session.owner-changed', owner: { id: 'op_1', name: 'Ana' } } as const]) {
    expect(await connector.tell!({ ...news, ...more }, attempt, config, platforms.http)).toMatchObject({ ok: true })
  }
  expect(platforms.faults).toEqual([])
})

test.each(['whatsapp', 'line', 'telegram', 'byoc'])('%s: that somebody is writing is shown as described', async type => {
  const { connector, config, to } = channel(type)
  const typing = { id: '01999e2a-7c4b-7d11-8f3a-5b6c7d8e9f00', to, at: message.attemptAt, lastReceivedId: replyTo[type]! }
  expect(await connector.typing!(typing, config, platforms.http)).toHaveProperty('status', expect.toBeOneOf([200, 202]))
  expect(platforms.faults).toEqual([])
})

test('every operation that is described was asked', () => {
  expect(platforms.operations.filter(operation => !platforms.asked.has(operation))).toEqual([])
})

test('what no description allows is found, and named', async () => {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer LINE' }
  const push = (more: object) => platforms.http({ method: 'POST', url: 'https://api.line.me/v2/bot/message/push', headers, body: '{}', ...more })
  await push({ body: '{"to":"U1","messages":[],"surprise":1}' })
  await push({ headers: {} })
  await push({ url: 'https://api.line.me/v2/bot/message/pull?x=1' })
  expect(platforms.faults).toEqual([
    'POST https://api.line.me/v2/bot/message/push: it must NOT have additional properties {"additionalProperty":"surprise"}',
    'POST https://api.line.me/v2/bot/message/push: /messages must NOT have fewer than 1 items {"limit":1}',
    'POST https://api.line.me/v2/bot/message/push: authorization is missing',
    'POST https://api.line.me/v2/bot/message/push: content type text/plain',
    'POST https://api.line.me/v2/bot/message/pull: nothing is described here',
  ])
})
