import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json, text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'pg'
import { withTypes } from '../src/db/database.ts'
import { connectRunning } from '../src/db/embedded.ts'
import { startLinkRun } from '../src/record/link-runs.ts'
import { setLinkRule } from '../src/record/link-rules.ts'
import { seedPeople } from '../src/record/seed.ts'
import { casesOf, type Answer } from './list-cases.ts'
import { signIn, start, stop } from './started.ts'

const SIZES = process.argv[3] ? process.argv[3].split(',').map(Number) : [10_000, 100_000, 1_000_000]
/** Words that are looked for come around every eight: the first time of each is among the slowest twentieth. */
const REPEATS = 100
const TARGET_MS = 50

/** In milliseconds. */
interface Times {
  p50: number
  p95: number
}

/**
 * How fast lists, searches and pages answer through the API as the tables grow, beside a raw scan of one index in the same run; and how
 * long the link rules take for everybody. `npm run bench -- lists 10000,100000` for other sizes.
 */
export async function run(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'muster-bench-'))
  const server = await start(dataDir, 'group')
  try {
    const read = reader(`${server.url}/api/v1`, await signIn(server))
    const pool = new Pool({ ...withTypes((await connectRunning(dataDir))!), max: 2 })
    const table = new Map<string, Times[]>()
    for (const size of SIZES) {
      const began = performance.now()
      await seedPeople(pool, size, () => {})
      const made = performance.now()
      await runRules(pool)
      console.log(`${size.toLocaleString('en')} people: made after ${seconds(made - began)}, link rules over all of them (a trial) ${seconds(performance.now() - made)}`)
      for (const [name, work] of await casesOf(pool, read, size)) table.set(name, [...table.get(name) ?? [], await measure(work)])
    }
    await pool.end()
    report(table)
  } finally {
    await stop(server)
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** Reads what an address answers. With `fetch` a page of a thousand would take 10 ms longer, which are not the server's. */
function reader(root: string, cookie: string): (path: string) => Promise<Answer> {
  const agent = new Agent({ keepAlive: true })
  return path => new Promise((resolve, reject) => {
    get(`${root}${path}`, { agent, headers: { cookie } }, response => {
      if (response.statusCode === 200) json(response).then(answer => resolve(answer as Answer), reject)
      else text(response).then(answer => reject(new Error(`${path} answered ${response.statusCode}: ${answer}`)), reject)
    }).once('error', reject)
  })
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(0)} s`

/** Applies the rules to everybody, and waits for the job that does it. */
async function runRules(pool: Pool): Promise<void> {
  await setLinkRule(pool, { channelType: '*', kind: 'contact', isActive: true, matchOn: ['phone'], externalIdSystem: null, whenNone: 'prompt', whenOne: 'auto' })
  const id = await startLinkRun(pool, true, 'bench')
  for (;;) {
    const { rows: [run] } = await pool.query<{ status: string }>('select status from link_runs where id = $1', [id])
    if (run!.status === 'done') return
    if (run!.status !== 'running') throw new Error(`The link rules were not applied: ${run!.status}`)
    await sleep(50)
  }
}

async function measure(work: (n: number) => Promise<unknown>): Promise<Times> {
  await work(0)
  const times: number[] = []
  for (let n = 1; n <= REPEATS; n++) {
    const began = performance.now()
    await work(n)
    times.push(performance.now() - began)
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.ceil(REPEATS * share) - 1]!
  return { p50: at(0.5), p95: at(0.95) }
}

function report(table: Map<string, Times[]>): void {
  const columns = SIZES.map(size => size.toLocaleString('en').padStart(16)).join('')
  console.log(`\n${'p50 and p95 in ms through the API'.padEnd(44)}${columns}   p50 grew`)
  for (const [name, times] of table) {
    const figures = times.map(({ p50, p95 }) => `${p50.toFixed(1).padStart(9)}${p95.toFixed(1).padStart(7)}`).join('')
    const slow = times.some(({ p95 }) => p95 > TARGET_MS) ? '  over 50' : ''
    console.log(`${name.padEnd(44)}${figures}${`${(times.at(-1)!.p50 / times[0]!.p50).toFixed(1)} x`.padStart(11)}${slow}`)
  }
}
