import { afterAll, beforeAll, expect, test } from 'vitest'
import { startMuster, type TestMuster } from '../../test/muster.ts'
import type { Channel, ConnectorInfo } from '../contract/channels.ts'
import type { Simulation } from '../contract/simulations.ts'

let muster: TestMuster

beforeAll(async () => {
  muster = await startMuster()
})
afterAll(() => muster.stop())

type Items<T> = { items: T[] }
const find = async (id: string) => (await muster.api<Items<Simulation>>('GET', '/simulations')).body.items.find(simulation => simulation.id === id)!
const start = (body: object) => muster.api<Simulation & { error: { code: string; message: string } }>('POST', '/simulations', body)

test('a simulation fills the record through the door, and what the business says to its people arrives', async () => {
  const { status, body: begun } = await start({ type: 'byoc', rate: 20, seconds: 20, seed: 5 })
  expect([status, begun]).toMatchObject([201, { type: 'byoc', seed: 5, channelName: 'Simulated Bring Your Own Channel', endedAt: null }])
  await expect.poll(async () => (await find(begun.id)).accepted, { timeout: 10_000 }).toBeGreaterThan(10)

  const { body: { items: people } } = await muster.api<Items<{ id: string }>>('GET', `/messaging-users?channelId=${begun.channelId}`)
  const sent = await Promise.all(people.map(({ id }) => muster.api<{ id: string }>('POST', '/messages', { messagingUserId: id, text: 'Hello' })))
  expect(sent.some(answer => answer.status === 201)).toBe(true)
  const arrived = 'select 1 from messages where delivered_at is not null and sender is not null'
  await expect.poll(async () => (await muster.database.pool.query(arrived)).rowCount, { timeout: 10_000 }).toBeGreaterThan(0)

  expect((await start({ type: 'byoc' })).body.error.message).toContain('being played already')
  const { body: ended } = await muster.api<Simulation>('DELETE', `/simulations/${begun.id}`)
  expect(ended).toMatchObject({ endedAt: expect.any(String), refused: 0, unanswered: 0 })
  expect(ended.outgoing).toBeGreaterThan(0)
  const { body: channel } = await muster.api<Channel>('GET', `/channels/${begun.channelId}`)
  expect(channel).toMatchObject({ isSimulated: true, config: { secret: expect.any(String) } })
  expect(channel.config).not.toHaveProperty('deliveryUrl')
})

test('what is sent on a simulated channel asks no real platform', async () => {
  const { body: { id, channelId } } = await start({ type: 'sms-twilio', rate: 20, seconds: 1 })
  await expect.poll(async () => (await find(id)).endedAt, { timeout: 10_000 }).not.toBeNull()
  const { body: { items: [person] } } = await muster.api<Items<{ id: string }>>('GET', `/messaging-users?channelId=${channelId}`)
  await muster.api('POST', '/messages', { messagingUserId: person!.id, text: 'Hello' })
  const failure = async () => (await muster.database.pool.query(`select failure from messages where messaging_user_id in
    (select id from messaging_users where channel_id in (select id from channels where type = 'sms-twilio')) and direction = 'outbound' and failure is not null`)).rows
  await expect.poll(failure).toContainEqual({ failure: expect.stringContaining('there is no platform behind it') })
})

test.each([
  [{ type: 'pigeon' }, 400], [{ type: 'byoc', rate: 21 }, 400], [{ type: 'byoc', seconds: 301 }, 400], [{}, 400],
])('%j is refused', async (body, status) => {
  expect((await start(body)).status).toBe(status)
})

test('connectors say whether they can be played', async () => {
  const { body } = await muster.api<Items<ConnectorInfo>>('GET', '/connectors')
  expect(body.items.find(({ type }) => type === 'byoc')).toMatchObject({ canSimulate: true })
})
