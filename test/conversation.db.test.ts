import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { byocMessage, postByoc, startMuster, type TestMuster } from './muster.ts'

let muster: TestMuster
let platform: Server
let delivered: { id: string; message: { id: string; text: string }; user: { key: string } }[]
let isAway = false
let signingSecret: string

beforeAll(async () => {
  muster = await startMuster()
  delivered = []
  platform = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString()
    if (isAway) return void response.writeHead(503).end()
    delivered.push(new Webhook(signingSecret).verify(body, request.headers as Record<string, string>) as typeof delivered[0])
    response.writeHead(200).end(JSON.stringify({ messageId: `own-${delivered.length}` }))
  }).listen(0, '127.0.0.1')
  await once(platform, 'listening')
})
afterAll(async () => {
  platform.close()
  await muster.stop()
})

test('somebody writes, the business answers through the API, the platform delivers and says so', async () => {
  const channel = await muster.addChannel('byoc', { deliveryUrl: `http://127.0.0.1:${(platform.address() as AddressInfo).port}/deliver` })
  signingSecret = channel.generatedSecrets.secret!
  expect((await postByoc(channel, { events: [byocMessage('ana@example.com', 'm-1')] })).status).toBe(200)
  const { body: { items: [person] } } = await muster.api<{ items: { id: string }[] }>('GET', `/messaging-users?channelId=${channel.id}`)

  const said = await muster.api<{ id: string }>('POST', '/messages', { messagingUserId: person!.id, text: 'It leaves today' })
  expect(said).toMatchObject({ status: 201, body: { text: 'It leaves today', direction: 'outbound' } })
  await expect.poll(() => delivered).toMatchObject([{ user: { key: 'ana@example.com' }, message: { id: said.body.id, text: 'It leaves today' } }])

  const receipt = { id: 'r-1', type: 'message.status', occurredAt: new Date().toISOString(), user: { key: 'ana@example.com' }, message: { id: 'own-1' }, status: 'delivered' }
  expect((await postByoc(channel, { events: [receipt] })).status).toBe(200)
  const transcript = async () => (await muster.api<{ items: object[] }>('GET', `/messaging-users/${person!.id}/messages`)).body.items
  await expect.poll(transcript).toMatchObject([{ id: said.body.id, deliveredAt: expect.any(String), failedAt: null }, { direction: 'inbound' }])
})

test('who serves a session and when it ends is told to the platform, signed, and again until it has it', async () => {
  const channel = await muster.addChannel('byoc', { deliveryUrl: `http://127.0.0.1:${(platform.address() as AddressInfo).port}/deliver`, tellsSessions: true })
  signingSecret = channel.generatedSecrets.secret!
  await postByoc(channel, { events: [byocMessage('ben@example.com', 'm-9')] })
  const { body: { items: [session] } } = await muster.api<{ items: { id: string }[] }>('GET', `/sessions?channelId=${channel.id}`)
  delivered = []
  isAway = true
  const { body: { ownerId, ownerName } } = await muster.api<{ ownerId: string; ownerName: string }>('PUT', `/sessions/${session!.id}/owner`, {})
  const tried = async () => (await muster.database.pool.query(`select 1 from graphile_worker.jobs where task_identifier = 'tell-session' and attempts > 0 and locked_at is null`)).rowCount
  await expect.poll(tried).toBe(1)
  isAway = false
  await expect.poll(() => delivered, { timeout: 15_000 }).toEqual([{
    type: 'session.owner-changed', id: expect.stringMatching(/^se_/), timestamp: expect.any(String), user: { key: 'ben@example.com' },
    session: { id: session!.id, owner: { id: ownerId, name: ownerName } },
  }])
  await muster.api('POST', `/sessions/${session!.id}/closure`)
  await expect.poll(() => delivered.at(-1)).toMatchObject({ type: 'session.ended', session: { id: session!.id, endedBy: 'Agent' } })
  expect(new Set(delivered.map(({ id }) => id)).size).toBe(2)
})

test('a platform that did not ask for it is told nothing of sessions', async () => {
  const channel = await muster.addChannel('byoc', { deliveryUrl: `http://127.0.0.1:${(platform.address() as AddressInfo).port}/deliver` })
  await postByoc(channel, { events: [byocMessage('cleo@example.com', 'm-8')] })
  const { body: { items: [session] } } = await muster.api<{ items: { id: string }[] }>('GET', `/sessions?channelId=${channel.id}`)
  delivered = []
  expect((await muster.api('POST', `/sessions/${session!.id}/closure`)).status).toBe(200)
  const jobs = async () => (await muster.database.pool.query(`select 1 from graphile_worker.jobs where task_identifier = 'tell-session'`)).rowCount
  await expect.poll(jobs).toBe(0)
  expect(delivered).toEqual([])
})
