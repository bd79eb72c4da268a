import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../../test/database.ts'
import { isoTime, timeText } from './times.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.drop())

const some = [0, 1, 10, 100, 120, 123, 999, 1000, 60_000].map(ms => new Date(Date.UTC(2026, 1, 3, 4, 5, 6) + ms))
const times = [...some, ...fc.sample(fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }), 1000)]

test.for(['UTC', 'Asia/Kathmandu'])('a time reads as JavaScript writes it, whatever is below the millisecond, with the clock of %s', async (zone) => {
  const client = await db.pool.connect()
  await client.query(`set timezone = '${zone}'`)
  const { rows } = await client.query<{ exact: string; more: string }>(`
    select ${timeText('t')} as exact, ${timeText(`t + interval '999 microseconds'`)} as more
    from unnest($1::text[]) with ordinality i(text, n) cross join lateral (select text::timestamptz as t) t order by n`, [times.map(time => time.toISOString())])
  client.release(true)
  expect(rows.map(({ exact }) => isoTime(exact))).toEqual(times.map(time => time.toISOString()))
  expect(rows.map(({ more }) => isoTime(more))).toEqual(times.map(time => time.toISOString()))
})
