import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../../../test/database.ts'
import { applyConnection, makeChannel, received } from '../../../test/record.ts'
import { applyEvents } from '../apply.ts'
import { saveIndividuals } from '../individuals.ts'
import { PHONE_MATCH_VERSION, type PhoneKey } from './match-key.ts'
import { rekeyPhones, requestRekeying } from './rekey.ts'

let database: TestDatabase
let connection: Awaited<ReturnType<typeof applyConnection>>
let channelId: string
beforeAll(async () => {
  database = await testDatabase()
  connection = await applyConnection(database.connection)
  channelId = await makeChannel(database.pool)
  await database.pool.query(`update channels set iso_country_code = 'DE' where id = $1`, [channelId])
})
afterAll(async () => {
  await connection.end()
  await database.drop()
})
const rows = async (sql: string, ...values: unknown[]) => (await database.pool.query(sql, values)).rows
const write = (key: string) => applyEvents(connection.run, [received(channelId, key, uuidv7())])
const keys = () => rows('select platform_key, e164, match_key, match_version from messaging_users order by id')
const jobs = () => rows(`select task_identifier from graphile_worker.jobs where task_identifier = 'rekey-phones'`)

test('numbers from before there were keys get theirs, national ones by the country of the channel', async () => {
  for (const key of ['4915123456701', '015123456702', 'no number']) await write(key)
  await rows('update messaging_users set e164 = null, match_key = null, match_version = null')
  await requestRekeying(database.pool)
  await requestRekeying(database.pool)
  expect(await jobs()).toHaveLength(1)
  const told: number[] = []
  expect(await rekeyPhones(database.pool, { limit: 2, onProgress: done => told.push(done) })).toBe(3)
  expect(told).toEqual([2, 3])
  expect(await keys()).toEqual([
    { platform_key: '4915123456701', e164: '+4915123456701', match_key: '+4915123456701', match_version: PHONE_MATCH_VERSION },
    { platform_key: '015123456702', e164: '+4915123456702', match_key: '+4915123456702', match_version: PHONE_MATCH_VERSION },
    { platform_key: 'no number', e164: null, match_key: null, match_version: PHONE_MATCH_VERSION },
  ])
  await rows('delete from graphile_worker._private_jobs')
  await requestRekeying(database.pool)
  expect(await jobs(), 'nothing is left to do').toEqual([])
})

test('with new rules all keys change, once; what the platform and the business gave stays', async () => {
  await saveIndividuals(database.pool, [{ externalIds: [], change: { kind: 'contact', name: 'Ann', isoCountryCode: 'DE', phones: [{ number: '0151 23456703' }] } }])
  const given = () => rows(`select platform_key as given from messaging_users union all select number from individual_phones order by given`)
  const before = await given()
  const next = (number: string): PhoneKey => ({ e164: `+${number.replaceAll(/\D/g, '')}`, matchKey: `next ${number}` })
  const options = { version: PHONE_MATCH_VERSION + 1, rules: { address: next, phone: next } }
  expect(await rekeyPhones(database.pool, options)).toBe(4)
  expect(await rekeyPhones(database.pool, options)).toBe(0)
  expect((await keys()).map(row => row.match_key)).toEqual(['next 4915123456701', 'next 015123456702', 'next no number'])
  expect(await rows('select match_key, match_version from individual_phones')).toEqual([{ match_key: 'next 0151 23456703', match_version: PHONE_MATCH_VERSION + 1 }])
  expect(await given()).toEqual(before)
})

test('a row that somebody holds is left to the next time, and nobody waits', async () => {
  const holder = await database.pool.connect()
  const options = { version: PHONE_MATCH_VERSION + 2 }
  try {
    await holder.query('begin')
    await holder.query(`select from messaging_users where platform_key = '015123456702' for update`)
    expect(await rekeyPhones(database.pool, options)).toBe(3)
    await holder.query('rollback')
  } finally {
    holder.release()
  }
  expect(await rekeyPhones(database.pool, options)).toBe(1)
})
