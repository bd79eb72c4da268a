import type { Pool } from 'pg'
import type { Identifier } from '../contract/inbound-event.ts'
import type { EndedBy } from '../contract/sessions.ts'
import { currentAddress } from './outbox.ts'
import type { ChannelConfig } from './secrets.ts'
import { runner, type Run, type Statement } from './statement.ts'

/** What the job that tells a channel's platform of a session is given: a line of the session's history. Ids are uuids. */
export interface NoticeJob {
  messagingUserId: string
  eventId: string
}

/** Name of the job. */
export const TELL_SESSION = 'tell-session'
const ATTEMPTS = 12
/** After whatever is to be sent. */
const PRIORITY = 10

const queue: Statement = {
  name: 'queue_session_notices',
  text: `
    select 1 from graphile_worker.add_jobs((
      select array_agg(row('${TELL_SESSION}', json_build_object('messagingUserId', user_id, 'eventId', id),
                           'tell-' || get_byte(uuid_send(user_id), 15) % 16, null, ${ATTEMPTS}, null, ${PRIORITY}, null)::graphile_worker.job_spec
                       order by n)
      from unnest($1::uuid[], $2::uuid[]) with ordinality as i(user_id, id, n)))`,
}

/** Adds the jobs that tell of sessions' ends and owners. Whether the platform hears of them is known to its connector alone. */
export async function queueNotices(run: Run, events: { userId: string; id: string; kind: string; to: string | null }[]): Promise<void> {
  const told = events.filter(({ kind, to }) => kind === 'OwnerChanged' || to === 'Ended' || to === 'Error')
  if (told.length > 0) await run(queue, [told.map(event => event.userId), told.map(event => event.id)])
}

export interface SessionNotice {
  id: string
  at: Date
  sessionId: string
  kind: 'StatusChanged' | 'OwnerChanged'
  endedBy: EndedBy | null
  /** Operator; null: nobody serves it now. */
  owner: { id: string; name: string } | null
  /** Where the person is reached now; null when they gave up every address they had here. */
  to: Identifier | null
  channel: { type: string; isActive: boolean; config: ChannelConfig }
}

const find: Statement = {
  name: 'find_session_notice',
  text: `
    select e.id, e.happened_at as at, e.session_id as "sessionId", e.kind, s.ended_by as "endedBy",
           case when e.to_value is not null then json_build_object('id', e.to_value, 'name', coalesce(o.name, '')) end as owner,
           case when a.key is not null then json_build_object('kind', a.kind, 'key', a.key) end as "to",
           json_build_object('type', c.type, 'isActive', c.is_active, 'config', c.config) as channel
    from session_events e
    join sessions s on s.messaging_user_id = e.messaging_user_id and s.id = e.session_id
    join channels c on c.id = s.channel_id
    join messaging_users u on u.id = e.messaging_user_id
    left join operators o on o.id::text = e.to_value
    left join lateral (${currentAddress}) a on true
    where e.messaging_user_id = $1 and e.id = $2`,
}

/** @returns undefined when there is nothing left to tell of */
export async function findNotice(pool: Pool, { messagingUserId, eventId }: NoticeJob): Promise<SessionNotice | undefined> {
  return (await runner(pool, false)<SessionNotice>(find, [messagingUserId, eventId]))[0]
}
