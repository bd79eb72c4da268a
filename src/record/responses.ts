import type { Statement } from './statement.ts'

/**
 * How fast people were answered in these sessions, in seconds: `$1` ids of messaging users, `$2` of a session of each. An answer is
 * the first message of an agent or bot after one or more of the person's; its time runs from the first of those. What Muster
 * replies by itself is no answer. To be run when such a message was written, and at the end of a session.
 */
export const measureResponses: Statement = {
  name: 'measure_responses',
  // A turn is what lies between two messages of the business: the person's messages, if any, and the one that ends it.
  text: `
    with said as (
      select s.messaging_user_id, s.id, m.sent_at, m.direction,
        count(*) filter (where m.direction = 'outbound')
          over (partition by s.messaging_user_id, s.id order by m.sent_at, m.id rows between unbounded preceding and 1 preceding) as turn
      from (select distinct * from unnest($1::uuid[], $2::uuid[]) as i(user_id, session_id)) i
      join sessions s on s.messaging_user_id = i.user_id and s.id = i.session_id
      join messages m on m.messaging_user_id = s.messaging_user_id and m.session_id = s.id and m.sent_at >= s.started_at
      where m.direction = 'inbound' or coalesce(m.sender, 'Agent') in ('Agent', 'Bot')
    ), answered as (
      select messaging_user_id, id, turn,
        extract(epoch from max(sent_at) filter (where direction = 'outbound') - min(sent_at) filter (where direction = 'inbound')) as seconds
      from said group by messaging_user_id, id, turn
    ), measured as (
      select messaging_user_id, id, round((array_agg(seconds order by turn))[1])::int as first, round(avg(seconds))::int as average
      from answered where seconds is not null group by messaging_user_id, id
    )
    update sessions s set first_response_seconds = measured.first, average_response_seconds = measured.average
    from measured
    where s.messaging_user_id = measured.messaging_user_id and s.id = measured.id
      and (s.first_response_seconds, s.average_response_seconds) is distinct from (measured.first, measured.average)`,
}
