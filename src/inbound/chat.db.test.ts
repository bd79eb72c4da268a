import { afterAll, beforeAll, expect, test } from 'vitest'
import { startMuster, type TestMuster } from '../../test/muster.ts'
import type { ChatGuest, ChatHistory } from '../contract/chat.ts'
import { toUuid } from '../ids.ts'
import { queueMessages } from '../record/outbox.ts'
import { runner } from '../record/statement.ts'
import { inTransaction } from '../record/transaction.ts'

let muster: TestMuster
beforeAll(async () => {
  muster = await startMuster()
})
afterAll(() => muster.stop())

/** A visitor's browser. */
async function visitor(channelId: string) {
  const call = async <T>(part: string, init: RequestInit = {}, token = '') =>
    (await (await fetch(`${muster.server.url}/chat/v1/${channelId}/${part}`, { ...init, headers: { authorization: `Bearer ${token}` } })).json()) as T
  const { guestId, token } = await call<ChatGuest>('guests', { method: 'POST', body: '{}' })
  return {
    key: `guest:${guestId}`,
    write: (text: string) => call('messages', { method: 'POST', body: JSON.stringify({ id: crypto.randomUUID(), text }) }, token),
    read: async () => (await call<ChatHistory>('messages', {}, token)).items.map(({ direction, text }) => `${direction}: ${text}`),
    ids: async () => (await call<ChatHistory>('messages', {}, token)).items.map(({ id }) => id),
  }
}

/** What the business says, as the record takes it from whoever may say it. */
async function answer(channelId: string, key: string, ...texts: string[]) {
  const { pool } = muster.database
  const { rows: [person] } = await pool.query(`
    select s.messaging_user_id as "messagingUserId", s.id as "sessionId" from aliases a join sessions s on s.messaging_user_id = a.messaging_user_id
    where a.key = $1 and s.ended_at is null`, [key])
  await inTransaction(pool, client => queueMessages(runner(client, false), texts.map(text => ({
    ...person, channelId: toUuid(channelId), text, replyToId: null, sender: 'Agent', senderId: null, purpose: 'service', idempotencyKey: null, sentAt: new Date(),
  }))))
}

test('a visitor reads what the business answers, and nobody else does', async () => {
  const { id } = await muster.addChannel('web-chat')
  const [ana, ben] = await Promise.all([visitor(id), visitor(id)])
  await ana.write('Is my order on its way?')
  await ben.write('Hello')
  await answer(id, ana.key, 'It leaves today', 'and arrives tomorrow')
  await expect.poll(ana.read).toEqual(['inbound: Is my order on its way?', 'outbound: It leaves today', 'outbound: and arrives tomorrow'])
  expect(await ben.read()).toEqual(['inbound: Hello'])
  const ids = await ana.ids()
  expect(new Set(ids).size).toBe(3)
  expect(ids.slice(1)).toEqual([expect.stringMatching(/^msg_/), expect.stringMatching(/^msg_/)])
})

test('what is not to be said any more is never shown', async () => {
  const { id } = await muster.addChannel('web-chat')
  const ana = await visitor(id)
  await ana.write('Hello')
  await muster.database.pool.query(`update messaging_users set consent_status = 'OptedOut' where platform_key = $1`, [ana.key])
  await answer(id, ana.key, 'Have a look at our offers')
  const failure = async () => (await muster.database.pool.query('select failure from messages where channel_id = $1 and failed_at is not null', [toUuid(id)])).rows[0]?.failure
  await expect.poll(failure).toContain('opted out')
  expect(await ana.read()).toEqual(['inbound: Hello'])
})

test.each([['in an app, too,', 'in-app', 201], ['not', 'web-chat', 409]])('the business may %s write first: %s', async (_may, type, status) => {
  const { id } = await muster.addChannel(type)
  const ana = await visitor(id)
  await ana.write('Hello')
  const { body: { items: [session] } } = await muster.api<{ items: { id: string; messagingUserId: string }[] }>('GET', `/sessions?channelId=${id}`)
  expect((await muster.api('POST', `/sessions/${session!.id}/closure`)).status).toBe(200)
  expect((await muster.api('POST', '/messages', { messagingUserId: session!.messagingUserId, text: 'Your order has arrived' })).status).toBe(status)
  await expect.poll(ana.read).toEqual(['inbound: Hello', ...status === 201 ? ['outbound: Your order has arrived'] : []])
})
