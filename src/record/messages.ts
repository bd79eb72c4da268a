import { uuidv7 } from 'uuidv7'
import { amend, type Amendment } from './amendments.ts'
import type { MessageEvent } from './event.ts'
import { newPeople, registerPeople } from './first-contact.ts'
import { changedUsers, findPeople, groupByPerson, type ChangedUser, type Person, type Registered } from './people.ts'
import { applyHandles } from './addresses.ts'
import { applyProfiles } from './profiles.ts'
import { openSessions } from './sessions.ts'
import { together, type Run, type Statement } from './statement.ts'

const insert: Statement = {
  name: 'insert_messages',
  text: `
    with m as (
      insert into messages (messaging_user_id, id, session_id, channel_id, direction, type, text, content, platform_message_id,
                            reply_to, sent_at)
      select user_id, id, session_id, channel_id, direction, type, text, content, platform_message_id, reply_to, sent_at
      from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::jsonb[], $9::text[],
                  $10::text[], $11::timestamptz[])
        as i(user_id, id, session_id, channel_id, direction, type, text, content, platform_message_id, reply_to, sent_at)
      on conflict (messaging_user_id, platform_message_id) do nothing
      returning messaging_user_id, session_id, direction, sent_at, coalesce(left(text, 200), '[' || type || ']') as preview
    ), c as (
      select messaging_user_id, session_id, count(*) as total, count(*) filter (where direction = 'inbound') as inbound,
             min(sent_at) as first_at, max(sent_at) as last_at, (array_agg(preview order by sent_at desc))[1] as preview
      from m group by 1, 2
    ), s as (
      update sessions set
        end_user_message_count = end_user_message_count + c.inbound,
        agent_message_count = agent_message_count + c.total - c.inbound,
        preview = case when last_message_at > c.last_at then sessions.preview else c.preview end,
        last_message_at = greatest(last_message_at, c.last_at),
        started_at = least(started_at, c.first_at)
      from c where sessions.messaging_user_id = c.messaging_user_id and sessions.id = c.session_id
    )
    update messaging_user_activity a set
      message_count = message_count + c.total,
      first_message_at = least(first_message_at, c.first_at),
      last_message_at = greatest(last_message_at, c.last_at),
      active_at = greatest(active_at, c.last_at)
    from c where a.messaging_user_id = c.messaging_user_id`,
}
const takeWaiting: Statement = {
  name: 'take_waiting',
  // Its own statement, after the one that locked the person's activity: whatever waits for these messages is visible now.
  text: `
    delete from waiting_events w using unnest($1::uuid[], $2::text[], $3::uuid[]) as i(channel_id, platform_message_id, user_id)
    where w.channel_id = i.channel_id and w.platform_message_id = i.platform_message_id
    returning i.user_id as "userId", w.event`,
}

/**
 * Messages said by or to people: their records, sessions, transcripts and counts. All statements are on their way at once; what
 * they find to be otherwise than looked up is a collision, and the batch begins anew.
 */
export async function applyMessages(run: Run, items: MessageEvent[], registered?: Registered): Promise<ChangedUser[]> {
  const people = await findPeople(run, groupByPerson(items), registered)
  newPeople(people)
  const rows = people.flatMap(person => person.items.map(item => ({ person, event: item.event })))
  const [, , , , , waiting] = await together(
    registerPeople(run, people),
    applyProfiles(run, people),
    openSessions(run, people),
    applyHandles(run, people),
    run(insert, messageColumns(rows)),
    run<{ userId: string; event: Amendment }>(takeWaiting, [
      rows.map(({ person }) => person.channelId),
      rows.map(({ event }) => event.message.id),
      rows.map(({ person }) => person.user!.id),
    ]),
  )
  if (waiting.length > 0) await amend(run, waiting)
  return changedUsers(people)
}

function messageColumns(rows: { person: Person<MessageEvent>; event: MessageEvent['event'] }[]): unknown[] {
  return [
    rows.map(({ person }) => person.user!.id),
    rows.map(() => uuidv7()),
    rows.map(({ person }) => person.user!.session_id),
    rows.map(({ person }) => person.channelId),
    rows.map(({ event }) => (event.kind === 'message.received' ? 'inbound' : 'outbound')),
    rows.map(({ event }) => event.message.type),
    rows.map(({ event }) => event.message.text ?? null),
    rows.map(({ event }) => (event.message.content === undefined ? null : JSON.stringify(event.message.content))),
    rows.map(({ event }) => event.message.id),
    rows.map(({ event }) => event.message.replyToId ?? null),
    rows.map(({ event }) => event.occurredAt.toISOString()), // pg would spell a Date out in local time, digit by digit
  ]
}
