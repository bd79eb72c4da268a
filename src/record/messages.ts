import type { MessageRow } from './conversation.ts'
import { identifiersOf, isMessage, type ChannelEvent } from './event.ts'
import type { Run, Statement } from './statement.ts'

const insert: Statement = {
  name: 'insert_messages',
  text: `
    with m as (
      insert into messages (messaging_user_id, id, session_id, channel_id, direction, type, text, content, platform_message_id,
                            reply_to, sent_at, sender)
      select user_id, id, session_id, channel_id, direction, type, text, content, platform_message_id, reply_to, sent_at,
             case direction when 'inbound' then 'EndUser' else 'Agent' end
      from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::jsonb[], $9::text[],
                  $10::text[], $11::timestamptz[])
        as i(user_id, id, session_id, channel_id, direction, type, text, content, platform_message_id, reply_to, sent_at)
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
        and (sessions.ended_at is null or sessions.id = any($12::uuid[]))
      returning sessions.id
    ), a as (
      update messaging_user_activity a set
        message_count = message_count + t.total,
        first_message_at = least(first_message_at, t.first_at),
        last_message_at = greatest(last_message_at, t.last_at),
        active_at = greatest(active_at, t.last_at)
      from (select messaging_user_id, sum(total) as total, min(first_at) as first_at, max(last_at) as last_at from c group by 1) t
      where a.messaging_user_id = t.messaging_user_id
    )
    select collide_unless((select count(*) from c) = (select count(*) from s))`,
}

const findRepeated: Statement = {
  name: 'find_repeated_messages',
  text: `
    select i.n::int as n
    from unnest($1::uuid[], $2::text[], $3::text[]) with ordinality as i(channel_id, key, message_id, n)
    join lateral (
      select a.messaging_user_id from aliases a where a.channel_id = i.channel_id and a.key = i.key and a.until is null and a.resolves limit 1
    ) a on true
    join lateral (
      select 1 from messages m where m.messaging_user_id = a.messaging_user_id and m.platform_message_id = i.message_id limit 1
    ) m on true`,
}

/** Those events whose message is there already: the platform told of it under another event id, or it is our own come back. */
export async function findRepeatedMessages(run: Run, items: ChannelEvent[]): Promise<Set<ChannelEvent>> {
  const rows = items.flatMap(item => {
    const { event } = item
    return isMessage(event) ? identifiersOf(item).map(key => ({ item, key, messageId: event.message.id })) : []
  })
  if (rows.length === 0) return new Set()
  const found = await run<{ n: number }>(findRepeated, [rows.map(row => row.item.channelId), rows.map(row => row.key), rows.map(row => row.messageId)])
  return new Set(found.map(row => rows[row.n - 1]!.item))
}

/**
 * Writes messages, and what they change of their sessions and of the people's activity.
 * @param ended sessions that end in this transaction, with these messages in them
 * @throws a collision if a message is there already, or its session was ended by somebody else, since they were looked up
 */
export async function insertMessages(run: Run, rows: MessageRow[], ended: string[]): Promise<void> {
  if (rows.length === 0) return
  await run(insert, [
    rows.map(row => row.userId),
    rows.map(row => row.id),
    rows.map(row => row.sessionId),
    rows.map(row => row.channelId),
    rows.map(({ event }) => (event.kind === 'message.received' ? 'inbound' : 'outbound')),
    rows.map(({ event }) => event.message.type),
    rows.map(({ event }) => event.message.text ?? null),
    rows.map(({ event }) => (event.message.content === undefined ? null : JSON.stringify(event.message.content))),
    rows.map(({ event }) => event.message.id),
    rows.map(({ event }) => event.message.replyToId ?? null),
    rows.map(({ event }) => event.occurredAt),
    ended,
  ])
}
