import fc from 'fast-check'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../../test/database.ts'
import { applyConnection, makeChannel, received } from '../../test/record.ts'
import { individualKinds, type IndividualKind } from '../contract/individuals.ts'
import type { LinkKind } from '../contract/links.ts'
import { saveAccounts } from './accounts.ts'
import { applyEvents } from './apply.ts'
import { changeConsent } from './consent/change.ts'
import { verifyLedger } from './consent/verify.ts'
import { saveIndividuals } from './individuals.ts'
import { linkUser, unlinkUser } from './links.ts'
import { undoMerge } from './merge-undo.ts'
import { mergeRecords } from './merges.ts'

let database: TestDatabase
let connection: Awaited<ReturnType<typeof applyConnection>>
let channelId: string
let serial = 0

beforeAll(async () => {
  database = await testDatabase()
  connection = await applyConnection(database.connection)
  channelId = await makeChannel(database.pool)
})
afterAll(async () => {
  await connection.end()
  await database.drop()
})

const numbers = ['+4915123456701', '+4915123456702', '+5511987654321', '+551187654321', '+442079460958']
const emails = ['a@example.com', 'A@example.com', 'b@example.com', 'c@example.org']
const languages = ['de', 'en', 'fr', null]

const phone = fc.record({ number: fc.constantFrom(...numbers), isVerified: fc.boolean(), isShared: fc.boolean() })
const email = fc.record({ email: fc.constantFrom(...emails), isVerified: fc.boolean() })
const fields = {
  name: fc.constantFrom('Ann', 'Bob', 'Cleo'),
  firstName: fc.constantFrom('Ann', null),
  language: fc.constantFrom(...languages),
  phones: fc.array(phone, { maxLength: 3 }),
  emails: fc.array(email, { maxLength: 2 }),
  attributes: fc.dictionary(fc.constantFrom('tier', 'city'), fc.constantFrom('gold', 'Rome', 7, true)),
}
const account = fc.constantFrom(0, 1, null)
const choices = fc.dictionary(fc.constantFrom('name', 'firstName', 'language', 'accountId'), fc.constantFrom('kept', 'merged'))
const person = fc.record({ ...fields, account })
const edit = fc.record(fields, { requiredKeys: [] })
/** Who is linked, and to which of the individuals; and the number they write from. */
const user = fc.record({ number: fc.constantFrom(...numbers), contact: fc.constantFrom(0, 1, 2, null), hasOwnAccount: fc.boolean() })

type Act =
  | { do: 'edit'; who: number; change: Record<string, unknown> }
  | { do: 'link'; user: number; who: number }
  | { do: 'unlink'; user: number }
  | { do: 'new'; number: string; who: number }
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ do: fc.constant('edit' as const), who: fc.constantFrom(0, 1, 2), change: edit }),
  fc.record({ do: fc.constant('link' as const), user: fc.nat(3), who: fc.constantFrom(0, 1, 2) }),
  fc.record({ do: fc.constant('unlink' as const), user: fc.nat(3) }),
  fc.record({ do: fc.constant('new' as const), number: fc.constantFrom(...numbers), who: fc.constantFrom(0, 1, 2) }),
)
const kind = fc.constantFrom(...individualKinds)
const world = fc.record({ kind, people: fc.tuple(person, person, person), users: fc.array(user, { minLength: 1, maxLength: 4 }) })

interface World {
  kind: IndividualKind
  people: string[]
  users: string[]
}

/** A channel of its own, so that the same numbers are other people each time. Of who is linked to nobody somebody is suggested. */
async function build({ kind, people, users }: { kind: IndividualKind; people: { account: number | null }[]; users: { number: string; contact: number | null; hasOwnAccount: boolean }[] }): Promise<World> {
  channelId = await makeChannel(database.pool)
  const n = serial++
  const accounts = await ids(saveAccounts(database.pool, [0, 1].map(i => ({ externalIds: [], change: { name: `Account ${n}.${i}` } }))))
  const made = await ids(saveIndividuals(database.pool, people.map(({ account: of, ...one }, i) => ({
    externalIds: [{ system: 'crm', externalId: `${n}.${i}` }],
    change: { ...one, kind, ...(kind === 'contact' && of !== null && { accountId: accounts[of]! }) },
  }))))
  const userIds: string[] = []
  for (const [i, one] of users.entries()) {
    const id = await writeIn(`${one.number}:${i}`, one.number)
    userIds.push(id)
    if (one.hasOwnAccount) await link(id, 'account', accounts[0]!)
    if (one.contact !== null) await link(id, kind, made[one.contact]!)
    else await suggest(id, kind, made[i % 3]!)
  }
  return { kind, people: made, users: userIds }
}

const ids = async (saving: ReturnType<typeof saveIndividuals>) => (await saving).map(outcome => {
  if (outcome.outcome === 'refused') throw new Error(outcome.reason)
  return outcome.id
})

/** Somebody's first message. Who has the same number on another channel is somebody else. */
async function writeIn(key: string, number: string): Promise<string> {
  await applyEvents(connection.run, [received(channelId, key, `m-${uuidv7()}`)])
  const { rows } = await database.pool.query('select messaging_user_id from aliases where channel_id = $1 and key = $2', [channelId, key])
  await database.pool.query('update messaging_users set match_key = $2 where id = $1', [rows[0].messaging_user_id, number.replace('+55119', '+5511')])
  return rows[0].messaging_user_id
}

const link = (userId: string, kind: LinkKind, recordId: string) =>
  linkUser(database.pool, { userId, kind, recordId, source: 'console', reason: 'they said so', actor: 'Ann (op_1)' })

const suggest = (userId: string, kind: IndividualKind, recordId: string) => database.pool.query(`
  insert into link_suggestions (messaging_user_id, id, kind, record_id, score, reasons) values ($1, $2, $3, $4, 70, '[]')`, [userId, uuidv7(), kind, recordId])

const tables = {
  individuals: 'id', accounts: 'id', individual_phones: 'individual_id, id', individual_emails: 'individual_id, id', external_ids: 'object, system, external_id',
  messaging_users: 'id', aliases: 'id', sessions: 'id', messages: 'id', link_suggestions: 'id', consent_events: 'id', messaging_user_purposes: 'messaging_user_id',
}
/** All tables, but for when they were last changed; of the links those that hold now. Links that follow a contact are told without their ids. */
async function all(): Promise<Record<string, unknown[]>> {
  const found: Record<string, unknown[]> = {}
  for (const [table, order] of Object.entries(tables)) {
    found[table] = (await database.pool.query(`select to_jsonb(t) - 'updated_at' as row from ${table} t order by ${order}`)).rows
  }
  found.links = (await database.pool.query(`
    select messaging_user_id, kind, record_id, source, case when source <> 'contact' then to_jsonb(l) end as line
    from links l where unlinked_at is null order by messaging_user_id, kind`)).rows
  return found
}
const consents = async () => {
  const { rows } = await database.pool.query(`
    select u.id, u.consent_status, u.consent_line_count, (select array_agg(hash::text order by number) from consent_events e where e.messaging_user_id = u.id) as lines
    from messaging_users u order by u.id`)
  return new Map(rows.map(row => [row.id, row]))
}

const merge = async ({ people }: World, kept: number, other: number, chosen: Record<string, 'kept' | 'merged'> = {}) =>
  (await mergeRecords(database.pool, { object: 'individual', keptId: people[kept]!, mergedId: people[other]!, choices: chosen }, 'Ann')).id
const undo = (id: string) => undoMerge(database.pool, id, 'Ann')

test('a merge that is undone leaves everything exactly as it was, in whatever order several are undone', async () => {
  await fc.assert(fc.asyncProperty(world, fc.tuple(choices, choices), fc.constantFrom('A<-B A<-C', 'A<-B C<-A', 'B<-C A<-B'), fc.boolean(), async (made, [first, second], shape, inOrder) => {
    const world = await build(made)
    const before = await all()
    const steps = shape.split(' ').map(step => step.split('<-').map(letter => 'ABC'.indexOf(letter))) as [[number, number], [number, number]]
    const merges = [await merge(world, ...steps[0], first as never), await merge(world, ...steps[1], second as never)]
    expect(await linkedTo(world.people[steps[1][1]]!)).toBe(0)
    for (const id of inOrder ? merges : merges.toReversed()) await undo(id)
    expect(await all()).toEqual(before)
  }), { numRuns: 25 })
}, 60_000)

const linkedTo = async (id: string) => (await database.pool.query('select count(*) from links where record_id = $1 and unlinked_at is null', [id])).rows[0].count

test('after whatever happened since, undoing loses no link, doubles none, and changes nobody’s consent', async () => {
  await fc.assert(fc.asyncProperty(world, fc.tuple(choices, choices), fc.array(act, { maxLength: 8 }), fc.constantFrom([0, 2], [2, 0]), fc.boolean(), async (made, [chosen, later], acts, pair, inOrder) => {
    const world = await build(made)
    await changeConsent(database.pool, world.users[0]!, { kind: 'record', status: 'OptedOut' }, 'all', {
      source: 'console', actor: 'Ann', language: null, words: null, messageId: null, note: 'phone call', happenedAt: new Date(),
    }, new Date())
    const consentBefore = await consents()
    const merges = [await merge(world, 0, 1, chosen as never)]
    for (const one of acts.slice(0, 4)) await happen(world, one)
    merges.push(await merge(world, pair[0]!, pair[1]!, later as never))
    for (const one of acts.slice(4)) await happen(world, one)
    const { rows: linkedBefore } = await database.pool.query('select messaging_user_id, kind from links where unlinked_at is null and kind = $1 order by 1, 2', [made.kind])
    for (const id of inOrder ? merges : merges.toReversed()) await undo(id)
    const { rows: linkedAfter } = await database.pool.query('select messaging_user_id, kind from links where unlinked_at is null and kind = $1 order by 1, 2', [made.kind])
    expect(linkedAfter).toEqual(linkedBefore)
    const { rows: apart } = await database.pool.query(`
      select u.id from messaging_users u left join links l on l.messaging_user_id = u.id and l.kind = 'contact' and l.unlinked_at is null
      left join links a on a.messaging_user_id = u.id and a.kind = 'account' and a.unlinked_at is null left join individuals i on i.id = u.contact_id
      where u.contact_id is distinct from l.record_id or u.account_id is distinct from a.record_id or i.merged_into is not null
        or (not u.account_is_manual and u.account_id is distinct from i.account_id)`)
    expect(apart, 'who is linked, their ledger of links and their accounts agree').toEqual([])
    const consentAfter = await consents()
    for (const [userId, row] of consentBefore) expect(consentAfter.get(userId)).toEqual(row)
    const { rows: alive } = await database.pool.query('select count(*) from individuals where merged_into is not null')
    expect(alive[0].count).toBe(0)
  }), { numRuns: 40 })
  expect((await verifyLedger(database.pool)).broken).toBeUndefined()
}, 60_000)

async function happen({ kind, people, users }: World, one: Act): Promise<void> {
  if (one.do === 'edit') await saveIndividuals(database.pool, [{ id: people[one.who]!, externalIds: [], change: one.change as object }])
  if (one.do === 'link') await link(users[one.user % users.length]!, kind, people[one.who]!).catch(() => {})
  if (one.do === 'unlink') await unlinkUser(database.pool, users[one.user % users.length]!, kind, { reason: null, actor: 'Ann' })
  if (one.do === 'new') await link(await writeIn(`${one.number}/${serial++}`, one.number), kind, people[one.who]!).catch(() => {})
}
