import { uuidv7 } from 'uuidv7'
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
      returning messaging_user_id, id
    ), counted as (
      update messaging_user_activity a set session_count = session_count + 1
      from opened where a.messaging_user_id = opened.messaging_user_id
    )
    select messaging_user_id, id from opened`,
}
const findOpen: Statement = {
  name: 'find_open_sessions',
  text: 'select messaging_user_id, id from sessions where messaging_user_id = any($1::uuid[]) and ended_at is null',
}

/** Opens a session for everyone who writes, or is written to, without one; fills in `session_id`. */
export async function openSessions(run: Run, people: Person<MessageEvent>[]): Promise<void> {
  let without = people.filter(person => !person.user!.session_id)
  if (without.length === 0) return
  const firsts = without.map(person => person.items[0]!.event)
  const opened = await run<{ messaging_user_id: string; id: string }>(open, [
    without.map(person => person.user!.id),
    without.map(() => uuidv7()),
    without.map(person => person.channelId),
    firsts.map(event => (event.kind === 'message.received' ? 'Waiting' : 'New')),
    firsts.map(event => (event.kind === 'message.received' ? 'InboundInitiated' : 'AgentInitiated')),
    firsts.map(event => event.occurredAt),
  ])
  without = assign(without, opened)
  // Another process opened it a moment ago.
  if (without.length > 0) without = assign(without, await run(findOpen, [without.map(person => person.user!.id)]))
  if (without.length > 0) throw new Error('A session was opened and ended elsewhere in the same moment')
}

/** @returns those still without. */
function assign(people: Person<MessageEvent>[], rows: { messaging_user_id: string; id: string }[]) {
  const sessions = new Map(rows.map(row => [row.messaging_user_id, row.id]))
  for (const person of people) person.user!.session_id = sessions.get(person.user!.id) ?? null
  return people.filter(person => !person.user!.session_id)
}
