import type { Pool, PoolClient } from 'pg'
import { uuidv7 } from 'uuidv7'
import type { EndedBy } from '../contract/sessions.ts'
import { measureResponses } from './responses.ts'
import { after, type SessionAct, type SessionRules, type SessionState } from './session-life.ts'
import { queueNotices } from './session-notices.ts'
import { runner, together, type Run, type Statement } from './statement.ts'
import { inTransaction } from './transaction.ts'

/** Who changes a session; `id` is an operator's or API key's, null for the person and for Muster itself. */
export interface SessionActor {
  type: EndedBy
  id: string | null
}

/** A session that is not what it was. */
export interface ChangedSession {
  userId: string
  id: string
  before: SessionState
  after: SessionState
  actor: SessionActor
  at: Date
}

export type SessionChangeResult =
  | { outcome: 'changed' | 'unchanged'; userId: string; channelId: string }
  | { outcome: 'refused'; reason: string }
  | { outcome: 'absent' }

/** Applies what an operator does to a session. Refused or absent: nothing is changed. Ids are UUIDs. */
export async function changeSession(pool: Pool, sessionId: string, act: SessionAct, actor: SessionActor, now: Date): Promise<SessionChangeResult> {
  return inTransaction(pool, async (client): Promise<SessionChangeResult> => {
    const { rows: [row] } = await client.query<Row>(`${select} where s.id = $1 for update of s`, [sessionId])
    if (!row) return { outcome: 'absent' }
    const { state, refused } = after(row, act, row, now)
    if (refused !== undefined) return { outcome: 'refused', reason: refused }
    const { userId, id, channelId } = row
    if (state === (row as SessionState)) return { outcome: 'unchanged', userId, channelId }
    await saveSessions(runner(client, false), [{ userId, id, before: row, after: state, actor, at: now }])
    return { outcome: 'changed', userId, channelId }
  })
}

/**
 * Applies the timers that have run out, in batches until none is left. Several processes may do this at once: each session is
 * changed by one of them.
 * @returns whose sessions changed
 */
export async function sweepSessions(pool: Pool, now: Date, limit = 1000): Promise<{ userId: string; channelId: string }[]> {
  const changed: { userId: string; channelId: string }[] = []
  for (;;) {
    const batch = await inTransaction(pool, client => sweepBatch(client, now, limit))
    if (batch.length === 0) return changed
    changed.push(...batch)
  }
}

async function sweepBatch(client: PoolClient, now: Date, limit: number): Promise<{ userId: string; channelId: string }[]> {
  const { rows } = await client.query<Row>(
    `${select} where s.timer_at <= $1 order by s.timer_at limit $2 for update of s skip locked`, [now.toISOString(), limit])
  await saveSessions(runner(client, false), rows.map(row => ({
    userId: row.userId, id: row.id, before: row, after: after(row, { kind: 'timer' }, row, now).state, actor: { type: 'System', id: null }, at: now,
  })))
  return rows.map(({ userId, channelId }) => ({ userId, channelId }))
}

/**
 * Writes what sessions have become, with a line of their history for each change of status or owner: all statements at once. Their rows
 * must be locked.
 */
export async function saveSessions(run: Run, changes: ChangedSession[]): Promise<void> {
  if (changes.length === 0) return
  const states = changes.map(change => change.after)
  const events = changes.flatMap(eventsOf)
  const ended = changes.filter(change => change.after.endedAt)
  await together(
    run(update, [
      changes.map(change => change.userId), changes.map(change => change.id),
      states.map(state => state.status), states.map(state => state.ownerId), states.map(state => state.agentType),
      states.map(state => iso(state.acceptedAt)), states.map(state => iso(state.endedAt)), states.map(state => state.endedBy),
      states.map(state => iso(state.timerAt)),
    ]),
    events.length === 0 ? undefined : run(insertEvents, [
      events.map(({ change }) => change.userId), events.map(event => event.id), events.map(({ change }) => change.id),
      events.map(event => event.kind), events.map(event => event.from), events.map(event => event.to),
      events.map(({ change }) => change.actor.type), events.map(({ change }) => change.actor.id), events.map(({ change }) => iso(change.at)),
    ]),
    queueNotices(run, events.map(({ change, id, kind, to }) => ({ userId: change.userId, id, kind, to }))),
    ended.length === 0 ? undefined : run(measureResponses, [ended.map(change => change.userId), ended.map(change => change.id)]),
  )
}

function eventsOf(change: ChangedSession) {
  const { before, after } = change
  return [
    ...before.status === after.status ? [] : [{ change, id: uuidv7(), kind: 'StatusChanged', from: before.status, to: after.status }],
    ...before.ownerId === after.ownerId ? [] : [{ change, id: uuidv7(), kind: 'OwnerChanged', from: before.ownerId, to: after.ownerId }],
  ]
}

const iso = (time: Date | null) => time?.toISOString() ?? null

interface Row extends SessionState, SessionRules {
  userId: string
  id: string
  channelId: string
}

const select = `
  select s.messaging_user_id as "userId", s.id, s.channel_id as "channelId", s.status, s.owner_id as "ownerId", s.agent_type as "agentType",
    s.accepted_at as "acceptedAt", s.ended_at as "endedAt", s.ended_by as "endedBy", s.timer_at as "timerAt",
    c.platform_type as "platformType", c.inactivity_minutes as "inactivityMinutes"
  from sessions s join channels c on c.id = s.channel_id`

const update: Statement = {
  name: 'save_sessions',
  // While a session runs, its links are those of its person: making a link need not wait for who is writing. It keeps those it ended with.
  text: `
    update sessions s set status = i.status, owner_id = i.owner_id, agent_type = i.agent_type, accepted_at = i.accepted_at,
      ended_at = i.ended_at, ended_by = i.ended_by, timer_at = i.timer_at, contact_id = u.contact_id, account_id = u.account_id,
      lead_id = u.lead_id, employee_id = u.employee_id, person_account_id = u.person_account_id
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::text[], $9::timestamptz[])
      as i(user_id, id, status, owner_id, agent_type, accepted_at, ended_at, ended_by, timer_at)
    join messaging_users u on u.id = i.user_id
    where s.messaging_user_id = i.user_id and s.id = i.id`,
}

const insertEvents: Statement = {
  name: 'insert_session_events',
  text: `
    insert into session_events (messaging_user_id, id, session_id, kind, from_value, to_value, actor_type, actor, happened_at)
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[])`,
}
