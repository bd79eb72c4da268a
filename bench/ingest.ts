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
  const emptyToFilled: number[] = []
  for (let round = 0; round < ROUNDS; round++) emptyToFilled.push(await inFolder(measureEmpty))
  await inFolder(dataDir => measure(dataDir, median(emptyToFilled)))
}

async function inFolder<T>(work: (dataDir: string) => Promise<T>): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), 'muster-bench-'))
  try {
    return await work(dataDir)
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** A new installation with a channel. */
async function prepare(dataDir: string): Promise<{ bench: Bench; server: Started; drive: ReturnType<typeof driver> }> {
  const server = await start(dataDir, 'group')
  const bench = { ...await makeChannel(server), connection: (await connectRunning(dataDir))! }
  return { bench, server, drive: driver(bench) }
}

/** Sends requests to a server of the installation. */
function driver(bench: Bench) {
  let runs = 0
  return (server: Started, concurrency: number, makeKeys: (count: number) => string[] = keys) => {
    const count = 30_000 * SECONDS / 2 * Math.min(1, concurrency / 32 + 0.1)
    const webhook = bench.webhookUrl.replace(/^http:\/\/[^/]+/, server.url)
    return load(server.url, makeRequests(webhook, bench.secret, makeKeys(count), `r${runs++}`), concurrency, SECONDS)
  }
}

const meetPeople = ({ connection, channelId }: Bench) =>
  setBasedRate(connection, channelId, Array.from({ length: KNOWN_PEOPLE }, (_, n) => `person-${n}`), 'seed', 60)

/** @returns how fast first contacts are taken into an empty database, beside one that is filled */
async function measureEmpty(dataDir: string): Promise<number> {
  const { bench, server: first, drive } = await prepare(dataDir)
  const empty = await drive(first, 256, strangers)
  await meetPeople(bench)
  await stop(first)
  // As freshly started as the other: the first seconds of a server are its slowest, whatever the database holds.
  const second = await start(dataDir, 'group')
  const filled = await drive(second, 256, strangers)
  await stop(second)
  console.log(`first contacts alone, concurrency 256: ${rate(empty.perSecond)}/s into an empty database, ${rate(filled.perSecond)}/s into a filled one`)
  return empty.perSecond / filled.perSecond
}

async function measure(dataDir: string, emptyToFilled: number): Promise<void> {
  const { bench, server: first, drive } = await prepare(dataDir)
  await meetPeople(bench)
  await stop(first)

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
        reference.push(await setBasedRate(bench.connection, bench.channelId, keys(200_000), `sql${round}`, SECONDS))
      }
      await stop(server)
    }
  }
  report(measured, reference, emptyToFilled)
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
