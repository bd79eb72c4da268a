import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../../test/database.ts'
import { at, makeChannel } from '../../test/record.ts'
import { pruneInbound } from './prune.ts'
import { measureResponses } from './responses.ts'
import { changeSession, sweepSessions, type SessionActor } from './session-changes.ts'
import { opened, type SessionOpening } from './session-life.ts'
import { runner } from './statement.ts'

let database: TestDatabase
let channelId: string

beforeAll(async () => {
  database = await testDatabase()
})
beforeEach(async () => {
  channelId = await makeChannel(database.pool)
  await database.pool.query('update channels set inactivity_minutes = 10 where id = $1', [channelId])
})
afterAll(() => database.drop())

const HOUR = 3600
const ann: SessionActor = { type: 'Agent', id: 'ann' }
const query = async (sql: string, values: unknown[] = []) => (await database.pool.query(sql, values)).rows
const act = (id: string, change: Parameters<typeof changeSession>[2], seconds: number) => changeSession(database.pool, id, change, ann, at(seconds))
const sweep = (seconds: number) => sweepSessions(database.pool, at(seconds))
const statusOf = async (id: string) => (await query('select status from sessions where id = $1', [id]))[0].status
const eventsOf = (id: string) => query(`
  select kind, from_value as "from", to_value as "to", actor_type as "by", actor, happened_at as "at"
  from session_events where session_id = $1 order by happened_at, id`, [id])

async function session(opening: SessionOpening = { kind: 'inbound' }): Promise<{ id: string; userId: string }> {
  const [id, userId] = [uuidv7(), uuidv7()]
  const { rows: [channel] } = await database.pool.query('select platform_type as "platformType", inactivity_minutes as "inactivityMinutes" from channels where id = $1', [channelId])
  const { state, origin } = opened(opening, channel, at(0))
  await query(`insert into messaging_users (id, channel_id, platform_key, name, name_source) values ($1, $2, $1::uuid::text, 'Ada', 'default')`, [userId, channelId])
  await query(`insert into sessions (messaging_user_id, id, channel_id, status, origin, started_at, ended_at, timer_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [userId, id, channelId, state.status, origin, at(0), state.endedAt, state.timerAt])
  return { id, userId }
}

async function says({ id, userId }: { id: string; userId: string }, direction: 'inbound' | 'outbound', seconds: number, sender: string | null = null) {
  await query(`
    insert into messages (messaging_user_id, id, session_id, channel_id, direction, type, text, platform_message_id, sent_at, sender)
    values ($1, $2, $3, $4, $5, 'text', 'x', $2::uuid::text, $6, $7)`, [userId, uuidv7(), id, channelId, direction, at(seconds), sender])
}

describe('what an operator does', () => {
  it('is told in the history of the session', async () => {
    const { id, userId } = await session()
    expect(await act(id, { kind: 'accept', ownerId: 'ann' }, 1)).toEqual({ outcome: 'changed', userId, channelId })
    await act(id, { kind: 'transfer', ownerId: 'bob' }, 2)
    await act(id, { kind: 'end', by: 'Agent' }, 3)
    const by = { by: 'Agent', actor: 'ann' }
    expect(await eventsOf(id)).toEqual([
      { kind: 'StatusChanged', from: 'Waiting', to: 'Active', at: at(1), ...by },
      { kind: 'OwnerChanged', from: null, to: 'ann', at: at(1), ...by },
      { kind: 'OwnerChanged', from: 'ann', to: 'bob', at: at(2), ...by },
      { kind: 'StatusChanged', from: 'Active', to: 'Ended', at: at(3), ...by },
    ])
    expect(await query('select status, owner_id, agent_type, accepted_at, ended_at, ended_by, timer_at from sessions where id = $1', [id])).toEqual([
      { status: 'Ended', owner_id: 'bob', agent_type: 'Agent', accepted_at: at(1), ended_at: at(3), ended_by: 'Agent', timer_at: null },
    ])
  })

  it('leaves no trace where it is impossible, says nothing new, or has no session', async () => {
    const { id } = await session()
    expect(await act(id, { kind: 'pause' }, 1)).toEqual({ outcome: 'refused', reason: expect.stringContaining('Only an active session') })
    await act(id, { kind: 'accept', ownerId: 'ann' }, 2)
    const events = await eventsOf(id)
    expect(await act(id, { kind: 'accept', ownerId: 'ann' }, 3)).toMatchObject({ outcome: 'unchanged' })
    expect(await eventsOf(id)).toEqual(events)
    expect(await act(uuidv7(), { kind: 'end', by: 'Agent' }, 3)).toEqual({ outcome: 'absent' })
  })

  it('is accepted once when two want it', async () => {
    const { id } = await session()
    const results = await Promise.all(['ann', 'bob'].map(ownerId => act(id, { kind: 'accept', ownerId }, 1)))
    expect(results.map(({ outcome }) => outcome).toSorted()).toEqual(['changed', 'refused'])
  })
})

describe('the clock', () => {
  it('makes who does not answer inactive, and ends the session a day later', async () => {
    const { id, userId } = await session()
    await act(id, { kind: 'outbound', sender: 'Agent', ownerId: 'ann' }, 60)
    expect([await sweep(11 * 60 - 1), await statusOf(id)]).toEqual([[], 'Active'])
    expect([await sweep(11 * 60), await statusOf(id)]).toEqual([[{ userId, channelId }], 'Inactive'])
    await sweep(24 * HOUR)
    expect(await statusOf(id)).toBe('Inactive')
    await sweep(25 * HOUR)
    expect(await query('select status, ended_by, ended_at from sessions where id = $1', [id])).toEqual([{ status: 'Ended', ended_by: 'System', ended_at: at(25 * HOUR) }])
    expect((await eventsOf(id)).slice(-2)).toEqual([
      { kind: 'StatusChanged', from: 'Active', to: 'Inactive', by: 'System', actor: null, at: at(11 * 60) },
      { kind: 'StatusChanged', from: 'Inactive', to: 'Ended', by: 'System', actor: null, at: at(25 * HOUR) },
    ])
  })

  it.each([['Enhanced', 48], ['Standard', 24]])('ends what nobody answered on an %s channel after %i hours', async (tier, hours) => {
    await query('update channels set platform_type = $2 where id = $1', [channelId, tier])
    const { id } = await session({ kind: 'outbound', sender: 'Agent' })
    await sweep(hours * HOUR - 1)
    expect(await statusOf(id)).toBe('New')
    await sweep(hours * HOUR)
    expect(await statusOf(id)).toBe('Ended')
  })

  it('changes each session once, in small batches and with several processes', async () => {
    const sessions = await Promise.all(Array.from({ length: 30 }, () => session({ kind: 'keyword', origin: 'Help' })))
    const now = at(24 * HOUR)
    const changed = await Promise.all([1, 2, 3].map(() => sweepSessions(database.pool, now, 4)))
    expect(changed.flat().map(({ userId }) => userId).toSorted()).toEqual(sessions.map(({ userId }) => userId).toSorted())
    expect(await query('select count(*)::int from session_events where session_id = any($1)', [sessions.map(({ id }) => id)])).toEqual([{ count: 30 }])
    expect(await sweepSessions(database.pool, now)).toEqual([])
  })

  it('does not mind a session that vanished', async () => {
    const { id } = await session({ kind: 'outbound', sender: 'Agent' })
    await query('delete from sessions where id = $1', [id])
    expect(await sweep(48 * HOUR)).toEqual([])
  })
})

describe('how fast people are answered', () => {
  const measured = (id: string) => query('select first_response_seconds as first, average_response_seconds as average from sessions where id = $1', [id])

  it('is measured from the first message that waited, at every turn', async () => {
    const talk = await session()
    await says(talk, 'inbound', 0)
    await says(talk, 'inbound', 50)
    await says(talk, 'outbound', 51, 'System')
    await says(talk, 'outbound', 60, 'Agent')
    await says(talk, 'outbound', 90, 'Agent')
    await says(talk, 'inbound', 100)
    await says(talk, 'outbound', 120) // written on the phone: the platform does not say by whom
    await says(talk, 'inbound', 500)
    await act(talk.id, { kind: 'end', by: 'Agent' }, 600)
    expect(await measured(talk.id)).toEqual([{ first: 60, average: 40 }])
  })

  it('begins with the person, also where the business wrote first', async () => {
    const talk = await session({ kind: 'outbound', sender: 'Agent' })
    await says(talk, 'outbound', 0, 'Agent')
    await says(talk, 'inbound', 100)
    await runner(database.pool, true)(measureResponses, [[talk.userId], [talk.id]])
    expect(await measured(talk.id)).toEqual([{ first: null, average: null }])
    await says(talk, 'outbound', 110, 'Bot')
    await runner(database.pool, true)(measureResponses, [[talk.userId, talk.userId], [talk.id, talk.id]])
    expect(await measured(talk.id)).toEqual([{ first: 10, average: 10 }])
  })
})

test('what receiving needs no more is removed after thirty days', async () => {
  for (const days of [0, 29, 31, 32, 40]) {
    const received = at(-days * 24 * HOUR)
    await query('insert into inbound_events (channel_id, event_id, received_at) values ($1, $2, $3)', [channelId, `event ${days}`, received])
    await query(`insert into waiting_events (channel_id, platform_message_id, id, event, received_at) values ($1, 'm', $2, '{}', $3)`, [channelId, uuidv7(), received])
  }
  expect(await pruneInbound(database.pool, at(0), 2)).toBe(6)
  expect(await query('select event_id from inbound_events order by 1')).toEqual([{ event_id: 'event 0' }, { event_id: 'event 29' }])
  expect(await query('select count(*)::int from waiting_events')).toEqual([{ count: 2 }])
})
