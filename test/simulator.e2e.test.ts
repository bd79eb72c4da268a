import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { playedTypes } from '../simulator/platforms.ts'
import { play } from '../simulator/play.ts'
import { channelToPlay, configureSimulated } from '../src/api/simulated-channel.ts'
import { connectorOf } from '../src/connectors/registry.ts'
import type { Channel } from '../src/contract/channels.ts'
import { toUuid } from '../src/ids.ts'
import { databaseUrl } from './database.ts'
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
  expect(body).toMatchObject({ rejectCount: 0, isSimulated: true, lastEventAt: expect.any(String) })

  const users = await pool.query('select count(distinct language) languages, count(*) people from messaging_users where channel_id = $1', [toUuid(channel.id)])
  expect(Number(users.rows[0].people)).toBeGreaterThan(5)
})

test('a channel whose key is its platform’s alone cannot be played, and the simulator’s own can', async () => {
  const { pool } = muster.database
  const own = await muster.addChannel('sms-telnyx', { publicKey: Buffer.alloc(32, 5).toString('base64'), apiToken: 'KEY1', phoneNumber: '+15550100001' })
  await expect(channelToPlay(pool, secret, muster.server.url, { channel: own.name })).rejects.toThrow('its platform’s alone')
  await expect(channelToPlay(pool, secret, muster.server.url, { channel: 'Nobody’s' })).rejects.toThrow('neither the id nor the name')
  const byoc = await muster.addChannel('byoc')
  expect(await channelToPlay(pool, secret, muster.server.url, { channel: byoc.id })).toMatchObject({ name: byoc.name, isSimulated: false })
})

test('the command plays against the server that runs, says how it goes, and stops when told', async () => {
  const { port } = new URL(muster.server.url)
  const env = { ...process.env, DATABASE_URL: databaseUrl(muster.database.connection), PORT: port, MUSTER_SECRET: secret.toString('hex') }
  const cli = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [cli, 'simulate', '--type', 'whatsapp', '--messages', '30', '--rate', '100/s', '--seed', '9'], { env })
  expect(stdout).toMatch(/^Playing Simulated WhatsApp \(ch_\w+\) with seed 9\./)
  expect(stdout).toMatch(/sent \d+, 2xx \d+, refused 0\n(?:.*\n)*In all: sent 3\d, 2xx 3\d, refused 0, without an answer 0\./)

  const child = execFile(process.execPath, [cli, 'simulate', '--rate', '50', '--seconds', '600'], { env })
  let output = ''
  child.stdout!.on('data', (data: string) => {
    output += data
  })
  await expect.poll(() => output, { timeout: 15_000 }).toContain('2xx')
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(output).toMatch(/In all: sent \d+/)
})
