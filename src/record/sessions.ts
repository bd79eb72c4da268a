import { uuidv7 } from 'uuidv7'
import { CollisionError } from './collision.ts'
import type { MessageEvent } from './event.ts'
import type { Person } from './people.ts'
import type { Run, Statement } from './statement.ts'

const open: Statement = {
  name: 'open_sessions',
  text: `
    with opened as (
      insert into sessions (messaging_user_id, id, channel_id, status, origin, started_at)
      select user_id, id, channel_id, status, origin, started_at
      from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[])
        as i(user_id, id, channel_id, status, origin, started_at)
      order by user_id
      on conflict (messaging_user_id) where ended_at is null do nothing
      returning messaging_user_id
    ), counted as (
      update messaging_user_activity a set session_count = session_count + 1
      from opened where a.messaging_user_id = opened.messaging_user_id
    )
    select 1 from opened`,
}
/**
 * Opens a session for everyone who writes, or is written to, without one; fills in `session_id` at once.
 * @throws {CollisionError} if another process opened one a moment ago
 */
export async function openSessions(run: Run, people: Person<MessageEvent>[]): Promise<void> {
  const without = people.filter(person => !person.user!.session_id)
  if (without.length === 0) return
  for (const person of without) person.user!.session_id = uuidv7()
  const firsts = without.map(person => person.items[0]!.event)
  const opened = await run(open, [
    without.map(person => person.user!.id),
    without.map(person => person.user!.session_id),
    without.map(person => person.channelId),
    firsts.map(event => (event.kind === 'message.received' ? 'Waiting' : 'New')),
    firsts.map(event => (event.kind === 'message.received' ? 'InboundInitiated' : 'AgentInitiated')),
    firsts.map(event => event.occurredAt),
  ])
  if (opened.length !== without.length) throw new CollisionError()
}
