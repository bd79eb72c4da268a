import { randomBytes } from 'node:crypto'
import type { JobHelpers } from 'graphile-worker'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../../test/database.ts'
import { applyConnection, at, received } from '../../test/record.ts'
import { secretNames } from '../connectors/connector.ts'
import { platform } from '../connectors/fake-platform.ts'
import { connectorOf } from '../connectors/registry.ts'
import { applyEvents } from '../record/apply.ts'
import { queueMessages } from '../record/outbox.ts'
import { encryptConfig } from '../record/secrets.ts'
import { runner } from '../record/statement.ts'
import { inTransaction } from '../record/transaction.ts'
import { Pace } from './pace.ts'
import { refusalOf } from './refusal.ts'
import { sendMessage } from './send-message.ts'

const secret = randomBytes(32)
const channelId = uuidv7()
let db: Awaited<ReturnType<typeof testDatabase>>
let person: { messagingUserId: string; sessionId: string }

beforeAll(async () => {
  db = await testDatabase()
  const settings = { pageId: '110022003300', appSecret: 'app', verifyToken: 'verify-me', pageAccessToken: 'EAAP', humanAgent: true }
  const config = encryptConfig(settings, secretNames(connectorOf('messenger')!), secret)
  await db.pool.query(`insert into channels (id, type, name, config) values ($1, 'messenger', 'Page', $2)`, [channelId, config])
  const lane = await applyConnection(db.connection)
  await applyEvents(lane.run, [received(channelId, '7766554433221100', 'in-1', {})])
  await lane.end()
  const { rows } = await db.pool.query('select messaging_user_id as "messagingUserId", id as "sessionId" from sessions where channel_id = $1', [channelId])
  person = rows[0]
})
afterAll(() => db.drop())

const said = { channelId, replyToId: null, senderId: null, idempotencyKey: null, text: 'Sorry for the wait', purpose: 'service' } as const
let seconds = 0

/** What the platform is asked for a message, so many hours after the person wrote; and why it is not sent. */
async function sent(sender: 'Agent' | 'Bot' | 'System', hours: number, purpose: string = said.purpose) {
  await db.pool.query(`update messages set sent_at = $2 where messaging_user_id = $1 and direction = 'inbound'`,
    [person.messagingUserId, new Date(Date.now() - hours * 3_600_000)])
  const [message] = await inTransaction(db.pool, client => queueMessages(runner(client, false), [{ ...said, ...person, sender, purpose, sentAt: at(++seconds) }]))
  const { http, requests } = platform(200, { message_id: `m_${seconds}` })
  const send = sendMessage({
    pool: db.pool, secret, publicUrl: undefined, changes: { publishUsers: () => {} }, http, pace: new Pace(), counts: { add: () => {} },
    refusalOf: refusalOf(db.pool), recordOptOutByCarrier: () => Promise.resolve(),
  })
  const helpers = { job: { id: '0', attempts: 1, max_attempts: 12 }, query: db.pool.query.bind(db.pool) } as unknown as JobHelpers
  await send({ messagingUserId: person.messagingUserId, messageId: message!.id, channelId }, helpers)
  const { rows: [{ failure }] } = await db.pool.query('select failure from messages where messaging_user_id = $1 and id = $2', [person.messagingUserId, message!.id])
  const { messaging_type: type, tag } = JSON.parse(requests[0]?.body ?? '{}') as { messaging_type?: string; tag?: string }
  return { type, tag, failure }
}

test('what an operator answers late is marked as such', async () => {
  expect(await sent('Agent', 23)).toEqual({ type: 'RESPONSE', tag: undefined, failure: null })
  expect(await sent('Agent', 25)).toEqual({ type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT', failure: null })
  expect(await sent('Agent', 169)).toEqual({ type: undefined, tag: undefined, failure: expect.stringContaining('168 hours') })
})

test('what a program says never is: late, it stays unsent', async () => {
  expect(await sent('Bot', 23)).toMatchObject({ type: 'RESPONSE', tag: undefined })
  expect(await sent('Bot', 25)).toEqual({ type: undefined, tag: undefined, failure: expect.stringContaining('24 hours') })
  // Muster's own answer to a keyword has no window at the gate; the platform judges it.
  expect(await sent('System', 25, 'consent-reply')).toEqual({ type: 'RESPONSE', tag: undefined, failure: null })
})
