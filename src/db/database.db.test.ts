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

  it('reads times to the millisecond, of all years and zones', async () => {
    const { pool, stop } = await open(databaseUrl(database.connection))
    const client = await pool.connect()
    const years = ['4000-06-15', '0044-03-15', '0999-12-31', '1850-07-01', '1969-12-31', '2026-02-28', '9999-12-31', '12026-05-05', '99999-12-31']
    const times = years.flatMap(day => ['00:00:00', '23:59:59.9', '12:30:15.123', '04:05:06.000001', '04:05:06.789999'].map(time => `${day} ${time}+00`))
    const written = [...times, '0044-03-15 12:00:00+00 BC', '2044-03-15 12:00:00.5+00 BC']
    for (const zone of ['UTC', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Apia']) {
      await client.query(`set timezone to '${zone}'`)
      const { rows } = await client.query<{ time: Date; ms: string }>(
        `select t as time, floor(extract(epoch from t) * 1000)::bigint as ms from unnest($1::timestamptz[]) t`, [written])
      expect(rows.map(({ time }) => time.getTime())).toEqual(rows.map(({ ms }) => Number(ms)))
    }
    expect((await client.query(`select 'infinity'::timestamptz as a, '-infinity'::timestamptz as b`)).rows).toEqual([{ a: Infinity, b: -Infinity }])
    client.release()
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
