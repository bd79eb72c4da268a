import { afterAll, beforeAll, expect, test } from 'vitest'
import { playedTypes } from '../simulator/platforms.ts'
import { play } from '../simulator/play.ts'
import { channelToPlay, configureSimulated } from '../src/api/simulated-channel.ts'
import { connectorOf } from '../src/connectors/registry.ts'
import type { Channel } from '../src/contract/channels.ts'
import { toUuid } from '../src/ids.ts'
import { startMuster, type TestMuster } from './muster.ts'

const secret = Buffer.alloc(32, 3)
let muster: TestMuster

beforeAll(async () => {
  muster = await startMuster(undefined, { secret: secret.toString('hex') })
})
afterAll(() => muster.stop())

const types = playedTypes.filter(type => connectorOf(type))

test.each(types)('%s: everything that is played is taken by the real door, and is in the record', async (type) => {
  const { pool } = muster.database
  const { platform, channel, isSimulated } = await channelToPlay(pool, secret, muster.server.url, { type })
  expect(isSimulated).toBe(true)
  const end = await play({
    server: muster.server.url, platform, channel, seed: 7, people: 20, rate: 400, seconds: 30, messages: 120, fictionOnly: false,
    signal: new AbortController().signal, configure: configureSimulated(pool, toUuid(channel.id)),
  })
  expect(end).toMatchObject({ accepted: end.sent, refused: 0, unanswered: 0 })
  expect(end.sent).toBeGreaterThanOrEqual(120)
  const { body } = await muster.api<Channel>('GET', `/channels/${channel.id}`)
  expect(body).toMatchObject({ rejectCount: 0, lastEventAt: expect.any(String) })

  const users = await pool.query('select count(distinct language) languages, count(*) people from messaging_users where channel_id = $1', [toUuid(channel.id)])
  expect(Number(users.rows[0].people)).toBeGreaterThan(5)
})
