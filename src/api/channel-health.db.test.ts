import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { byocMessage, postByoc, startMuster, type TestMuster } from '../../test/muster.ts'
import type { ChannelHealth } from '../contract/channel-health.ts'
import type { ChannelCreated } from '../contract/channels.ts'
import { toUuid } from '../ids.ts'
import { ChannelCounts, pruneCounts } from '../record/channel-counts.ts'

let muster: TestMuster

beforeAll(async () => {
  muster = await startMuster({ countsFlushMs: 300 })
})
afterAll(() => muster.stop())

const health = async (channel: ChannelCreated) => (await muster.api<ChannelHealth>('GET', `/channels/${channel.id}/health`)).body
const events = (...list: object[]) => ({ events: list })
const stranger = (channel: ChannelCreated) => ({ ...channel, generatedSecrets: { secret: `whsec_${randomBytes(32).toString('base64')}` } })

test('a burst of bad signatures is counted to the last one', async () => {
  const channel = await muster.addChannel('byoc')
  const answers = await Promise.all(Array.from({ length: 500 }, (_, n) => postByoc(stranger(channel), events(byocMessage('ana', `bad-${n}`)))))
  expect(answers.every(({ status }) => status === 401)).toBe(true)
  await expect.poll(async () => (await health(channel)).refused.count).toBe(500)
  expect(await health(channel)).toMatchObject({
    received: 0, errors: 500, errorRate: 1, lastReceivedAt: null,
    refused: { lastReason: 'webhook-signature does not match', lastAt: expect.any(String) },
  })
})

test('events, what could not be read, what was set aside, and what was sent or not: each is counted', async () => {
  const channel = await muster.addChannel('byoc')
  for (const id of ['m1', 'm2', 'm3']) expect((await postByoc(channel, events(byocMessage('bo', id)))).status).toBe(200)
  expect((await postByoc(channel, { events: [{ type: 'party.started', id: 'p1', occurredAt: new Date().toISOString() }] })).status).toBe(200)
  expect((await postByoc(channel, '{')).status).toBe(400)
  const users = await muster.api<{ items: { id: string }[] }>('GET', `/messaging-users?channelId=${channel.id}`)
  expect((await muster.api('POST', '/messages', { messagingUserId: users.body.items[0]!.id, text: 'Hello Bo' })).status).toBe(201)
  await expect.poll(async () => (await health(channel)).sendFailures.length).toBe(1)
  expect(await health(channel)).toMatchObject({
    received: 3, sent: 0, errors: 2, errorRate: 0.4, openRejects: 1, lastReceivedAt: expect.any(String), lastSentAt: null,
    unreadable: { count: 1, lastReason: expect.stringContaining('JSON') }, setAside: { count: 1, lastReason: 'Event type party.started' },
    sendFailures: [{ kind: 'misconfigured', count: 1, lastReason: 'The channel has no delivery address', title: expect.stringContaining('settings') }],
  })
  const { body: { key } } = await muster.api<{ key: string }>('POST', '/api-keys', { name: 'metrics', role: 'viewer' })
  const metrics = await (await fetch(`${muster.server.url}/metrics`, { headers: { authorization: `Bearer ${key}` } })).text()
  expect(metrics).toContain('muster_channel_events_total{type="byoc",outcome="received"} 3')
  expect(metrics).toContain('muster_channel_events_total{type="byoc",outcome="failed:misconfigured"} 1')
})

test('ten thousand bad requests in a moment are one write', async () => {
  const channel = await muster.addChannel('byoc')
  const { pool } = muster.database
  let writes = 0
  const counts = new ChannelCounts({ query: (...args: [string, unknown[]]) => (writes++, pool.query(...args)) } as typeof pool, 200)
  for (let n = 0; n < 10_000; n++) counts.add(toUuid(channel.id), 'byoc', 'refused', 1, `reason ${n}`)
  await expect.poll(async () => (await health(channel)).refused).toMatchObject({ count: 10_000, lastReason: 'reason 9999' })
  expect(writes).toBe(1)
})

test('what cannot be written now is written later, and a channel that is gone is in nobody’s way', async () => {
  const [channel, gone] = [await muster.addChannel('byoc'), await muster.addChannel('byoc')]
  await muster.api('DELETE', `/channels/${gone.id}`)
  const { pool } = muster.database
  let isAway = true
  const counts = new ChannelCounts({ query: (...args: [string, unknown[]]) => (isAway ? Promise.reject(new Error('away')) : pool.query(...args)) } as typeof pool, 3_600_000)
  counts.add(toUuid(channel.id), 'byoc', 'refused', 1, 'first')
  await counts.flush()
  counts.add(toUuid(channel.id), 'byoc', 'refused', 1, 'bad \0 and \ud800')
  counts.add(toUuid(gone.id), 'byoc', 'refused')
  isAway = false
  await counts.flush()
  expect((await health(channel)).refused).toMatchObject({ count: 2, lastReason: 'bad \uFFFD and \uFFFD' })
})

test('old counts go, but for the last of a kind', async () => {
  const channel = await muster.addChannel('byoc')
  const { pool } = muster.database
  await pool.query(`
    insert into channel_counts (channel_id, hour, what, count, last_at)
    select $1, date_trunc('hour', now()) - make_interval(days => days), 'received', 7, now() - make_interval(days => days) from unnest(array[9, 10, 11]) days`, [toUuid(channel.id)])
  await pruneCounts(pool)
  expect((await pool.query('select count from channel_counts where channel_id = $1', [toUuid(channel.id)])).rows).toHaveLength(1)
  const { received, lastReceivedAt } = await health(channel)
  expect(received).toBe(0)
  expect(Date.now() - Date.parse(lastReceivedAt!)).toBeGreaterThan(8.9 * 86_400_000)
})
