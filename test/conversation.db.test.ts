import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { byocMessage, postByoc, startMuster, type TestMuster } from './muster.ts'

let muster: TestMuster
let platform: Server
let delivered: { message: { id: string; text: string }; user: { key: string } }[]
let signingSecret: string

beforeAll(async () => {
  muster = await startMuster()
  delivered = []
  platform = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString()
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
