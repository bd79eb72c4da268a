import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { Client } from 'pg'
import { uuidv7 } from 'uuidv7'
import { UnparseableError, type Connector, type RawRequest } from '../src/connectors/connector.ts'
import { readFixtures, requestOf, type Fixture } from '../src/connectors/fixtures.ts'
import { registry } from '../src/connectors/registry.ts'
import { openDatabase } from '../src/db/database.ts'
import { migrate } from '../src/db/migrate.ts'
import { problemOf } from '../src/inbound/check.ts'
import { applyEvents, applySettings } from '../src/record/apply.ts'
import { verifyLedger } from '../src/record/consent/verify.ts'
import type { ChannelEvent } from '../src/record/event.ts'
import { keepRejects, type NewReject } from '../src/record/rejects.ts'
import { runner, type Run } from '../src/record/statement.ts'

const COUNT = Number(process.argv[3] ?? 100_000)
/** Bodies whose events are applied in one transaction. */
const BATCH = 200

/**
 * Broken bodies, made of real ones, for every connector: parsed, checked and applied to a real database as the door does it. Whatever is
 * not refused in the agreed way is a fault; at the end the record must be consistent.
 */
export async function run(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'muster-fuzz-'))
  const database = await openDatabase({ databaseUrl: undefined, dataDir })
  try {
    await migrate(database.connection)
    const client = new Client({ ...database.connection, pipeline: true })
    client.on('error', () => {}) // the database is stopped under it when something went wrong
    await client.connect()
    await client.query(applySettings)
    for (const { connector } of registry) {
      const channelId = uuidv7()
      await database.pool.query(`insert into channels (id, type, name, config) values ($1, $2, $2, '{}')`, [channelId, connector.type])
      await fuzz(connector, channelId, runner(client, true))
    }
    await client.end()
    const { rows: [wrong] } = await database.pool.query(inconsistencies)
    console.log(`inconsistent: ${JSON.stringify(wrong)}; consent ledger: ${JSON.stringify((await verifyLedger(database.pool)).broken ?? 'sound')}`)
    if (Object.values(wrong).some(count => count !== 0)) process.exitCode = 1
  } finally {
    await database.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function fuzz(connector: Connector, channelId: string, run: Run): Promise<void> {
  const began = performance.now()
  const fixtures = readFixtures(connector.type).filter(({ fixture }) => fixture.events?.length)
  const tally = { bodies: 0, refused: 0, applied: 0, rejected: 0 }
  while (tally.bodies < COUNT) {
    const items: ChannelEvent[] = []
    const rejects: NewReject[] = []
    for (const body of fc.sample(bodies(connector.type, fixtures.map(each => each.fixture)), Math.min(BATCH, COUNT - tally.bodies))) {
      tally.bodies++
      for (const event of parse(connector, body) ?? []) {
        const item = { channelId, event } as ChannelEvent
        const reason = event.kind === 'typing' ? 'typing' : event.kind === 'unsupported' ? event.reason : problemOf(item, new Date())
        if (reason === undefined) items.push(item)
        else rejects.push({ channelId, eventId: event.eventId, reason, payload: event })
      }
    }
    if (rejects.length > 0) await keepRejects(run, rejects)
    for (const outcome of (await applyEvents(run, items)).outcomes) tally[outcome.outcome === 'rejected' ? 'rejected' : 'applied']++
    tally.rejected += rejects.length
  }
  console.log(`${connector.type.padEnd(12)} ${tally.bodies} bodies, ${tally.applied} events applied, ${tally.rejected} set aside, ${((performance.now() - began) / 1000).toFixed(0)} s`)
}

function parse(connector: Connector, request: RawRequest) {
  try {
    return connector.parse(request)
  } catch (error) {
    if (error instanceof UnparseableError) return undefined
    throw new Error(`${connector.type} tripped over ${request.body.toString('latin1').slice(0, 500)}`, { cause: error })
  }
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1e308, '', ' ', '0', '-1', '999999999999', '\0', '\ud800', '__proto__', 'STOP', 'START', [], {}, [null], { id: {} }),
  fc.string({ unit: 'binary', maxLength: 300 }), fc.jsonValue(),
)

/** Real bodies with a byte changed, a part of another kind, cut short, or doubled. */
function bodies(type: string, fixtures: Fixture[]): fc.Arbitrary<RawRequest> {
  return fc.tuple(fc.constantFrom(...fixtures), fc.nat(3), fc.nat(), fc.nat(255), fc.array(fc.nat(20), { minLength: 1, maxLength: 9 }), odd)
    .map(([fixture, way, at, byte, path, replacement]) => {
      const { body: given } = fixture.request
      if (way > 1 && typeof given === 'object' && given !== null) {
        const body = mutate(given, path, replacement)
        if (typeof body === 'object' && body !== null) return requestOf(type, { ...fixture, request: { ...fixture.request, body: body as typeof given } })
      }
      const request = requestOf(type, fixture)
      const whole = request.body
      if (way === 0 && whole.length > 0) whole[at % whole.length] = byte
      return way === 1 ? { ...request, body: whole.subarray(0, at % (whole.length + 1)) } : request
    })
}

/** A copy of `value` in which the part that the numbers lead to is another one. */
function mutate(value: unknown, [step, ...rest]: number[], replacement: unknown): unknown {
  if (typeof value !== 'object' || value === null || step === undefined) return replacement
  const names = Object.keys(value)
  const name = names[step % Math.max(names.length, 1)]
  if (name === undefined) return replacement
  if (Array.isArray(value)) return value.map((item: unknown, index) => (String(index) === name ? mutate(item, rest, replacement) : item))
  return { ...value, [name]: mutate((value as Record<string, unknown>)[name], rest, replacement) }
}

const inconsistencies = `
  select
    (select count(*)::int from messages m where not exists (
      select 1 from sessions s where s.messaging_user_id = m.messaging_user_id and s.id = m.session_id)) as messages_without_session,
    (select count(*)::int from messaging_users u where not exists (select 1 from aliases a where a.messaging_user_id = u.id)) as people_without_alias,
    (select count(*)::int from messaging_user_activity a where a.message_count <> (
      select count(*) from messages m where m.messaging_user_id = a.messaging_user_id)) as wrong_message_counts,
    (select count(*)::int from messaging_user_activity a where a.session_count <> (
      select count(*) from sessions s where s.messaging_user_id = a.messaging_user_id)) as wrong_session_counts,
    (select count(*)::int from (select 1 from sessions where ended_at is null group by messaging_user_id having count(*) > 1) x) as two_open_sessions`
