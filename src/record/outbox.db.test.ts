import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '../../test/database.ts'
import { applyConnection, at, makeChannel, received } from '../../test/record.ts'
import { applyEvents } from './apply.ts'
import type { ChannelEvent } from './event.ts'
import { nextUnsent, noteFailed, noteSent, queueMessages, type NewOutgoing } from './outbox.ts'
import { runner } from './statement.ts'
import { inTransaction } from './transaction.ts'

let db: Awaited<ReturnType<typeof testDatabase>>
let lane: Awaited<ReturnType<typeof applyConnection>>
let channelId: string
let user: { messagingUserId: string; sessionId: string }
beforeAll(async () => {
  db = await testDatabase()
  lane = await applyConnection(db.connection)
})
afterAll(async () => {
  await lane.end()
  await db.drop()
})
beforeEach(async () => {
  channelId = await makeChannel(db.pool)
  await apply(received(channelId, '+15550001', 'in-1'))
  user = await userOf('+15550001')
})
const rows = async (sql: string, ...values: unknown[]) => (await db.pool.query(sql, values)).rows
const apply = async (...items: ChannelEvent[]) => (await applyEvents(lane.run, items)).outcomes.map(outcome => outcome.outcome)
const userOf = async (key: string) => (await rows(`
  select a.messaging_user_id as "messagingUserId", s.id as "sessionId" from aliases a
  join sessions s on s.messaging_user_id = a.messaging_user_id where a.channel_id = $1 and a.key = $2`, channelId, key))[0]
const outgoing = (text: string, more: Partial<NewOutgoing> = {}): NewOutgoing => ({
  ...user, channelId, text, replyToId: null, sender: 'Agent', senderId: 'op_1', purpose: 'service', idempotencyKey: null, sentAt: at(60), ...more,
})
const queue = (...messages: NewOutgoing[]) => inTransaction(db.pool, client => queueMessages(runner(client, false), messages))
const jobOf = (messageId: string) => ({ messagingUserId: user.messagingUserId, messageId, channelId })
const jobs = () => rows(`select payload, queue_name, max_attempts from graphile_worker._private_jobs j
  join graphile_worker._private_job_queues q on q.id = j.job_queue_id where payload->>'channelId' = $1 order by j.id`, channelId)
const stored = async (id: string) => (await rows('select * from messages where id = $1', id))[0]
const receipt = (messageId: string, status: 'delivered' | 'read', seconds: number): ChannelEvent => ({
  channelId,
  event: { kind: 'message.status', eventId: `${messageId}:${status}`, occurredAt: at(seconds), user: { key: { kind: 'phone', key: '+15550001' } }, messageId, status },
})

test('a message is recorded, counted and given a job', async () => {
  const [first, second] = await queue(outgoing('Hello'), outgoing('It leaves today', { replyToId: 'in-1', sentAt: at(61) }))
  expect(await stored(second!.id)).toMatchObject({
    direction: 'outbound', type: 'text', text: 'It leaves today', platform_message_id: null, reply_to: 'in-1', sent_at: at(61), sender: 'Agent', sender_id: 'op_1',
    purpose: 'service', accepted_at: null, session_id: user.sessionId, channel_id: channelId,
  })
  expect(await rows('select agent_message_count, end_user_message_count, preview, last_message_at from sessions where id = $1', user.sessionId))
    .toEqual([{ agent_message_count: 2, end_user_message_count: 1, preview: 'It leaves today', last_message_at: at(61) }])
  expect(await rows('select message_count, first_message_at, last_message_at, active_at from messaging_user_activity where messaging_user_id = $1', user.messagingUserId))
    .toEqual([{ message_count: 3, first_message_at: at(0), last_message_at: at(61), active_at: at(61) }])
  const queueName = expect.stringMatching(/^send-([0-9]|[1-5][0-9]|6[0-3])$/)
  const added = await jobs()
  expect(added).toEqual([first, second].map(message => ({ payload: jobOf(message!.id), queue_name: queueName, max_attempts: 12 })))
  expect(added[0]!.queue_name).toBe(added[1]!.queue_name)
})

test('what is rolled back leaves neither message nor job', async () => {
  await expect(inTransaction(db.pool, async client => {
    await queueMessages(runner(client, false), [outgoing('Never said')])
    throw new Error('changed our mind')
  })).rejects.toThrow('changed our mind')
  expect(await jobs()).toEqual([])
  expect(await rows(`select 1 from messages where channel_id = $1 and direction = 'outbound'`, channelId)).toEqual([])
})

test('said again with the same key, it is the same message: in one call, later, and at the same time', async () => {
  const again = () => queue(outgoing('Once', { idempotencyKey: 'k' }))
  const [a, b] = await queue(outgoing('Once', { idempotencyKey: 'k' }), outgoing('Once', { idempotencyKey: 'k' }))
  expect([a!.isNew, b!.isNew]).toEqual([true, false])
  expect(await again()).toEqual([{ id: a!.id, isNew: false }])
  const other = await Promise.all(Array.from({ length: 8 }, () => queue(outgoing('Twice', { idempotencyKey: 'l' }))))
  expect(other.filter(([message]) => message!.isNew)).toHaveLength(1)
  expect(new Set(other.map(([message]) => message!.id)).size).toBe(1)
  expect(await jobs()).toHaveLength(2)
  expect(await rows('select agent_message_count from sessions where id = $1', user.sessionId)).toEqual([{ agent_message_count: 2 }])
})

test('a receipt that is faster than our own note of the message waits for it', async () => {
  const [message] = await queue(outgoing('Hello'))
  expect(await apply(receipt('out-1', 'delivered', 62), receipt('out-1', 'read', 63))).toEqual(['waiting', 'waiting'])
  await noteSent(db.pool, jobOf(message!.id), 'out-1')
  expect(await stored(message!.id)).toMatchObject({ platform_message_id: 'out-1', accepted_at: expect.any(Date), delivered_at: at(62), read_at: at(63) })
  expect(await rows('select 1 from waiting_events where channel_id = $1', channelId)).toEqual([])
})

test('receipt and note at the same moment never miss each other', async () => {
  for (let n = 0; n < 40; n++) {
    const [message] = await queue(outgoing(`Hello ${n}`))
    await Promise.all([noteSent(db.pool, jobOf(message!.id), `out-${n}`), apply(receipt(`out-${n}`, 'delivered', 62))])
    expect(await stored(message!.id)).toMatchObject({ delivered_at: at(62) })
  }
})

test('a platform that reports our message back before we note it does not make us send it for ever', async () => {
  const [message] = await queue(outgoing('Hello'))
  const echo = received(channelId, '+15550001', 'out-1')
  await apply({ ...echo, event: { ...echo.event, kind: 'message.sent' } as never })
  await noteSent(db.pool, jobOf(message!.id), 'out-1')
  expect(await stored(message!.id)).toMatchObject({ accepted_at: expect.any(Date), platform_message_id: null })
  expect(await nextUnsent(db.pool, jobOf(message!.id))).toBeUndefined()
})

test('what is sent or failed is not sent again; what was said before and waits goes first', async () => {
  const [sent, failed, waits, last] = await queue(...[1, 2, 3, 4].map(n => outgoing(`text ${n}`, { sentAt: at(60 + n) })))
  await noteSent(db.pool, jobOf(sent!.id), 'out-1')
  await noteFailed(db.pool, jobOf(failed!.id), 'No such number')
  expect(await nextUnsent(db.pool, jobOf(last!.id))).toMatchObject({ text: 'text 3', isLater: false })
  expect(await nextUnsent(db.pool, jobOf(waits!.id))).toMatchObject({ text: 'text 3', isLater: false })
  expect(await nextUnsent(db.pool, jobOf(sent!.id))).toMatchObject({ text: 'text 3', isLater: true })
  expect(await stored(failed!.id)).toMatchObject({ failure: 'No such number', failed_at: expect.any(Date), accepted_at: null })
})

test('a failure and the opt-out it tells of are one', async () => {
  const [message] = await queue(outgoing('Hello'))
  const told: unknown[] = []
  const optOut = { purpose: 'all' as const, words: '21610 Unsubscribed' }
  await expect(noteFailed(db.pool, jobOf(message!.id), 'Opted out', { ...optOut, recordOptOutByCarrier: () => Promise.reject(new Error('no ledger')) })).rejects.toThrow('no ledger')
  expect(await stored(message!.id)).toMatchObject({ failed_at: null })
  await noteFailed(db.pool, jobOf(message!.id), 'Opted out', { ...optOut, recordOptOutByCarrier: async (_client, event) => void told.push(event) })
  expect(told).toEqual([{ ...jobOf(message!.id), ...optOut }])
  expect(await stored(message!.id)).toMatchObject({ failed_at: expect.any(Date) })
})

test('it goes where the person is reached now', async () => {
  const to = async () => (await nextUnsent(db.pool, jobOf(message!.id)))!.to
  const [message] = await queue(outgoing('Hello'))
  expect(await to()).toEqual({ kind: 'phone', key: '+15550001' })
  await apply(received(channelId, '+15550001', 'in-2', { user: { key: { kind: 'phone', key: '+15550001' }, aliases: [{ kind: 'user_id', key: 'u1' }], handles: [{ kind: 'username', key: '@ana' }] } }))
  expect(await to()).toEqual({ kind: 'phone', key: '+15550001' })
  const moved = { eventId: 'moved', occurredAt: at(100), previous: [{ kind: 'phone', key: '+15550001' }] }
  await apply({ channelId, event: { kind: 'user.readdressed', ...moved, user: { key: { kind: 'phone', key: '+15550002' } } } })
  expect(await to()).toEqual({ kind: 'phone', key: '+15550002' })
  await db.pool.query(`update aliases set until = now() where channel_id = $1 and kind = 'phone'`, [channelId])
  expect(await to()).toEqual({ kind: 'user_id', key: 'u1' })
  await db.pool.query(`update aliases set until = now() where channel_id = $1 and resolves`, [channelId])
  expect(await to()).toBeNull()
})

test('the first answer of an agent or bot that the platform took is the initial response; Muster’s own reply is none', async () => {
  const isSent = async () => (await rows('select has_initial_response_sent as sent from messaging_users where id = $1', user.messagingUserId))[0].sent
  const [reply, answer] = await queue(outgoing('You are opted in', { sender: 'System' }), outgoing('Hello', { sender: 'Bot' }))
  await noteSent(db.pool, jobOf(reply!.id), 'p-1')
  expect(await isSent()).toBe(false)
  await noteSent(db.pool, jobOf(answer!.id), 'p-2')
  expect(await isSent()).toBe(true)
})

test('a business that writes first has answered nothing', async () => {
  await rows('delete from messages where messaging_user_id = $1', user.messagingUserId)
  const [first] = await queue(outgoing('Hello'))
  await noteSent(db.pool, jobOf(first!.id), 'p-1')
  expect((await rows('select has_initial_response_sent as sent from messaging_users where id = $1', user.messagingUserId))[0].sent).toBe(false)
})
