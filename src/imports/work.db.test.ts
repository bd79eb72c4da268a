import { afterAll, beforeAll, expect, test } from 'vitest'
import { memoryBlobs } from '../../test/api.ts'
import { testDatabase, type TestDatabase } from '../../test/database.ts'
import { showImport } from '../api/import-row.ts'
import { findImport, type ImportRecord } from '../record/imports/imports.ts'
import { beginImport } from './settings.ts'
import { FileStore } from './storage.ts'
import { receiveFile } from './upload.ts'
import { workOn } from './work.ts'

let database: TestDatabase
let store: FileStore
let channelId: string
beforeAll(async () => {
  database = await testDatabase()
  store = new FileStore(database.pool, memoryBlobs())
  const { rows: [channel] } = await database.pool.query(
    `insert into channels (id, type, name, config, iso_country_code) values (gen_random_uuid(), 'whatsapp', 'Chat', '{}', 'BR') returning id`)
  channelId = channel.id
})
afterAll(() => database.drop())

/** Uploads a file, and tries or imports it. */
async function worked(file: string, what: 'checking' | 'running'): Promise<ImportRecord> {
  const { pool } = database
  const id = await receiveFile({ pool, store }, (async function* () {
    yield Buffer.from(file)
  })(), { fileName: 'x.csv', channelId, consentSource: null, consentAt: null, importer: { source: 'system', name: 'x', actor: null } })
  await beginImport(pool, (await findImport(pool, id))!, what, { withJob: false })
  await workOn({ pool, store, changes: { publishUsers: () => {} } }, id)
  return (await findImport(pool, id))!
}

test('a person whose rows are committed apart is one, in any spelling', async () => {
  const others = (count: number, from: number) => Array.from({ length: count }, (_, n) => `+39333${String(2_000_000 + from + n)}`)
  const pairs = [['+5511987654399', '+551187654399'], ['+5511987654398', '+5511987654398']] as const
  // The last rows of what is committed together, and the first of what follows.
  const file = ['phone', ...others(1998, 0), ...pairs.map(([one]) => one), ...pairs.map(([, other]) => other), ...others(10, 5000)].join('\n')
  const done = await worked(file, 'running')
  expect(done).toMatchObject({ status: 'done', created: 2010, rejected: 2 })
  const { rows } = await database.pool.query(`select row, reason from import_rows where import_id = $1 and outcome = 'rejected' order by row`, [done.id])
  expect(rows).toEqual([{ row: 2002, reason: 'The same person is in row “2000” already' }, { row: 2003, reason: 'The same person is in row “2001” already' }])
})

test('a dry run tells how far it is', async () => {
  const tried = await worked('phone\n+5511987654321\n', 'checking')
  expect(tried).toMatchObject({ status: 'ready', trial: { created: 1 }, byte: 6 })
  expect([showImport({ ...tried, status: 'checking' }).doneBytes, showImport(tried).doneBytes]).toEqual([tried.size, 6])
})
