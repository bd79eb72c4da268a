import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, type ClientConfig } from 'pg'
import { TypeID } from 'typeid-js'
import { connectRunning } from '../src/db/embedded.ts'
import { load, makeRequests, type Measured } from './load.ts'
import { setBasedRate } from './reference.ts'
import { signIn, start, stop, type Mode, type Started } from './started.ts'

const SECONDS = 8
const ROUNDS = 3
const KNOWN_PEOPLE = 50_000
const CONCURRENCIES = [1, 8, 64, 256]

interface Bench {
  connection: ClientConfig
  channelId: string
  webhookUrl: string
  secret: string
}

/** Durable inbound messages per second through the real door, beside what the database alone can do, in one run. */
export async function run(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'muster-bench-'))
  try {
    await measure(dataDir)
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function measure(dataDir: string): Promise<void> {
  const first = await start(dataDir, 'group')
  const channel = await makeChannel(first)
  const bench: Bench = { ...channel, connection: (await connectRunning(dataDir))! }
  const webhook = (server: Started) => bench.webhookUrl.replace(/^http:\/\/[^/]+/, server.url)
  let runs = 0
  const drive = (server: Started, concurrency: number, makeKeys: (count: number) => string[] = keys) => {
    const count = 30_000 * SECONDS / 2 * Math.min(1, concurrency / 32 + 0.1)
    return load(server.url, makeRequests(webhook(server), bench.secret, makeKeys(count), `r${runs++}`), concurrency, SECONDS)
  }

  const empty = await drive(first, 256, strangers)
  console.log(`empty database, first contacts alone, concurrency 256: ${rate(empty.perSecond)}/s`)
  await setBasedRate(bench.connection, channel.channelId, Array.from({ length: KNOWN_PEOPLE }, (_, n) => `person-${n}`), 'seed', 60)
  await stop(first)
  // As freshly started as the other: the first seconds of a server are its slowest, whatever the database holds.
  const second = await start(dataDir, 'group')
  const filled = await drive(second, 256, strangers)
  console.log(`filled database, first contacts alone, concurrency 256: ${rate(filled.perSecond)}/s`)
  await stop(second)

  const measured: Record<string, Measured[]> = {}
  const reference: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    for (const mode of ['group', 'single'] as const) {
      const server = await start(dataDir, mode)
      for (const concurrency of CONCURRENCIES) {
        await checkpoint(bench.connection)
        const result = await drive(server, concurrency)
        if (result.failures > 0) throw new Error(`${result.failures} requests were not answered 200`)
        ;(measured[`${mode} ${concurrency}`] ??= []).push(result)
      }
      if (mode === 'group') {
        await checkpoint(bench.connection)
        reference.push(await setBasedRate(bench.connection, channel.channelId, keys(200_000), `sql${round}`, SECONDS))
      }
      await stop(server)
    }
  }
  report(measured, reference, empty.perSecond / filled.perSecond)
  await reportStart(dataDir)
}

/** Nine of ten messages are from people Muster knows. */
function keys(count: number): string[] {
  return Array.from({ length: Math.ceil(count) }, () => (Math.random() < 0.9 ? `person-${Math.floor(Math.random() * KNOWN_PEOPLE)}` : `new-${Math.random()}`))
}

/** Nobody is known: the same work in an empty database and in a filled one. */
const strangers = (count: number) => Array.from({ length: Math.ceil(count) }, () => `new-${Math.random()}`)

function report(measured: Record<string, Measured[]>, reference: number[], emptyToFilled: number): void {
  const of = (key: string, field: keyof Measured) => median(measured[key]!.map(result => result[field]))
  console.log(`\nconcurrency   group commit: /s   p50 ms   p99 ms    one transaction each: /s   p50 ms   p99 ms`)
  for (const c of CONCURRENCIES) {
    const cells = (mode: Mode) => [rate(of(`${mode} ${c}`, 'perSecond')).padStart(9), of(`${mode} ${c}`, 'p50').toFixed(2).padStart(8), of(`${mode} ${c}`, 'p99').toFixed(2).padStart(8)].join(' ')
    console.log(`${String(c).padStart(11)}   ${cells('group').padStart(34)}    ${cells('single').padStart(42)}`)
  }
  const group = of('group 256', 'perSecond')
  const sql = median(reference)
  console.log(`\nset-based SQL alone, 2 connections, batches of 100: ${rate(sql)}/s (${reference.map(rate).join(', ')})`)
  console.log(`through the door at 256 : SQL alone            ${(group / sql).toFixed(2)}   (target 0.50)`)
  console.log(`through the door at 256 : one transaction each ${(group / of('single 256', 'perSecond')).toFixed(2)}   (target 2.50)`)
  console.log(`empty : filled, first contacts alone at 256     ${emptyToFilled.toFixed(2)}   (target 1 or more, both just started)`)
}

/** How long an existing installation takes to be ready, and what it holds in memory then. */
async function reportStart(dataDir: string): Promise<void> {
  const began = performance.now()
  const server = await start(dataDir, 'group')
  console.log(`second start ready after ${((performance.now() - began) / 1000).toFixed(2)} s (target 3)`)
  const status = readFileSync(`/proc/${server.process.pid}/status`, 'utf8')
  console.log(`server idle: ${Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024)} MB resident (target 150)`)
  await stop(server)
}

/** Signs in with the one-time link, chooses a password and adds a channel, as a person would. */
async function makeChannel(server: Started): Promise<Omit<Bench, 'connection'>> {
  const cookie = await signIn(server)
  const post = (path: string, body: unknown) => fetch(`${server.url}/api/v1${path}`, {
    method: 'POST', headers: { cookie, origin: server.url, 'content-type': 'application/json' }, body: JSON.stringify(body),
  })
  const answer = await post('/channels', { type: 'byoc', name: 'Benchmark', config: {} })
  await post('/setup', { name: 'Ada', email: 'ada@example.com', password: 'correct horse battery staple' })
  const channel = await answer.json() as { id: string; webhookUrl: string; generatedSecrets: { secret: string } }
  return { channelId: TypeID.fromString(channel.id).toUUID(), webhookUrl: channel.webhookUrl, secret: channel.generatedSecrets.secret }
}

async function checkpoint(connection: ClientConfig): Promise<void> {
  const client = new Client(connection)
  await client.connect()
  await client.query('vacuum (analyze) messaging_user_activity, sessions')
  await client.query('checkpoint').catch(() => {}) // only a superuser may; else it comes when it comes
  await client.end()
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
const rate = (value: number) => Math.round(value).toLocaleString('en')
