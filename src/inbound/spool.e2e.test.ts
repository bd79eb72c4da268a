import { randomBytes } from 'node:crypto'
import { appendFileSync, cpSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { byocMessage, postByoc, signIn } from '../../test/muster.ts'
import { temporaryFolder } from '../../test/temporary-folder.ts'
import type { ChannelCreated } from '../contract/channels.ts'
import { startEmbedded, type Embedded } from '../db/embedded.ts'
import { startServer, type Server } from '../server.ts'

// A PostgreSQL that these tests stop and start, as an external database.
let databaseFolder: string
let database: Embedded | undefined
let url: string
const startDatabase = async () => {
  database = await startEmbedded(databaseFolder)
}
const stopDatabase = async () => {
  await database?.stop()
  database = undefined
}
beforeAll(async () => {
  databaseFolder = temporaryFolder()
  await startDatabase()
  const { host, user, password, database: name, port } = database!.connection
  url = `postgres://${user}:${encodeURIComponent(String(password))}@/${name}?host=${encodeURIComponent(host!)}&port=${port ?? 5432}`
})
afterAll(async () => {
  await stopDatabase()
  rmSync(databaseFolder, { recursive: true })
})

const secret = randomBytes(32).toString('hex')
let dataDir: string
let server: Server
let channel: ChannelCreated
const startMuster = async (tuning: Parameters<typeof startServer>[1] = {}) => {
  server = await startServer({
    dataDir, databaseUrl: url, namedStatements: true, host: '127.0.0.1', port: 0, publicUrl: undefined, secret, logLevel: 'silent',
  }, { patienceMs: 200, ...tuning })
}
const api = async <T>(cookie: string, method: string, path: string, body?: object) => await (await fetch(`${server.url}/api/v1${path}`, {
  method, headers: { cookie, origin: server.url, ...(body && { 'content-type': 'application/json' }) }, body: body && JSON.stringify(body),
})).json() as T
let cookie: string
beforeEach(async () => {
  if (!database) await startDatabase()
  dataDir = temporaryFolder()
  await startMuster()
  cookie = await signIn(server.signInLink!)
  channel = await api(cookie, 'POST', '/channels', { type: 'byoc', name: randomBytes(6).toString('hex'), config: {} })
})
afterEach(async () => {
  await server.stop()
  rmSync(dataDir, { recursive: true })
})

async function query(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new Client(database!.connection)
  await client.connect()
  try {
    return (await client.query(text, values)).rows
  } finally {
    await client.end()
  }
}
const count = async () => (await query('select count(*)::int as n from messages m join channels c on c.id = m.channel_id where c.name = $1', [channel.name]))[0]!.n
/** Texts of a person's messages, in the order in which they were applied. */
const textsOf = async (person: string) => (await query(`
  select m.text from messages m join channels c on c.id = m.channel_id join aliases a on a.messaging_user_id = m.messaging_user_id
  where c.name = $1 and a.key = $2 order by m.id`, [channel.name, person])).map(row => row.text)
const spoolFiles = () => readdirSync(join(dataDir, 'spool')).filter(name => name.endsWith('.spool'))
const post = async (person: string, id: string) => {
  const to = { ...channel, webhookUrl: channel.webhookUrl!.replace(/^http:\/\/[^/]+/, server.url) }
  return (await postByoc(to, { events: [byocMessage(person, id, { text: id })] })).status
}
const spooledBytes = async () => Number(/^muster_spooled_bytes (\d+)/m.exec(await (await fetch(`${server.url}/metrics`, { headers: { cookie } })).text())?.[1])
const numbered = (length: number, prefix = '') => Array.from({ length }, (_, n) => `${prefix}${n}`)

test('while the database is away webhooks are answered 200, and all of it is there once when it is back', async () => {
  expect(await post('before', 'b0')).toBe(200)
  await stopDatabase()
  const first = await Promise.all(numbered(40).map(n => post(`p${Number(n) % 7}`, n)))
  const began = performance.now()
  const rest = await Promise.all(numbered(200, 'r').map(id => post('steady', id)))
  expect(new Set([...first, ...rest])).toEqual(new Set([200]))
  expect(performance.now() - began).toBeLessThan(5_000) // once spooling nobody waits for the database
  expect(await post('steady', 'r0')).toBe(200) // delivered again meanwhile
  expect((await fetch(`${server.url}/readyz`)).status).toBe(503)
  await startDatabase()
  await expect.poll(spoolFiles, { timeout: 15_000 }).toEqual([])
  expect(await count()).toBe(241)
  expect(await spooledBytes()).toBe(0)
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
  expect(await post('after', 'a0')).toBe(200)
  expect(await count()).toBe(242)
})

test('each person’s messages keep their order while the database goes and comes and requests never pause', async () => {
  const over = new AbortController()
  const sent = await Promise.all([
    ...numbered(12, 'person ').map(async person => {
      const acknowledged: string[] = []
      for (let n = 0; !over.signal.aborted; n++) if (await post(person, `${person} ${n}`) === 200) acknowledged.push(`${person} ${n}`)
      return [person, acknowledged] as const
    }),
    (async () => {
      for (let times = 0; times < 3; times++) {
        await stopDatabase()
        await expect.poll(spoolFiles, { timeout: 15_000 }).not.toEqual([])
        await startDatabase()
        await expect.poll(spoolFiles, { timeout: 15_000 }).toEqual([]) // although requests go on
      }
      over.abort()
      return ['nobody', []] as const
    })(),
  ])
  await expect.poll(spoolFiles, { timeout: 15_000 }).toEqual([])
  for (const [person, acknowledged] of sent) expect(await textsOf(person), person).toEqual(acknowledged)
  expect(sent.flatMap(([, acknowledged]) => acknowledged).length).toBeGreaterThan(50)
}, 60_000)

test('a stop while the database is away leaves the spool to the next start, and later events come after', async () => {
  await stopDatabase()
  expect(await Promise.all(['1', '2'].map(id => post('p', id)))).toEqual([200, 200])
  await server.stop()
  expect(spoolFiles()).not.toEqual([])
  await startDatabase()
  await startMuster()
  expect(await post('p', '3')).toBe(200)
  await expect.poll(spoolFiles, { timeout: 15_000 }).toEqual([])
  expect((await textsOf('p')).toSorted()).toEqual(['1', '2', '3'])
  expect((await textsOf('p')).at(-1)).toBe('3')
})

test('a start commits what a crash left, but for the line it was writing', async () => {
  await stopDatabase()
  expect(await Promise.all(['1', '2'].map(id => post('p', id)))).toEqual([200, 200])
  const crashed = temporaryFolder()
  cpSync(join(dataDir, 'spool'), join(crashed, 'spool'), { recursive: true }) // the disk as it was at that moment
  await server.stop()
  rmSync(dataDir, { recursive: true })
  dataDir = crashed
  appendFileSync(join(dataDir, 'spool', spoolFiles().at(-1)!), '0badc0de {"item":{"chan')
  await startDatabase()
  await startMuster()
  await expect.poll(spoolFiles, { timeout: 15_000 }).toEqual([])
  expect((await textsOf('p')).toSorted()).toEqual(['1', '2'])
})

test('what could not even be understood is spooled as well, and becomes a reject', async () => {
  await stopDatabase()
  const events = [{ type: 'of tomorrow', id: 'u1', occurredAt: new Date().toISOString() }, byocMessage('p', 'm1')]
  expect((await postByoc(channel, { events })).status).toBe(200)
  await startDatabase()
  await expect.poll(spoolFiles, { timeout: 15_000 }).toEqual([])
  expect(await count()).toBe(1)
  expect((await api<{ items: unknown[] }>(cookie, 'GET', `/channels/${channel.id}/rejects`)).items).toMatchObject([{ eventId: 'u1' }])
})

test('a full spool refuses with 503 and keeps what it promised', async () => {
  await server.stop()
  await startMuster({ spoolBytes: 2_000 })
  await post('p', 'warm')
  await stopDatabase()
  const answers: [string, number][] = []
  for (const id of numbered(20)) answers.push([id, await post('p', id)])
  expect(answers[0]![1]).toBe(200)
  expect(answers.at(-1)![1]).toBe(503)
  await startDatabase()
  await expect.poll(spoolFiles, { timeout: 15_000 }).toEqual([])
  expect(await textsOf('p')).toEqual(['warm', ...answers.filter(([, status]) => status === 200).map(([id]) => id)])
})

test('a channel that is not known gets 503 while the database is away, 404 when it is there', async () => {
  const unknown = { ...channel, webhookUrl: channel.webhookUrl!.replace(/.$/, last => (last === 'a' ? 'b' : 'a')) }
  await stopDatabase()
  await expect.poll(async () => (await postByoc(unknown, { events: [byocMessage('p', 'm')] })).status).toBe(503)
  await startDatabase()
  await expect.poll(async () => (await postByoc(unknown, { events: [byocMessage('p', 'm')] })).status).toBe(404)
})

test('a second Muster on the data folder is refused', async () => {
  const first = server
  await expect(startMuster()).rejects.toThrow('already running on this data folder')
  server = first
})
