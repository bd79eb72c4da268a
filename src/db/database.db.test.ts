import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { databaseUrl, testDatabase, type TestDatabase } from '../../test/database.ts'
import { openDatabase } from './database.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.drop())

const open = (url: string) => openDatabase({ databaseUrl: url, dataDir: '/nowhere' })

describe('openDatabase', () => {
  it('opens an existing database, and reads numbers and times as such', async () => {
    const { pool, stop } = await open(databaseUrl(database.connection))
    const { rows } = await pool.query(
      `select current_database() as name, 12::bigint as small, 9007199254740993::bigint as big,
       timestamptz '2026-01-02 03:04Z' as time`,
    )
    expect(rows).toEqual([
      { name: database.connection.database, small: 12, big: '9007199254740993', time: new Date('2026-01-02T03:04:00Z') },
    ])
    await stop()
  })

  it('outlives the loss of its connections', async () => {
    const { pool, stop } = await open(databaseUrl(database.connection))
    await pool.query('select 1')
    await database.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    )
    await expect.poll(() => pool.query('select 2 as n').then(({ rows }) => rows, () => 'lost')).toEqual([{ n: 2 }])
    await stop()
  })

  it('says why a database cannot be used', async () => {
    const server = inject('server')
    const absent = databaseUrl({ ...server, database: 'absent' })
    await expect(open(absent)).rejects.toThrow('The database cannot be used: database "absent" does not exist')
    await expect(open(databaseUrl({ ...server, host: '/nowhere' }))).rejects.toThrow(/The database cannot be used: .*ENOENT/)
    await expect(open('postgres://127.0.0.1:1/muster')).rejects.toThrow(/The database cannot be used: .*ECONNREFUSED/)
  })
})
