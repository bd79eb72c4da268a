import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pool } from 'pg'
import { connectRunning } from '../src/db/embedded.ts'
import { withTypes } from '../src/db/database.ts'
import { seedPeople } from '../src/record/seed.ts'
import { signIn, start, stop } from './started.ts'

const SIZES = process.argv[3] ? process.argv[3].split(',').map(Number) : [10_000, 100_000, 1_000_000]
const REPEATS = 40
const TARGET_MS = 50

/** How fast lists, searches and pages answer through the API as the tables grow, beside a raw scan of one index in the same run. */
export async function run(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'muster-bench-'))
  const server = await start(dataDir, 'group')
  try {
    const cookie = await signIn(server)
    const pool = new Pool({ ...withTypes((await connectRunning(dataDir))!), max: 2 })
    const table = new Map<string, number[]>()
    for (const size of SIZES) {
      const began = performance.now()
      await seedPeople(pool, size, () => {})
      console.log(`${size.toLocaleString('en')} people after ${((performance.now() - began) / 1000).toFixed(0)} s`)
      for (const [name, time] of await measure(pool, server.url, cookie, size)) table.set(name, [...table.get(name) ?? [], time])
    }
    await pool.end()
    report(table)
  } finally {
    await stop(server)
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** 95th percentile of each case, in milliseconds. */
async function measure(pool: Pool, url: string, cookie: string, size: number): Promise<[string, number][]> {
  const get = async (path: string) => {
    const answer = await fetch(`${url}/api/v1${path}`, { headers: { cookie } })
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
    return answer.json() as Promise<{ items: { id: string; contactId?: string }[]; nextCursor: string }>
  }
  const middle = String(10_000_000 + Math.floor(size / 2))
  const first = await get('/messaging-users?limit=50')
  const contact = (await get('/individuals?limit=50')).items[7]!.id
  const cases: [string, () => Promise<unknown>][] = [
    ['raw: newest 50 of one index', () => pool.query('select messaging_user_id from messaging_user_activity order by active_at desc, messaging_user_id desc limit 50')],
    ['messaging users, newest 50', () => get('/messaging-users?limit=50')],
    ['messaging users, next page', () => get(`/messaging-users?limit=50&cursor=${first.nextCursor}`)],
    ['messaging users, 1,000 a page', () => get('/messaging-users?limit=1000')],
    ['messaging users, surname of 3 %', () => get('/messaging-users?limit=50&q=Smith')],
    ['messaging users, rare full name', () => get('/messaging-users?limit=50&q=Yuki%20Kowaldottir')],
    ['messaging users, phone fragment', () => get(`/messaging-users?limit=50&q=${middle.slice(1)}`)],
    ['messaging users, opted out', () => get('/messaging-users?limit=50&consentStatus=OptedOut')],
    ['messaging users, not there', () => get('/messaging-users?limit=50&q=Zzyzx')],
    ['individuals, newest 50', () => get('/individuals?limit=50')],
    ['individuals, surname of 3 %', () => get('/individuals?limit=50&q=Smith')],
    ['individuals, name with a typo', () => get('/individuals?limit=50&q=Yuki%20Kowldottir')],
    ['individuals, phone fragment', () => get(`/individuals?limit=50&q=${middle.slice(1)}`)],
    ['individuals, e-mail part', () => get('/individuals?limit=50&q=yuki.kowaldottir')],
    ['one individual', () => get(`/individuals/${contact}`)],
    ['sessions, newest 50', () => get('/sessions?limit=50')],
    ['sessions, of a surname of 3 %', () => get('/sessions?limit=50&q=Smith')],
    ['consent ledger of one person', () => get(`/messaging-users/${first.items[3]!.id}/consent-events`)],
    ['transcript of one person', () => get(`/messaging-users/${first.items[3]!.id}/entries`)],
  ]
  const results: [string, number][] = []
  for (const [name, work] of cases) {
    await work()
    const times: number[] = []
    for (let n = 0; n < REPEATS; n++) {
      const began = performance.now()
      await work()
      times.push(performance.now() - began)
    }
    results.push([name, times.toSorted((a, b) => a - b)[Math.floor(REPEATS * 0.95)]!])
  }
  return results
}

function report(table: Map<string, number[]>): void {
  console.log(`\n${'p95 in ms through the API'.padEnd(34)}${SIZES.map(size => size.toLocaleString('en').padStart(12)).join('')}`)
  for (const [name, times] of table) {
    const slow = Math.max(...times) > TARGET_MS ? '  over 50' : ''
    console.log(`${name.padEnd(34)}${times.map(time => time.toFixed(1).padStart(12)).join('')}${slow}`)
  }
}
