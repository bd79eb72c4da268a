import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Pool, type ClientConfig } from 'pg'
import { TypeID } from 'typeid-js'
import { uuidv7 } from 'uuidv7'
import { registry } from '../src/connectors/registry.ts'
import { withTypes } from '../src/db/database.ts'
import { connectRunning } from '../src/db/embedded.ts'
import { seedPeople } from '../src/record/seed.ts'
import { load, makeRequests } from './load.ts'
import { signIn, start, stop, type Started } from './started.ts'

const ROWS = Number(process.argv[3] ?? 200_000)
/** Messaging users that are there before; also 5000000, for who has the time. */
const SIZES = (process.argv[4] ?? '0,1000000').split(',').map(Number)
const TARGET = 0.3

interface Bench {
  server: Started
  pool: Pool
  connection: ClientConfig
  channelId: string
  webhook: { url: string; secret: string }
  call<T>(method: string, path: string, body?: string, type?: string): Promise<T>
}
interface ImportState { id: string; status: string; created: number }

/** Rows a second that an import creates, beside a bare COPY of the same rows into a table with the same indexes, in one run. */
export async function run(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'muster-bench-'))
  const server = await start(dataDir, 'group')
  try {
    const bench = await prepare(server, dataDir)
    let prefix = 10
    for (const size of SIZES) {
      await seedPeople(bench.pool, size, () => {})
      await bench.pool.query('vacuum (analyze) messaging_users, aliases, messaging_user_activity')
      console.log(`\n${size.toLocaleString('en')} messaging users before, ${ROWS.toLocaleString('en')} rows`)
      const copied = await copyRate(bench.connection, prefix)
      for (const [what, row] of [['names alone', plain], ['with consent', withConsent]] as const) {
        const rate = await importRate(bench, fileOf(prefix++, row))
        const ratio = rate / copied
        console.log(`import, ${what}: ${perSecond(rate)}; COPY: ${perSecond(copied)}; ratio ${ratio.toFixed(2)} (target ${TARGET})`)
      }
    }
    await underLoad(bench, prefix)
    const status = readFileSync(`/proc/${server.process.pid}/status`, 'utf8')
    console.log(`\nserver: at most ${Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)![1]) / 1024)} MB resident`)
    await bench.pool.end()
  } finally {
    await stop(server)
    rmSync(dataDir, { recursive: true, force: true })
  }
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

const numberOf = (prefix: number, n: number) => `+4915${prefix}${String(n).padStart(7, '0')}`
const names = ['Ana', 'Ben', 'Carla', 'David', 'Elif', 'Fatima', 'Georg', 'Hana']
const nameOf = (n: number) => `${names[n % names.length]} Person ${(n * 7919) % 1_000_003}`
const plain = (prefix: number, n: number) => `${numberOf(prefix, n)},${nameOf(n)},,`
const withConsent = (prefix: number, n: number) => `${plain(prefix, n).slice(0, -2)},ExplicitlyOptedIn,Web form`

const fileOf = (prefix: number, row: (prefix: number, n: number) => string) =>
  `phone,name,consent,consentSource\n${Array.from({ length: ROWS }, (_, n) => row(prefix, (n * 7919) % ROWS)).join('\n')}\n`

async function importRate({ call, channelId }: Bench, file: string): Promise<number> {
  const { id } = await call<ImportState>('POST', `/imports?channelId=${channelId}`, file, 'text/csv')
  await call('POST', `/imports/${id}/start`)
  for (;;) {
    const { status, created, startedAt, endedAt } = await call<ImportState & { startedAt: string; endedAt: string | null }>('GET', `/imports/${id}`)
    if (status === 'done') {
      if (created < ROWS * 0.99) throw new Error(`Only ${created} of ${ROWS} were created`)
      return created / (Date.parse(endedAt!) - Date.parse(startedAt)) * 1000
    }
    if (status !== 'running' || Date.now() > Date.parse(startedAt) + 1_200_000) throw new Error(`The import is ${status}`)
    await new Promise(resolve => setTimeout(resolve, 200))
  }
}

/** Of a table that holds what messaging_users holds, with its indexes. */
async function copyRate(connection: ClientConfig, prefix: number): Promise<number> {
  const channel = uuidv7()
  const lines = Array.from({ length: ROWS }, (_, i) => (i * 7919) % ROWS).map(n =>
    `${uuidv7()},${channel},${numberOf(prefix, n)},${numberOf(prefix, n)},${nameOf(n)},import,${numberOf(prefix, n)},${numberOf(prefix, n)},1\n`)
  const client = new Client(connection)
  await client.connect()
  try {
    await client.query('create table copied (like messaging_users including all)')
    await client.query('insert into copied select * from messaging_users')
    const began = performance.now()
    await copy(client, 'copy copied (id, channel_id, platform_key, external_id, name, name_source, e164, match_key, match_version) from stdin (format csv)', lines)
    return ROWS / (performance.now() - began) * 1000
  } finally {
    await client.query('drop table copied')
    await client.end()
  }
}

/** What of pg's connection speaks COPY. */
interface CopyConnection {
  query(text: string): void
  sendCopyFromChunk(bytes: Buffer): void
  endCopyFrom(): void
}

const copy = (client: Client, text: string, lines: string[]) => new Promise<void>((resolve, reject) => client.query({
  submit: (connection: CopyConnection) => connection.query(text),
  handleCopyInResponse(connection: CopyConnection) {
    for (let i = 0; i < lines.length; i += 1000) connection.sendCopyFromChunk(Buffer.from(lines.slice(i, i + 1000).join('')))
    connection.endCopyFrom()
  },
  handleCommandComplete() {},
  handleReadyForQuery: () => resolve(),
  handleError: reject,
} as never))

/** How long webhooks wait, with and without an import beside them. */
async function underLoad(bench: Bench, prefix: number): Promise<void> {
  const hooks = (run: string) => load(bench.server.url,
    makeRequests(bench.webhook.url, bench.webhook.secret, Array.from({ length: 40_000 }, (_, n) => `person-${n % 5000}`), run), 8, 6)
  await hooks('warm')
  const alone = await hooks('alone')
  const importing = importRate(bench, fileOf(prefix, plain))
  const beside = await hooks('beside')
  const rate = await importing
  for (const [what, { perSecond: done, p50, p99, failures }] of [['without an import', alone], ['beside an import', beside]] as const) {
    console.log(`webhooks ${what}: ${perSecond(done)}, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${failures} failures`)
  }
  console.log(`the import beside them: ${perSecond(rate)}`)
}

const perSecond = (value: number) => `${Math.round(value).toLocaleString('en')}/s`
