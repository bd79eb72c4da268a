import type { EventOf } from './event.ts'
import { changedUsers, findPeople, groupByPerson, type ChangedUser, type Registered } from './people.ts'
import type { Run, Statement } from './statement.ts'

/** How far back a watermark is looked after: what is older was told of by an earlier one. */
const REACH = '30 days'

const mark: Statement = {
  name: 'mark_messages',
  // Several watermarks can reach one message: the earliest counts. Read implies delivered.
  text: `
    update messages m set delivered_at = least(m.delivered_at, w.delivered_at), read_at = least(m.read_at, w.read_at)
    from (
      select m.messaging_user_id, m.id, min(i.at) as delivered_at, min(i.at) filter (where i.status = 'read') as read_at
      from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[]) as i(user_id, status, until, at)
      join messages m on m.messaging_user_id = i.user_id and m.direction = 'outbound'
        and m.sent_at <= i.until and m.sent_at > i.until - interval '${REACH}'
        and (m.delivered_at is null or (i.status = 'read' and m.read_at is null))
      group by m.messaging_user_id, m.id
    ) w
    where m.messaging_user_id = w.messaging_user_id and m.id = w.id`,
}

/** Receipts that name no message, but a time: all that the business said until then has arrived, or was read. */
export async function applyWatermarks(run: Run, items: EventOf<'messages.status'>[], registered?: Registered): Promise<ChangedUser[]> {
  const people = await findPeople(run, groupByPerson(items), registered)
  const rows = people.flatMap(({ user, items: events }) => (user ? events.map(({ event }) => ({ userId: user.id, event })) : []))
  if (rows.length > 0) {
    await run(mark, [
      rows.map(row => row.userId), rows.map(row => row.event.status), rows.map(row => new Date(row.event.until).toISOString()),
      rows.map(row => row.event.occurredAt),
    ])
  }
  return changedUsers(people)
}
