import type { SessionChange } from './conversation.ts'
import { saveSessions } from './session-changes.ts'
import { together, type Run, type Statement } from './statement.ts'

const open: Statement = {
  name: 'open_sessions',
  // It keeps the person's language; their links too, as it may be over at once.
  text: `
    with i as (
      select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::text[],
                           $9::timestamptz[], $10::text[], $11::uuid[], $12::timestamptz[])
        as i(user_id, id, channel_id, status, origin, started_at, ended_at, ended_by, timer_at, agent_type, owner_id, accepted_at)
    ), opened as (
      insert into sessions (messaging_user_id, id, channel_id, status, origin, started_at, ended_at, ended_by, timer_at, agent_type, owner_id,
                            accepted_at, end_user_language, contact_id, account_id, lead_id, employee_id, person_account_id)
      select i.*, u.language, u.contact_id, u.account_id, u.lead_id, u.employee_id, u.person_account_id
      from i join messaging_users u on u.id = i.user_id
      order by i.user_id, i.id
      returning messaging_user_id
    ), counted as (
      update messaging_user_activity a set session_count = session_count + o.n
      from (select messaging_user_id, count(*) as n from opened group by 1) o where a.messaging_user_id = o.messaging_user_id
    )
    select collide_unless((select count(*) from opened) = cardinality($2))`,
}

/** @throws a collision if another process opened one a moment ago */
export async function openSessions(run: Run, sessions: SessionChange[]): Promise<void> {
  if (sessions.length === 0) return
  await run(open, [
    sessions.map(session => session.userId),
    sessions.map(session => session.id),
    sessions.map(session => session.channelId),
    sessions.map(({ after }) => after.status),
    sessions.map(session => session.origin),
    sessions.map(session => session.startedAt),
    sessions.map(({ after }) => after.endedAt),
    sessions.map(({ after }) => after.endedBy),
    sessions.map(({ after }) => after.timerAt),
    sessions.map(({ after }) => after.agentType),
    sessions.map(({ after }) => after.ownerId),
    sessions.map(({ after }) => after.acceptedAt),
  ])
}

const holdUnchanged: Statement = {
  name: 'hold_sessions',
  text: `
    select collide_unless(count(*) = cardinality($2)) from (
      select from sessions s join unnest($1::uuid[], $2::uuid[], $3::text[]) as i(user_id, id, status)
        on s.messaging_user_id = i.user_id and s.id = i.id and s.status = i.status
      order by s.messaging_user_id for no key update of s
    ) held`,
}

/** Changes open sessions. @throws a collision if somebody else changed one since it was looked up */
export async function changeSessions(run: Run, sessions: SessionChange[]): Promise<void> {
  if (sessions.length === 0) return
  await together(
    run(holdUnchanged, [sessions.map(session => session.userId), sessions.map(session => session.id), sessions.map(({ before }) => before!.status)]),
    saveSessions(run, sessions.map(({ userId, id, before, after, by, at }) => ({ userId, id, before: before!, after, actor: { type: by, id: null }, at }))),
  )
}
