import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fill, type People } from '../bench/import-reference.ts'
import { setBasedRate } from '../bench/reference.ts'
import { applyEvents } from '../src/record/apply.ts'
import { createImported } from '../src/record/imports/write.ts'
import { inTransaction } from '../src/record/transaction.ts'
import { runner } from '../src/record/statement.ts'
import { testDatabase, type TestDatabase } from './database.ts'
import { applyConnection, makeChannel, received } from './record.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.drop())

const ofUsers = 'messaging_user_id in (select id from messaging_users where channel_id = $1)'
const tables = { messaging_users: 'channel_id = $1', inbound_events: 'channel_id = $1', ...Object.fromEntries(
  ['aliases', 'messaging_user_activity', 'messaging_user_history', 'consent_events', 'sessions', 'messages'].map(table => [table, ofUsers])) }

/** How many rows of a channel have each column filled, by table. */
async function filledColumns(channelId: string) {
  const counted = await Promise.all(Object.entries(tables).map(async ([table, where]) => {
    const { rows } = await db.pool.query<{ column: string; n: number }>(`
      select f.field as column, count(*)::int as n from ${table} t, jsonb_each(to_jsonb(t)) as f(field, value) where ${where} and f.value <> 'null' group by 1`, [channelId])
    return [table, Object.fromEntries(rows.map(({ column, n }) => [column, n]))] as const
  }))
  return Object.fromEntries(counted)
}

const keys = Array.from({ length: 200 }, (_, n) => `+4915${n}`)

test('what messages are measured against writes the same rows as the door', async () => {
  const [door, reference] = [await makeChannel(db.pool), await makeChannel(db.pool)]
  const lane = await applyConnection(db.connection)
  await applyEvents(lane.run, keys.map(key => received(door, key, key, { profile: { name: `Person ${key}` } })))
  await lane.end()
  await setBasedRate(db.connection, reference, keys, 'run', 60)
  expect(await filledColumns(reference)).toEqual(await filledColumns(door))
})

test('what imports are measured against writes the same rows as an import', async () => {
  const [imported, reference] = [await makeChannel(db.pool), await makeChannel(db.pool)]
  const importId = uuidv7()
  await db.pool.query(`insert into imports (id, file_name, is_file, status, actor_source, actor_name) values ($1, 'f.csv', true, 'done', 'operator', 'Admin')`, [importId])
  const people: People = { channel: reference, importId, count: keys.length, numberOf: n => keys[n]!, nameOf: n => `Person ${n}` }
  const status = 'ExplicitlyOptedIn'
  await inTransaction(db.pool, client => createImported(runner(client, true), keys.map((key, n) => ({
    row: {
      number: n + 2, given: key, channelId: imported, lookUp: [key], keys: [{ kind: 'phone', key }], keyColumn: 'phone', links: [],
      profile: { name: `Person ${n}`, externalId: key }, phone: { e164: key, matchKey: key },
      consent: { status, source: 'Web form', at: new Date(), column: 'consent' },
    },
    consent: { status, pending: null }, links: [],
  })), { source: 'operator', name: 'Admin', actor: 'Admin' }, new Set()))
  await fill(db.connection, people)
  expect(await filledColumns(reference)).toEqual(await filledColumns(imported))
})
