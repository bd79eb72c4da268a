import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../../../test/database.ts'
import { applyConnection, at, makeChannel, received } from '../../../test/record.ts'
import { applyEvents } from '../apply.ts'
import { inTransaction } from '../transaction.ts'
import { changeConsent, ConsentRefusedError, expirePending } from './change.ts'
import type { Evidence } from './ledger.ts'
import { verifyLedger } from './verify.ts'

let db: TestDatabase
let connection: Awaited<ReturnType<typeof applyConnection>>
let channelId: string
beforeAll(async () => {
  db = await testDatabase()
  connection = await applyConnection(db.connection)
})
afterAll(async () => {
  await connection.end()
  await db.drop()
})
beforeEach(async () => {
  channelId = await makeChannel(db.pool)
})

let serial = 0
/** Somebody says these texts, one a minute. @returns their id */
async function says(...texts: string[]): Promise<string> {
  const key = `person-${serial++}`
  for (const [n, text] of texts.entries()) await say(key, text, n * 60)
  const { rows } = await db.pool.query('select id from messaging_users where channel_id = $1 and platform_key = $2', [channelId, key])
  return rows[0].id
}
const say = (key: string, text: string, seconds: number) =>
  applyEvents(connection.run, [received(channelId, key, `event-${serial++}`, { text, occurredAt: at(seconds) })])
const linesOf = async (userId: string) =>
  (await db.pool.query('select * from consent_events where messaging_user_id = $1 order by number', [userId])).rows
const userOf = async (userId: string) => (await db.pool.query('select * from messaging_users where id = $1', [userId])).rows[0]
const evidence = (more: Partial<Evidence> = {}): Evidence =>
  ({ source: 'console', actor: 'Ada (op_1)', language: null, words: null, messageId: null, note: 'on the phone', happenedAt: at(3600), ...more })

test('each change is a line with from, to, words and the message behind it', async () => {
  const id = await says('hello', 'STOP', 'start')
  const lines = await linesOf(id)
  expect(lines.map(line => [line.number, line.from_status, line.to_status, line.source, line.words])).toEqual([
    [1, null, 'ImplicitlyOptedIn', 'message', null],
    [2, 'ImplicitlyOptedIn', 'OptedOut', 'keyword', 'STOP'],
    [3, 'OptedOut', 'ExplicitlyOptedIn', 'keyword', 'start'],
  ])
  const { rows } = await db.pool.query('select text from messages where messaging_user_id = $1 and id = $2', [id, lines[1].message_id])
  expect(rows[0].text).toBe('STOP')
  expect((await userOf(id)).consent_status).toBe('ExplicitlyOptedIn')
})

test('what another app answers counts, and Muster does not answer it as well', async () => {
  const replies = async (more: { answeredElsewhere?: true }) => {
    const key = `person-${serial++}`
    for (const [n, text] of ['STOP', 'help', 'start'].entries()) {
      await applyEvents(connection.run, [received(channelId, key, `event-${serial++}`, { text, occurredAt: at(n * 60), ...more })])
    }
    const { rows: [{ id }] } = await db.pool.query('select id from messaging_users where channel_id = $1 and platform_key = $2', [channelId, key])
    expect((await linesOf(id)).map(line => line.to_status)).toEqual(['OptedOut', 'ExplicitlyOptedIn'])
    return (await db.pool.query(`select from messages where messaging_user_id = $1 and sender = 'System'`, [id])).rowCount
  }
  expect([await replies({}), await replies({ answeredElsewhere: true })]).toEqual([3, 0])
})

test('a line’s hash covers the one before and its fields, as documented', async () => {
  const lines = await linesOf(await says('hello', 'STOP'))
  const micros = (time: string) => String(BigInt(new Date(time).getTime()) * 1000n)
  for (const [n, line] of lines.entries()) {
    const { rows: [exact] } = await db.pool.query(
      `select (extract(epoch from recorded_at) * 1000000)::bigint::text as recorded from consent_events where messaging_user_id = $1 and number = $2`,
      [line.messaging_user_id, line.number])
    const fields = [
      line.messaging_user_id, String(line.number), line.id, line.channel_id, line.purpose, line.from_status, line.to_status, null, line.source, line.actor,
      line.language, line.words, line.message_id, line.note, micros(line.happened_at), exact.recorded,
    ]
    const hash = createHash('sha256')
    if (n > 0) hash.update(lines[n - 1].hash)
    expect(hash.update(fields.map(field => field ?? '\u2400').join('\u001f')).digest()).toEqual(line.hash)
  }
})

test.each([
  ['update', `update consent_events set to_status = 'ExplicitlyOptedIn'`],
  ['delete', 'delete from consent_events'],
  ['truncate', 'truncate consent_events'],
])('the database refuses %s', async (_, sql) => {
  await says('hello')
  await expect(db.pool.query(sql)).rejects.toThrow(/append-only/)
})

test('a line cannot be put into the middle, or twice at the same place', async () => {
  const id = await says('hello')
  const insert = (number: number) => db.pool.query(`
    insert into consent_events (messaging_user_id, number, id, channel_id, purpose, source, happened_at)
    values ($1, $2, gen_random_uuid(), $3, 'all', 'api', now())`, [id, number, channelId])
  await expect(insert(1)).rejects.toMatchObject({ constraint: 'consent_events_pkey' })
  await expect(insert(3)).rejects.toThrow(/no line before it/)
})

/** As the owner of the database could, who takes the triggers away first. */
const tamper = (sql: string, values: unknown[]) => inTransaction(db.pool, async client => {
  await client.query('alter table consent_events disable trigger user')
  await client.query(sql, values)
  await client.query('alter table consent_events enable trigger user')
})

test.each([
  ['a changed line', `update consent_events set words = 'I love it' where messaging_user_id = $1 and number = 2`, 2, /was changed/],
  ['a changed line with its own hash made new',
    `update consent_events c set words = 'x', hash = consent_event_hash(jsonb_populate_record(c, '{"words": "x"}')) where messaging_user_id = $1 and number = 2`, 3, /does not follow/],
  ['a line taken out', 'delete from consent_events where messaging_user_id = $1 and number = 2', 2, /missing/],
  ['the last line cut off', 'delete from consent_events where messaging_user_id = $1 and number = 3', 3, /missing at the end/],
  ['the whole ledger of a person gone', 'delete from consent_events where messaging_user_id = $1', 1, /missing at the end/],
  ['another status on the person', `update messaging_users set consent_status = 'DoublyOptedIn' where id = $1`, 3, /not what the ledger says/],
])('verification finds %s', async (_, sql, number, problem) => {
  const id = await says('hello', 'stop', 'start')
  expect((await verifyLedger(db.pool)).broken).toBeUndefined()
  await tamper(sql, [id])
  const { broken } = await verifyLedger(db.pool)
  await tamper('delete from consent_events where messaging_user_id = $1', [id]) // other tests look at their own people alone
  await tamper(`update messaging_users set consent_status = null, consent_line_count = 0 where id = $1`, [id])
  expect(broken).toMatchObject({ userId: id, number, problem: expect.stringMatching(problem) })
})

test('an opt-out and an opt-in that come out of order leave what was said last', async () => {
  const id = await says('hello')
  const { platform_key: key } = await userOf(id)
  await say(key, 'STOP', 200)
  await say(key, 'START', 100)
  expect((await userOf(id)).consent_status).toBe('OptedOut')
  await say(key, 'START', 300)
  await say(key, 'STOP', 250)
  expect((await userOf(id)).consent_status).toBe('ExplicitlyOptedIn')
  const late = (await linesOf(id)).filter(line => line.note)
  expect(late.map(line => line.words)).toEqual(['START', 'STOP'])
  expect((await verifyLedger(db.pool)).broken).toBeUndefined()
})

test('what an operator records follows the same rules, and is refused with a reason', async () => {
  const id = await says('hello', 'STOP')
  const record = (status: 'ImplicitlyOptedIn' | 'ExplicitlyOptedIn' | 'DoublyOptedIn', more?: Partial<Evidence>) =>
    changeConsent(db.pool, id, { kind: 'record', status }, 'all', evidence(more), at(3600))
  await expect(record('ImplicitlyOptedIn')).rejects.toThrow(ConsentRefusedError)
  await expect(record('DoublyOptedIn')).rejects.toThrow(ConsentRefusedError)
  await expect(record('ExplicitlyOptedIn', { happenedAt: at(10) })).rejects.toThrow(/something else since/)
  expect(await linesOf(id)).toHaveLength(2)
  await record('ExplicitlyOptedIn')
  expect((await linesOf(id)).at(-1)).toMatchObject({ actor: 'Ada (op_1)', note: 'on the phone', source: 'console', to_status: 'ExplicitlyOptedIn' })
})

test('two changes at once are two lines, one after the other', async () => {
  const id = await says('hello')
  await Promise.all(Array.from({ length: 8 }, (_, n) =>
    changeConsent(db.pool, id, { kind: 'record', status: n % 2 ? 'OptedOut' : 'ExplicitlyOptedIn' }, 'all', evidence({ happenedAt: at(3600 + n) }), at(3700)).catch(() => {})))
  const lines = await linesOf(id)
  expect(lines.map(line => line.number)).toEqual(lines.map((_, n) => n + 1))
  expect((await verifyLedger(db.pool)).broken).toBeUndefined()
})

test('a double opt-in that is never confirmed falls back to what was before', async () => {
  await db.pool.query(`update channels set consent_type = 'DoubleOptIn' where id = $1`, [channelId])
  const id = await says('hello', 'STOP', 'START')
  expect(await userOf(id)).toMatchObject({ consent_status: 'ExplicitlyOptedIn', consent_pending_until: at(120 + 72 * 3600) })
  expect(await expirePending(db.pool, at(119 + 72 * 3600))).toEqual([])
  expect(await expirePending(db.pool, at(120 + 72 * 3600))).toEqual([{ userId: id, channelId }])
  expect(await userOf(id)).toMatchObject({ consent_status: 'OptedOut', consent_pending_until: null })
  expect((await verifyLedger(db.pool)).broken).toBeUndefined()
})
