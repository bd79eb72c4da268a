import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pool, type ClientConfig } from 'pg'
import { TypeID } from 'typeid-js'
import { uuidv7 } from 'uuidv7'
import { registry } from '../src/connectors/registry.ts'
import { withTypes } from '../src/db/database.ts'
import { connectRunning } from '../src/db/embedded.ts'
import { fill, timeCopy, type People } from './import-reference.ts'
import { load, makeRequests } from './load.ts'
import { signIn, start, stop, type Started } from './started.ts'

const ROWS = Number(process.argv[3] ?? 1_000_000)
/** Messaging users that are there before. */
const SIZES = (process.argv[4] ?? '0,1000000,5000000').split(',').map(Number)
const TARGETS = { ratio: 0.3, slower: 0.15, megabytes: 250 }

interface Bench {
  server: Started
  pool: Pool
  connection: ClientConfig
  channelId: string
  webhook: { url: string; secret: string }
  call<T>(method: string, path: string, body?: string, type?: string): Promise<T>
}
interface ImportState { id: string; status: string; created: number }

/**
 * Rows a second that an import creates, each with a name and a consent line, beside a bare COPY of what the import writes into the same
 * tables, in one run; at several sizes of the record.
 */
export async function run(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'muster-bench-'))
  const server = await start(dataDir, 'group')
  try {
    const bench = await prepare(server, dataDir)
    let [first, prefix] = [Number.NaN, 50]
    for (const size of SIZES) {
      await fillTo(bench, size, prefix++)
      console.log(`\n${size.toLocaleString('en')} messaging users before, ${ROWS.toLocaleString('en')} rows with consent`)
      const copied = await copyRate(bench, prefix++)
      resetPeak(server)
      const rate = await importRate(bench, ROWS, prefix++)
      const ratio = rate / copied
      first ||= ratio
      console.log(`import: ${perSecond(rate)}; ratio ${ratio.toFixed(2)} ${verdict(ratio >= TARGETS.ratio, `at least ${TARGETS.ratio}`)}`)
      if (size > 0) console.log(`beside COPY ${percent(first / ratio - 1)} slower than at first ${verdict(first / ratio - 1 <= TARGETS.slower, `at most ${percent(TARGETS.slower)}`)}`)
      tellPeak(server)
    }
    await underLoad(bench, prefix)
    tellPeak(server)
    await bench.pool.end()
  } finally {
    await stop(server)
    rmSync(dataDir, { recursive: true, force: true })
  }
}

const verdict = (isReached: boolean, target: string) => `(target: ${target}; ${isReached ? 'reached' : 'NOT REACHED'})`
const percent = (share: number) => `${Math.round(share * 100)} %`
const perSecond = (value: number) => `${Math.round(value).toLocaleString('en')}/s`

/** Forgets how much memory a process took at most. */
const resetPeak = ({ process: { pid } }: Started) => writeFileSync(`/proc/${pid}/clear_refs`, '5')
function tellPeak({ process: { pid } }: Started): void {
  const peak = Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024)
  console.log(`server: at most ${peak} MB resident ${verdict(peak < TARGETS.megabytes, `less than ${TARGETS.megabytes} MB`)}`)
}

async function prepare(server: Started, dataDir: string): Promise<Bench> {
  const cookie = await signIn(server)
  const call: Bench['call'] = async (method, path, body, type = 'application/json') => {
    const answer = await fetch(`${server.url}/api/v1${path}`, { method, headers: { cookie, origin: server.url, ...body !== undefined && { 'content-type': type } }, body })
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
    return await answer.json() as never
  }
  const hook = await call<{ webhookUrl: string; generatedSecrets: { secret: string } }>('POST', '/channels', JSON.stringify({ type: 'byoc', name: 'Load', config: {} }))
  const connection = withTypes((await connectRunning(dataDir))!)
  const pool = new Pool({ ...connection, max: 2 })
  pool.on('error', () => {}) // the server's end is its end
  const { connector: { type } } = registry.find(({ connector: { traits } }) => traits.massCreate && traits.keyKind === 'phone')!
  const { rows } = await pool.query(
    `insert into channels (id, type, name, config, iso_country_code) values (gen_random_uuid(), $1, 'Import', '{}', 'DE') returning id`, [type])
  return { server, pool, connection, channelId: TypeID.fromUUID('ch', rows[0].id).toString(), webhook: { url: hook.webhookUrl, secret: hook.generatedSecrets.secret }, call }
}

const names = ['Ana', 'Ben', 'Carla', 'David', 'Elif', 'Fatima', 'Georg', 'Hana']
const nameOf = (n: number) => `${names[n % names.length]} Person ${(n * 7919) % 1_000_003}`
/** Numbers in no order. @param count a number that 7919 does not divide */
const numbers = (prefix: number, count: number) => (n: number) => `+4915${prefix}${String((n * 7919) % count).padStart(7, '0')}`

/** People beside the import's; the outcomes of their rows belong to an import of their own. */
async function peopleOf({ pool, channelId }: Bench, prefix: number, count: number): Promise<People> {
  const importId = uuidv7()
  await pool.query(`insert into imports (id, file_name, is_file, status, actor_source, actor_name) values ($1, 'file.csv', true, 'done', 'operator', 'Admin')`, [importId])
  return { channel: TypeID.fromString(channelId).toUUID(), importId, count, numberOf: numbers(prefix, count), nameOf }
}

async function fillTo(bench: Bench, size: number, prefix: number): Promise<void> {
  const { rows } = await bench.pool.query<{ n: number }>('select count(*)::int as n from messaging_users')
  const missing = size - rows[0]!.n
  if (missing > 0) await fill(bench.connection, await peopleOf(bench, prefix, missing))
}

async function copyRate(bench: Bench, prefix: number): Promise<number> {
  const seconds = await timeCopy(bench.connection, await peopleOf(bench, prefix, ROWS))
  const total = Object.values(seconds).reduce((sum, one) => sum + one)
  const shares = Object.entries(seconds).map(([table, one]) => `${table} ${(one / ROWS * 1e6).toFixed(1)}`)
  console.log(`COPY of the same rows into the same tables, without their foreign keys: ${perSecond(ROWS / total)}; microseconds a row: ${shares.join(', ')}`)
  console.log(`COPY of messaging_users alone: ${perSecond(ROWS / seconds.messaging_users!)}`)
  return ROWS / total
}

/** @returns rows a second */
async function importRate({ call, channelId }: Bench, count: number, prefix: number): Promise<number> {
  const numberOf = numbers(prefix, count)
  const lines = Array.from({ length: count }, (_, n) => `${numberOf(n)},${nameOf(n)},ExplicitlyOptedIn,Web form\n`)
  const { id } = await call<ImportState>('POST', `/imports?channelId=${channelId}`, `phone,name,consent,consentSource\n${lines.join('')}`, 'text/csv')
  await call('POST', `/imports/${id}/start`)
  for (;;) {
    const { status, created, startedAt, endedAt } = await call<ImportState & { startedAt: string; endedAt: string | null }>('GET', `/imports/${id}`)
    if (status === 'done') {
      if (created !== count) throw new Error(`Only ${created} of ${count} were created`)
      return created / (Date.parse(endedAt!) - Date.parse(startedAt)) * 1000
    }
    if (status !== 'running') throw new Error(`The import is ${status}`)
    await new Promise(resolve => setTimeout(resolve, 200))
  }
}

/** How long webhooks wait, with and without an import beside them. */
async function underLoad(bench: Bench, prefix: number): Promise<void> {
  const hooks = (run: string) => load(bench.server.url,
    makeRequests(bench.webhook.url, bench.webhook.secret, Array.from({ length: 40_000 }, (_, n) => `person-${n % 5000}`), run), 8, 6)
  await hooks('warm')
  const alone = await hooks('alone')
  const importing = importRate(bench, Math.min(ROWS, 200_000), prefix)
  const beside = await hooks('beside')
  const rate = await importing
  console.log()
  for (const [what, { perSecond: done, p50, p99, failures }] of [['without an import', alone], ['beside an import', beside]] as const) {
    console.log(`webhooks ${what}: ${perSecond(done)}, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${failures} failures`)
  }
  console.log(`the import beside them: ${perSecond(rate)}`)
}
