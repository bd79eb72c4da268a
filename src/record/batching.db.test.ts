import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../../test/database.ts'
import { applyConnection, at, makeChannel, received } from '../../test/record.ts'
import { applyEvents } from './apply.ts'
import { verifyLedger } from './consent/verify.ts'
import type { ChannelEvent } from './event.ts'

let db: Awaited<ReturnType<typeof testDatabase>>
let lane: Awaited<ReturnType<typeof applyConnection>>
beforeAll(async () => {
  db = await testDatabase()
  lane = await applyConnection(db.connection)
})
afterAll(async () => {
  await lane.end()
  await db.drop()
})

const person = fc.constantFrom('1', '2', '3')
const time = fc.integer({ min: 0, max: 50 })
const messageId = fc.integer({ min: 0, max: 8 }).map(n => `m${n}`)
/** Enough people, messages and moments to collide often. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('message.received', 'message.sent'), person, time, messageId, name: fc.option(fc.constantFrom('Ana', 'Bo')), text: fc.constantFrom('hello', 'STOP', 'start', 'YES', 'help', 'please stop texting me') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('message.status'), person, time, messageId, status: fc.constantFrom('sent', 'delivered', 'read', 'failed') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('message.edited', 'message.deleted'), person, time, messageId }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('user.readdressed'), person, time, to: person }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('session.closed'), person, time }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('consent.changed'), person, time, purpose: fc.constantFrom('all', 'marketing'), status: fc.constantFrom('OptedOut', 'ExplicitlyOptedIn', 'DoublyOptedIn') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('history.imported'), person, time, messageIds: fc.array(messageId, { minLength: 1, maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('user.renamed'), person, time, name: fc.constantFrom('Cy', 'Di') }) },
)
type Step = { kind: string; person: string; time: number; messageId?: string; name?: string | null; status?: string; to?: string; text?: string; purpose?: string; messageIds?: string[] }

function eventOf(channelId: string, step: Step, n: number): ChannelEvent {
  const base = received(channelId, step.person, `${step.person}-${step.messageId}`, {
    eventId: `e${n}`, occurredAt: at(step.time), ...(step.text && { text: step.text }), profile: step.name ? { name: step.name } : undefined,
  })
  const messages = step.messageIds?.map((id, m) => ({
    id: `${step.person}-${id}`, type: 'text', text: `history ${n}`, direction: m % 2 ? 'outbound' : 'inbound', sentAt: at(step.time - m),
  }))
  const user = { key: { kind: 'phone', key: step.to ?? step.person } }
  const more = { kind: step.kind, messageId: `${step.person}-${step.messageId}`, status: step.status, purpose: step.purpose, text: `edited ${n}`, previous: [{ kind: 'phone', key: step.person }], user, messages }
  return { channelId, event: { ...base.event, ...more } as ChannelEvent['event'] }
}

/** All the record says about a channel, without ids and clocks of its own. */
async function record(channelId: string) {
  const query = async (sql: string) => (await db.pool.query(sql, [channelId])).rows
  return {
    users: await query(`select u.platform_key, u.name, u.consent_status, u.consent_pending_until, u.consent_line_count, a.message_count, a.session_count
                        from messaging_users u join messaging_user_activity a on a.messaging_user_id = u.id where u.channel_id = $1 order by u.platform_key, a.message_count, u.name`).then(rows => rows.map(row => JSON.stringify(row)).toSorted()),
    aliases: await query('select kind, key, since, until from aliases where channel_id = $1 order by key, since, until'),
    sessions: await query(`select u.platform_key, s.status, s.origin, s.ended_by, s.timer_at, s.end_user_message_count, s.agent_message_count, s.started_at
                           from sessions s join messaging_users u on u.id = s.messaging_user_id where s.channel_id = $1 order by s.number, 1`)
      .then(rows => rows.map(row => JSON.stringify(row)).toSorted()),
    ledger: await query(`select u.platform_key, e.number, e.purpose, e.from_status, e.to_status, e.source, e.words, e.note, e.happened_at
                         from consent_events e join messaging_users u on u.id = e.messaging_user_id where e.channel_id = $1`)
      .then(rows => rows.map(row => JSON.stringify(row)).toSorted()),
    reviews: await query('select phrase, flagged_at, due_at from consent_reviews where channel_id = $1 order by 2, 1'),
    replies: await query(`select text from messages where channel_id = $1 and sender = 'System' order by 1`),
    messages: await query(`select platform_message_id, direction, text, sent_at, delivered_at, read_at, failed_at, edited_at, deleted_at
                           from messages where channel_id = $1 and sender <> 'System' order by platform_message_id, sent_at, direction`),
    waiting: await query('select platform_message_id from waiting_events where channel_id = $1 order by 1'),
  }
}

const manySteps: fc.Arbitrary<Step[]> = fc.array(step, { minLength: 1, maxLength: 25 })

/** The same message of two people: its address was given to somebody else in between. */
const readdressedBetween: Step[] = [
  { kind: 'history.imported', person: '1', time: 0, messageIds: ['m6', 'm2'] },
  { kind: 'message.received', person: '1', time: 0, messageId: 'm2', name: null, text: 'hello' },
  { kind: 'user.readdressed', person: '1', time: 0, to: '2' },
  { kind: 'message.sent', person: '1', time: 0, messageId: 'm6', name: null, text: 'hello' },
  { kind: 'user.readdressed', person: '1', time: 0, to: '1' },
]

test('events in one batch leave the same record as one by one, with redeliveries in between', async () => {
  await fc.assert(fc.asyncProperty(manySteps, fc.array(fc.nat(24), { maxLength: 6 }), async (steps, again) => {
    const [alone, together] = [await makeChannel(db.pool), await makeChannel(db.pool)]
    for (const [n, one] of steps.entries()) await applyEvents(lane.run, [eventOf(alone, one, n)])
    const batch = steps.map((one, n) => eventOf(together, one, n))
    await applyEvents(lane.run, batch)
    await applyEvents(lane.run, again.flatMap(n => batch[n] ?? []))
    expect(await record(together)).toEqual(await record(alone))
    const [{ wrong }] = (await db.pool.query(`
      select count(*)::int as wrong from messaging_user_activity a where channel_id = any($1)
        and (message_count, session_count) is distinct from (
          (select count(*)::int from messages m where m.messaging_user_id = a.messaging_user_id),
          (select count(*)::int from sessions s where s.messaging_user_id = a.messaging_user_id))`, [[alone, together]])).rows
    expect(wrong).toBe(0)
    const { rows: uncounted } = await db.pool.query(`
      select s.id from sessions s
      left join lateral (
        select count(*) filter (where direction = 'inbound')::int as theirs, count(*) filter (where direction = 'outbound' and sender <> 'System')::int as ours
        from messages m where m.messaging_user_id = s.messaging_user_id and m.session_id = s.id
      ) m on true
      where s.channel_id = any($1) and (s.end_user_message_count, s.agent_message_count) is distinct from (m.theirs, m.ours)`, [[alone, together]])
    expect(uncounted).toEqual([])
    const { rows: open } = await db.pool.query(
      'select messaging_user_id from sessions where channel_id = any($1) and ended_at is null group by 1 having count(*) > 1', [[alone, together]])
    expect(open).toEqual([])
    expect((await verifyLedger(db.pool)).broken).toBeUndefined()
  }), { numRuns: 120, examples: [[readdressedBetween, []]] })
}, 60_000)
