import { uuidv7 } from 'uuidv7'
import { forgetAttachments } from './attachments.ts'
import type { AmendmentEvent } from './event.ts'
import { changedUsers, findPeople, groupByPerson, type ChangedUser, type Registered } from './people.ts'
import type { Run, Statement } from './statement.ts'

export type Amendment = AmendmentEvent['event']

/** What the amendments of one message add up to; every field the earliest or latest of its kind, so order does not matter. */
interface Change {
  userId: string
  messageId: string
  deliveredAt: Date | null
  readAt: Date | null
  failedAt: Date | null
  failure: string | null
  editedAt: Date | null
  text: string | null
  deletedAt: Date | null
}

const change: Statement = {
  name: 'change_messages',
  // Read implies delivered (platforms may skip "delivered"). Failed and delivered can both be true with several devices.
  // What was deleted loses its words for good, and no edit brings any back.
  text: `
    update messages m set
      delivered_at = least(m.delivered_at, i.delivered_at, i.read_at),
      read_at = least(m.read_at, i.read_at),
      failed_at = least(m.failed_at, i.failed_at),
      failure = coalesce(i.failure, m.failure),
      text = case when coalesce(m.deleted_at, i.deleted_at) is not null then null
                  when i.edited_at > coalesce(m.edited_at, '-infinity') then i.text else m.text end,
      content = case when coalesce(m.deleted_at, i.deleted_at) is null then m.content end,
      edited_at = greatest(m.edited_at, i.edited_at),
      deleted_at = least(m.deleted_at, i.deleted_at)
    from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::timestamptz[],
                $8::text[], $9::timestamptz[])
      as i(user_id, platform_message_id, delivered_at, read_at, failed_at, failure, edited_at, text, deleted_at)
    where m.messaging_user_id = i.user_id and m.platform_message_id = i.platform_message_id
    returning m.messaging_user_id, m.platform_message_id`,
}
/** Who changes what a receipt looks for, and who puts a receipt aside, do it one after the other. */
export const lockActivity: Statement = {
  name: 'lock_activity',
  text: 'select 1 from messaging_user_activity where messaging_user_id = any($1::uuid[]) order by messaging_user_id for no key update',
}
const wait: Statement = {
  name: 'wait_for_message',
  text: `
    insert into waiting_events (channel_id, platform_message_id, id, event)
    select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::jsonb[])`,
}

/** What waited for messages; run after the statement that locked the person's activity, when all of it is visible. */
export const takeWaiting: Statement = {
  name: 'take_waiting',
  text: `
    delete from waiting_events w using unnest($1::uuid[], $2::text[], $3::uuid[]) as i(channel_id, platform_message_id, user_id)
    where w.channel_id = i.channel_id and w.platform_message_id = i.platform_message_id
    returning i.user_id as "userId", w.event`,
}

/** Collides if something waits for messages: seldom, so that it need not be waited for. Run where `takeWaiting` would be. */
export const refuseWaiting: Statement = {
  name: 'refuse_waiting',
  text: `
    select collide_unless(not exists (
      select from unnest($1::uuid[], $2::text[]) as i(channel_id, platform_message_id)
      join waiting_events w on w.channel_id = i.channel_id and w.platform_message_id = i.platform_message_id))`,
}

/** Applies receipts, edits and deletions to messages that are there. @returns keys (`userId/messageId`) of those messages. */
export async function amend(run: Run, rows: { userId: string; event: Amendment }[]): Promise<Set<string>> {
  const changes = new Map<string, Change>()
  for (const { userId, event } of rows) {
    const key = `${userId}/${event.messageId}`
    const now = changes.get(key) ?? {
      userId, messageId: event.messageId, deliveredAt: null, readAt: null, failedAt: null, failure: null, editedAt: null, text: null, deletedAt: null,
    }
    changes.set(key, add(now, event))
  }
  const all = [...changes.values()]
  const found = await run<{ messaging_user_id: string; platform_message_id: string }>(change, [
    all.map(row => row.userId), all.map(row => row.messageId), all.map(row => row.deliveredAt), all.map(row => row.readAt),
    all.map(row => row.failedAt), all.map(row => row.failure), all.map(row => row.editedAt), all.map(row => row.text), all.map(row => row.deletedAt),
  ])
  const deleted = all.filter(row => row.deletedAt)
  if (deleted.length > 0) await forgetAttachments(run, deleted)
  return new Set(found.map(row => `${row.messaging_user_id}/${row.platform_message_id}`))
}

function add(change: Change, event: Amendment): Change {
  const at = new Date(event.occurredAt) // after a wait it is text
  const earliest = (date: Date | null) => (date && date < at ? date : at)
  switch (event.kind) {
    case 'message.edited':
      return change.editedAt && change.editedAt > at ? change : { ...change, editedAt: at, text: event.text }
    case 'message.deleted':
      return { ...change, deletedAt: earliest(change.deletedAt) }
    case 'message.status':
      if (event.status === 'delivered') return { ...change, deliveredAt: earliest(change.deliveredAt) }
      if (event.status === 'read') return { ...change, readAt: earliest(change.readAt) }
      if (event.status === 'failed') {
        return { ...change, failedAt: earliest(change.failedAt), failure: event.error ? `${event.error.code} ${event.error.title}`.trim() : change.failure }
      }
      return change
  }
}

/**
 * Receipts, edits and deletions. One that comes before its message is put aside until the message comes: first the person's
 * activity row is locked, which the message's transaction changes too, so that the two cannot miss each other.
 */
export async function applyAmendments(run: Run, items: AmendmentEvent[], registered?: Registered): Promise<{ waiting: Set<AmendmentEvent>; changed: ChangedUser[] }> {
  const people = await findPeople(run, groupByPerson(items), registered)
  const userOf = new Map(people.flatMap(person => person.items.map(item => [item, person.user?.id] as const)))
  const known = items.flatMap(item => (userOf.get(item) ? [{ userId: userOf.get(item)!, event: item.event, item }] : []))
  const done = known.length > 0 ? await amend(run, known) : new Set<string>()
  let missing = known.filter(row => !done.has(`${row.userId}/${row.event.messageId}`))
  if (missing.length > 0) {
    await run(lockActivity, [missing.map(row => row.userId)])
    const late = await amend(run, missing)
    missing = missing.filter(row => !late.has(`${row.userId}/${row.event.messageId}`))
  }
  const waiting = new Set([...missing.map(row => row.item), ...items.filter(item => !userOf.get(item))])
  if (waiting.size > 0) {
    const rows = [...waiting]
    await run(wait, [
      rows.map(row => row.channelId), rows.map(row => row.event.messageId), rows.map(() => uuidv7()), rows.map(row => JSON.stringify(row.event)),
    ])
  }
  return { waiting, changed: changedUsers(people) }
}
