import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { byocMessage, postByoc, startMuster, type TestMuster } from '../../test/muster.ts'
import type { ChatGuest, ChatHistory } from '../contract/chat.ts'
import { toUuid } from '../ids.ts'

let muster: TestMuster
/** A system of the operator's own, and what it was told. */
let system: Server
let told: { headers: IncomingHttpHeaders; body: string }[]
let status: number

beforeAll(async () => {
  muster = await startMuster()
  system = createServer(async (request, response) => {
    told.push({ headers: request.headers, body: Buffer.concat(await request.toArray()).toString() })
    response.writeHead(status).end()
  }).listen(0, '127.0.0.1')
  await once(system, 'listening')
})
afterAll(async () => {
  system.close()
  await muster.stop()
})
beforeEach(() => {
  told = []
  status = 200
})

const typing = (userId: string) => muster.api<{ error: { code: string; details: { field: string }[] } }>('POST', `/messaging-users/${userId}/typing`)
const firstOn = async (channelId: string) =>
  (await muster.api<{ items: { id: string }[] }>('GET', `/messaging-users?channelId=${channelId}`)).body.items[0]!.id

/** Somebody who wrote on a channel of one's own. */
async function ana(config: object = { tellsTyping: true }) {
  const channel = await muster.addChannel('byoc', { deliveryUrl: `http://127.0.0.1:${(system.address() as AddressInfo).port}/deliver`, ...config })
  await postByoc(channel, { events: [byocMessage('ana', 'm-1')] })
  return { channel, userId: await firstOn(channel.id) }
}

test('one’s own channel is told, signed, that somebody is writing', async () => {
  const { channel, userId } = await ana()
  expect((await typing(userId)).status).toBe(204)
  const [{ headers, body }] = told as [typeof told[0]]
  expect(new Webhook(channel.generatedSecrets.secret!).verify(body, headers as Record<string, string>)).toEqual({
    type: 'typing', id: headers['webhook-id'], timestamp: expect.any(String), user: { key: 'ana' }, isTyping: true,
  })
  expect((await typing(userId)).status).toBe(204)
  expect(told[1]!.headers['webhook-id']).not.toBe(headers['webhook-id'])
})

test('unless it did not ask for it', async () => {
  const { userId } = await ana({})
  expect((await typing(userId)).status).toBe(204)
  expect(told).toEqual([])
})

test('what fails is counted, hidden from who writes, and not tried again', async () => {
  const { channel, userId } = await ana()
  status = 503
  expect((await typing(userId)).status).toBe(204)
  expect(told).toHaveLength(1)
  const counted = async () => (await muster.database.pool.query(
    `select count::int, detail from channel_counts where channel_id = $1 and what = 'typing-failed'`, [toUuid(channel.id)])).rows
  await expect.poll(counted).toEqual([{ count: 1, detail: '503 ' }])
})

test('who may not be written to is not shown it either', async () => {
  const { userId } = await ana()
  await muster.api('POST', `/messaging-users/${userId}/consent-events`, { status: 'OptedOut', evidence: 'a call' })
  expect(await typing(userId)).toMatchObject({ status: 409, body: { error: { code: 'send_refused', details: [{ field: 'opted_out' }] } } })
  expect(told).toEqual([])
  expect((await typing('mu_01k5m3d8w4e5tr2y9hbx6pf0cz')).status).toBe(404)
  expect((await typing('ana')).status).toBe(400)
})

test('a guest of a chat sees it until the answer is there', async () => {
  const { id } = await muster.addChannel('web-chat')
  const call = async <T>(part: string, init: RequestInit = {}, token = '') =>
    (await (await fetch(`${muster.server.url}/chat/v1/${id}/${part}`, { ...init, headers: { authorization: `Bearer ${token}` } })).json()) as T
  const { token } = await call<ChatGuest>('guests', { method: 'POST', body: '{}' })
  const isAnswering = async () => (await call<ChatHistory>('messages', {}, token)).isAnswering
  expect(await isAnswering()).toBe(false)
  await call('messages', { method: 'POST', body: JSON.stringify({ id: crypto.randomUUID(), text: 'Hello' }) }, token)
  const userId = await firstOn(id)
  expect(await isAnswering()).toBe(false)
  expect((await typing(userId)).status).toBe(204)
  await expect.poll(isAnswering).toBe(true)
  expect((await muster.api('POST', '/messages', { messagingUserId: userId, text: 'Good morning' })).status).toBe(201)
  await expect.poll(isAnswering).toBe(false)
})
