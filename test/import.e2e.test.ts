import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { Client } from 'pg'
import { afterEach, expect, test } from 'vitest'
import type { Import } from '../src/contract/imports.ts'
import { connectRunning } from '../src/db/embedded.ts'
import { toTypeId } from '../src/ids.ts'
import { signIn } from './muster.ts'
import { killDatabase, startProcess, type MusterProcess } from './process.ts'
import { temporaryFolder } from './temporary-folder.ts'

let running: MusterProcess | undefined
let dataDir: string
afterEach(async () => {
  await running?.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const ROWS = 12_000
/** Every seventh row is one of somebody before, and every hundredth cannot be used. */
const file = `phone,name,consent\n${Array.from({ length: ROWS }, (_, n) =>
  `${n % 100 === 99 ? 'nobody' : `+39333${String(n % 7 === 6 ? n - 6 : n).padStart(7, '0')}`},Person ${n},ImplicitlyOptedIn`).join('\n')}\n`
const duplicates = Array.from({ length: ROWS }, (_, n) => n).filter(n => n % 7 === 6 && n % 100 !== 99 && (n - 6) % 100 !== 99).length
const bad = ROWS / 100

async function withClient<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client((await connectRunning(dataDir))!)
  await client.connect()
  return work(client).finally(() => client.end())
}

async function until(muster: MusterProcess, cookie: string, id: string, reached: (state: Import) => boolean): Promise<Import> {
  for (;;) {
    const state = await (await fetch(`${muster.url}/api/v1/imports/${id}`, { headers: { cookie } })).json() as Import
    if (reached(state)) return state
    if (state.failure) throw new Error(state.failure)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

test.each([
  ['the server', () => {}],
  ['the server and the database', () => killDatabase(dataDir)],
])('an import goes on after kill -9 of %s, to the same result', async (_what, killMore) => {
  dataDir = temporaryFolder()
  running = await startProcess(dataDir)
  const cookie = await signIn(running.signInLink!)
  const channel = await withClient(async client => {
    const { rows } = await client.query(`insert into channels (id, type, name, config) values (gen_random_uuid(), 'sms-twilio', 'SMS', '{}') returning id`)
    return toTypeId('ch', rows[0].id)
  })
  const post = async (path: string, body?: string): Promise<Import> => {
    const answer = await fetch(`${running!.url}/api/v1${path}`, { method: 'POST', body, headers: { cookie, origin: running!.url, ...body && { 'content-type': 'text/csv' } } })
    if (!answer.ok) throw new Error(await answer.text())
    return await answer.json() as Import
  }
  const { id } = await post(`/imports?channelId=${channel}&consentSource=Form`, file)
  await post(`/imports/${id}/start`)
  await until(running, cookie, id, state => state.rows >= 2000)
  const exited = once(running.process, 'exit')
  running.process.kill('SIGKILL')
  killMore()
  await exited

  running = await startProcess(dataDir)
  const done = await until(running, cookie, id, state => state.status === 'done')
  expect(done).toMatchObject({ rows: ROWS, created: ROWS - bad - duplicates, rejected: bad + duplicates, changed: 0, unchanged: 0 })
  await withClient(async client => {
    const count = async (table: string) => (await client.query(`select count(*)::int as n from ${table}`)).rows[0].n
    for (const table of ['messaging_users', 'messaging_user_activity', 'aliases', 'messaging_user_history', 'consent_events']) {
      expect([table, await count(table)]).toEqual([table, done.created])
    }
    expect(await count('import_rows')).toBe(ROWS)
    expect(await count('import_parts')).toBe(0)
  })
}, 120_000)
