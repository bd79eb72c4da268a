import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JobHelpers } from 'graphile-worker'
import type { Pool } from 'pg'
import { Webhook } from 'standardwebhooks'
import { uuidv7 } from 'uuidv7'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '../../test/database.ts'
import { applyConnection, at, received } from '../../test/record.ts'
import { secretNames } from '../connectors/connector.ts'
import { connectorOf } from '../connectors/registry.ts'
import { toTypeId } from '../ids.ts'
import { applyEvents } from '../record/apply.ts'
import { recordOptOutByCarrier } from '../record/consent/carrier.ts'
import { queueMessages, SEND_MESSAGE } from '../record/outbox.ts'
import { encryptConfig } from '../record/secrets.ts'
import { runner } from '../record/statement.ts'
import { inTransaction } from '../record/transaction.ts'
import { http } from './http.ts'
import { startJobs, type Jobs } from './jobs.ts'
import { Pace } from './pace.ts'
import { refusalOf } from './refusal.ts'
import { sendMessage, type SendOptions } from './send-message.ts'

const secret = randomBytes(32)
const signingSecret = `whsec_${randomBytes(32).toString('base64')}`

let db: Awaited<ReturnType<typeof testDatabase>>
let lane: Awaited<ReturnType<typeof applyConnection>>
let platform: Server
let url: string
/** What the platform was asked. */
let asked: { path: string; headers: IncomingHttpHeaders; body: string }[]
/** What it answers, the last for ever; nothing: it hangs up. */
let answers: ({ status: number; body?: object; headers?: Record<string, string> } | undefined)[]
let published: { userId: string; channelId: string }[]
let optedOut: unknown[]
let jobs: Jobs | undefined

beforeAll(async () => {
  db = await testDatabase()
  lane = await applyConnection(db.connection)
  platform = createServer(async (request, response) => {
    asked.push({ path: request.url!, headers: request.headers, body: Buffer.concat(await request.toArray()).toString() })
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    if (answer) response.writeHead(answer.status, answer.headers).end(JSON.stringify(answer.body ?? {}))
    else response.destroy()
  }).listen(0, '127.0.0.1')
  await once(platform, 'listening')
  url = `http://127.0.0.1:${(platform.address() as AddressInfo).port}`
})
afterAll(async () => {
  platform.close()
  await lane.end()
  await db.drop()
})
beforeEach(() => {
  asked = []
  answers = [{ status: 200 }]
  published = []
  optedOut = []
})
afterEach(async () => {
  await jobs?.stop()
  jobs = undefined
  await db.pool.query('delete from graphile_worker._private_jobs')
})

const options = (more: Partial<SendOptions> = {}): SendOptions => ({
  pool: db.pool, secret, publicUrl: 'https://muster.test', changes: { publishUsers: users => published.push(...users) },
  // The platforms' own addresses are this machine's here.
  http: request => http({ ...request, url: request.url.replace(/^https:\/\/(graph\.facebook\.com|api\.twilio\.com)/, url) }),
  pace: new Pace(), counts: { add: () => {} },
  refusalOf: () => Promise.resolve(undefined), recordOptOutByCarrier: async (_client, event) => void optedOut.push(event), ...more,
})

/** A channel, and somebody who wrote in on it. */
async function conversation(type: string, config: Record<string, unknown>, user = { key: { kind: 'phone', key: '+15550100001' } }) {
  const channelId = uuidv7()
  const stored = encryptConfig(config, secretNames(connectorOf(type)!), secret)
  await db.pool.query('insert into channels (id, type, name, config) values ($1, $2, $3, $4)', [channelId, type, `channel ${channelId}`, stored])
  await applyEvents(lane.run, [received(channelId, user.key.key, uuidv7(), { user })])
  const { rows: [person] } = await db.pool.query('select messaging_user_id as "messagingUserId", id as "sessionId" from sessions where channel_id = $1', [channelId])
  let seconds = 60
  return {
    channelId,
    say: async (...texts: string[]): Promise<string[]> => (await inTransaction(db.pool, client => queueMessages(runner(client, false), texts.map(text => ({
      ...person, channelId, text, replyToId: null, sender: 'Agent', senderId: null, purpose: 'service', idempotencyKey: null, sentAt: at(seconds++),
    }))))).map(message => message.id),
    /** One attempt of the job, as the library makes it. */
    attempt: async (messageId: string, attempts = 1, more: Partial<SendOptions> = {}) => {
      const helpers = { job: { id: '0', attempts, max_attempts: 12 }, query: db.pool.query.bind(db.pool) } as unknown as JobHelpers
      await sendMessage(options(more))({ messagingUserId: person.messagingUserId, messageId, channelId }, helpers)
    },
    messages: async () => (await db.pool.query(`select id, text, platform_message_id, accepted_at, failed_at, failure from messages
      where channel_id = $1 and direction = 'outbound' order by sent_at`, [channelId])).rows,
    userId: person.messagingUserId as string,
  }
}
const byoc = () => conversation('byoc', { secret: signingSecret, deliveryUrl: `${url}/deliver` }, { key: { kind: 'user_id', key: 'ana@example.com' } })
const twilio = () => conversation('sms-twilio', { accountSid: `AC${'0'.repeat(32)}`, authToken: 'token', phoneNumber: '+15550100000' })
const start = async () => {
  jobs = await startJobs(db, { tasks: { [SEND_MESSAGE]: sendMessage(options()) }, crontab: '', namedStatements: true, log: () => {} })
}

test('said in a transaction, sent by a job, signed for the platform, and known by its id', async () => {
  const talk = await byoc()
  await start()
  answers = [{ status: 202, body: { messageId: 'own-1' } }]
  const [id] = await talk.say('It leaves today')
  await expect.poll(talk.messages).toMatchObject([{ platform_message_id: 'own-1', accepted_at: expect.any(Date), failed_at: null }])
  const [{ path, body, headers }] = asked as [typeof asked[0]]
  expect(path).toBe('/deliver')
  expect(new Webhook(signingSecret).verify(body, headers as Record<string, string>)).toMatchObject({
    type: 'message.send', user: { key: 'ana@example.com' }, message: { id: toTypeId('msg', id!), text: 'It leaves today' },
  })
  await expect.poll(() => published).toEqual([{ userId: talk.userId, channelId: talk.channelId }])
})

test('a platform that is away for a moment gets everything later, in order', async () => {
  const talk = await byoc()
  await start()
  answers = [{ status: 503 }, { status: 200 }]
  await talk.say('first', 'second', 'third')
  await expect.poll(async () => (await talk.messages()).every(message => message.accepted_at), { timeout: 15_000 }).toBe(true)
  expect(asked.map(({ body }) => (JSON.parse(body) as { message: { text: string } }).message.text)).toEqual(['first', 'first', 'second', 'third'])
  expect(asked[0]!.headers['webhook-id']).toBe(asked[1]!.headers['webhook-id'])
})

test('what waits for the same person goes with it; what cannot go yet is left to its own job', async () => {
  const talk = await byoc()
  const [first, , third] = await talk.say('first', 'second', 'third')
  answers = [{ status: 200 }, { status: 200 }, { status: 503 }]
  await talk.attempt(first!, 12)
  expect(await talk.messages()).toMatchObject([{ accepted_at: expect.any(Date) }, { accepted_at: expect.any(Date) }, { accepted_at: null, failed_at: null }])
  await expect(talk.attempt(third!, 11)).rejects.toThrow('A message is not sent yet')
  expect(await talk.messages()).toMatchObject([{}, {}, { failed_at: null }])
})

test('what was taken is not sent again, however often the job runs', async () => {
  const talk = await byoc()
  const [id] = await talk.say('once')
  await talk.attempt(id!)
  await talk.attempt(id!, 2)
  expect(asked).toHaveLength(1)
})

test('what was taken is noted even if the database fails us at first', async () => {
  const talk = await byoc()
  const [id] = await talk.say('once')
  let failures = 2
  const pool = new Proxy(db.pool, {
    get: (target, name) => (name === 'connect' && failures-- > 0
      ? () => Promise.reject(new Error('connection lost'))
      : typeof target[name as keyof Pool] === 'function' ? (target[name as 'query'] as (...values: unknown[]) => unknown).bind(target) : target[name as keyof Pool]),
  })
  await talk.attempt(id!, 1, { pool })
  expect(asked).toHaveLength(1)
  expect(await talk.messages()).toMatchObject([{ accepted_at: expect.any(Date) }])
})

test.each([
  ['busy', { status: 429, body: { reason: 'slow down' } }, 'The platform takes no more messages for the moment (429 {"reason":"slow down"})'],
  ['broken', { status: 500, body: { reason: 'oops' } }, 'The platform could not be reached (500 {"reason":"oops"})'],
  ['hanging up', undefined, 'The platform could not be reached (other side closed)'],
])('a platform that is %s is asked again, until there are no attempts left', async (_how, answer, failure) => {
  const talk = await byoc()
  answers = [answer]
  const [id] = await talk.say('hello')
  await expect(talk.attempt(id!, 11)).rejects.toThrow('A message is not sent yet')
  expect(await talk.messages()).toMatchObject([{ failed_at: null, accepted_at: null }])
  await talk.attempt(id!, 12)
  expect(await talk.messages()).toMatchObject([{ failed_at: expect.any(Date), accepted_at: null, failure }])
})

test('a platform that says when to come again is not asked before', async () => {
  const talk = await byoc()
  await start()
  answers = [{ status: 429, headers: { 'retry-after': '600' } }]
  await talk.say('hello')
  const next = async () => (await db.pool.query<{ seconds: number }>(
    `select extract(epoch from run_at - now())::float as seconds from graphile_worker._private_jobs where attempts = 1 and locked_at is null`)).rows[0]?.seconds
  await expect.poll(next).toBeGreaterThan(590)
  expect(await next()).toBeLessThan(920) // and some chance
})

test('what cannot succeed fails at once, with words for the operator', async () => {
  const talk = await twilio()
  answers = [{ status: 400, body: { code: 21211, message: "The 'To' number is not a valid phone number." } }]
  const [id] = await talk.say('hello')
  await talk.attempt(id!)
  expect(await talk.messages()).toMatchObject([{
    platform_message_id: null, failed_at: expect.any(Date),
    failure: "The address cannot get messages on this channel (21211 The 'To' number is not a valid phone number.)",
  }])
  expect(published).toHaveLength(1)
  expect(optedOut).toEqual([])
})

test('a carrier’s opt-out fails the message and is handed on for the ledger', async () => {
  const talk = await twilio()
  answers = [{ status: 400, body: { code: 21610, message: 'Attempt to send to unsubscribed recipient' } }]
  const [id] = await talk.say('hello')
  await talk.attempt(id!)
  expect(optedOut).toEqual([{
    messagingUserId: talk.userId, messageId: id, channelId: talk.channelId, purpose: 'all', words: '21610 Attempt to send to unsubscribed recipient',
  }])
  expect(await talk.messages()).toMatchObject([{ failed_at: expect.any(Date) }])
})

test('after a carrier’s opt-out the ledger says who told us, and the gate lets nothing more through', async () => {
  const talk = await twilio()
  answers = [{ status: 400, body: { code: 21610, message: 'Attempt to send to unsubscribed recipient' } }]
  const [first, second] = await talk.say('hello', 'are you there?')
  await talk.attempt(first!, 1, { recordOptOutByCarrier, refusalOf: refusalOf(db.pool) })
  expect((await db.pool.query('select purpose, to_status, source, words, message_id from consent_events where messaging_user_id = $1 order by number desc limit 1', [talk.userId])).rows)
    .toEqual([{ purpose: 'all', to_status: 'OptedOut', source: 'carrier', words: '21610 Attempt to send to unsubscribed recipient', message_id: first }])
  expect(asked).toHaveLength(1)
  expect(await talk.messages()).toMatchObject([{ id: first }, { id: second, failure: 'Not sent: The person opted out', accepted_at: null }])
})

test('the platform is told where to report, when Muster knows its public address', async () => {
  const talk = await twilio()
  answers = [{ status: 201, body: { sid: 'SM1', status: 'queued' } }, { status: 201, body: { sid: 'SM2', status: 'queued' } }]
  for (const publicUrl of ['https://muster.test', undefined]) {
    const [id] = await talk.say('hello')
    await talk.attempt(id!, 1, { publicUrl })
  }
  expect(asked.map(({ path }) => path)).toEqual(Array.from({ length: 2 }, () => `/2010-04-01/Accounts/AC${'0'.repeat(32)}/Messages.json`))
  expect(asked.map(({ body }) => new URLSearchParams(body).get('StatusCallback'))).toEqual([`https://muster.test/webhooks/${toTypeId('ch', talk.channelId)}`, null])
  expect((await talk.messages()).map(message => message.platform_message_id)).toEqual(['SM1', 'SM2'])
})

test('a person known by a business-scoped id alone is written to by it', async () => {
  const config = { phoneNumberId: '200300400500600', appSecret: 'app', verifyToken: 'verify-me', accessToken: 'EAAG' }
  const talk = await conversation('whatsapp', config, { key: { kind: 'bsuid', key: 'IT.90817263544536' } })
  answers = [{ status: 200, body: { messages: [{ id: 'wamid.1' }] } }]
  const [id] = await talk.say('ciao')
  await talk.attempt(id!)
  expect(JSON.parse(asked[0]!.body)).toMatchObject({ recipient: 'IT.90817263544536', text: { body: 'ciao' } })
  expect(asked[0]!.headers.authorization).toBe('Bearer EAAG')
  expect(await talk.messages()).toMatchObject([{ platform_message_id: 'wamid.1' }])
})

test('who opted out since it was said gets nothing', async () => {
  const talk = await byoc()
  const [id] = await talk.say('hello')
  await talk.attempt(id!, 5, { refusalOf: () => Promise.resolve('The person opted out') })
  expect(asked).toEqual([])
  expect(await talk.messages()).toMatchObject([{ failed_at: expect.any(Date), failure: 'The person opted out' }])
})

test.each<[string, (talk: Awaited<ReturnType<typeof byoc>>) => Promise<unknown>, Partial<SendOptions>, string]>([
  ['a channel that is switched off', talk => db.pool.query('update channels set is_active = false where id = $1', [talk.channelId]), {}, 'The channel is not active'],
  ['another server secret', () => Promise.resolve(), { secret: randomBytes(32) }, 'cannot be decrypted'],
  ['a connector that is gone', talk => db.pool.query(`update channels set type = 'gone' where id = $1`, [talk.channelId]), {}, 'Muster cannot send'],
  ['a person without an address', talk => db.pool.query('update aliases set until = now() where channel_id = $1', [talk.channelId]), {}, 'no address'],
])('nothing goes out with %s', async (_what, change, more, failure) => {
  const talk = await byoc()
  const [id] = await talk.say('hello')
  await change(talk)
  await talk.attempt(id!, 1, more)
  expect(asked).toEqual([])
  expect(await talk.messages()).toMatchObject([{ failed_at: expect.any(Date), failure: expect.stringContaining(failure) }])
})

test('a channel whose platform says “too many” pauses for everybody on it, and goes on by itself', async () => {
  const [talk, other] = [await byoc(), await byoc()]
  await db.pool.query('update messages set channel_id = $1 where channel_id = $2', [talk.channelId, other.channelId])
  const pace = new Pace()
  answers = [{ status: 429, headers: { 'retry-after': '30' } }, { status: 200 }]
  const [[first], [second]] = [await talk.say('first'), await other.say('second')] as [[string], [string]]
  await db.pool.query('delete from graphile_worker._private_jobs')
  await expect(talk.attempt(first, 1, { pace })).rejects.toThrow('A message is not sent yet')
  const job = { messagingUserId: other.userId, messageId: second, channelId: talk.channelId }
  await sendMessage(options({ pace }))(job, { job: { id: '0', attempts: 1, max_attempts: 12 }, query: db.pool.query } as unknown as JobHelpers)
  expect(asked).toHaveLength(1)
  const { rows } = await db.pool.query('select payload, extract(epoch from run_at - now())::float as seconds from graphile_worker._private_jobs')
  expect(rows).toEqual([{ payload: { ...job, hasPlace: true }, seconds: expect.any(Number) }])
  expect(rows[0].seconds).toBeGreaterThan(29)
  await db.pool.query('update graphile_worker._private_jobs set run_at = now()')
  await start()
  await expect.poll(() => asked.length).toBe(2)
  expect(asked[1]!.body).toContain('second')
})

test('a channel whose platform has a limit keeps it, and nothing is lost or overtaken', async () => {
  const config = { phoneNumberId: '200300400500600', appSecret: 'app', verifyToken: 'verify-me', accessToken: 'EAAG' }
  const talk = await conversation('whatsapp', config, { key: { kind: 'phone', key: '+15550100009' } })
  const texts = Array.from({ length: 40 }, (_, n) => `text ${n}`)
  const began = performance.now()
  answers = [{ status: 200, body: { messages: [{ id: 'wamid.1' }] } }]
  await talk.say(...texts)
  await start()
  await expect.poll(() => asked.length, { timeout: 15_000 }).toBe(40)
  expect(performance.now() - began).toBeGreaterThan(39 * 1000 / 80)
  expect(asked.map(({ body }) => (JSON.parse(body) as { text: { body: string } }).text.body)).toEqual(texts)
})
