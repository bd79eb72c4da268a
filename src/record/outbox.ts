import type { Pool, PoolClient } from 'pg'
import { uuidv7 } from 'uuidv7'
import type { Identifier, OptOutPurpose } from '../contract/inbound-event.ts'
import type { MessageTemplate } from '../contract/sessions.ts'
import { amend, lockActivity, takeWaiting, type Amendment } from './amendments.ts'
import type { ChannelConfig } from './secrets.ts'
import { runner, type Run, type Statement } from './statement.ts'
import { inTransaction } from './transaction.ts'

/** What the business says: one of the two. */
export interface Said {
  text?: string
  template?: MessageTemplate
}

/** What the business says to somebody. Ids are uuids. */
export interface NewOutgoing extends Said {
  messagingUserId: string
  channelId: string
  /** The open session it belongs to. */
  sessionId: string
  /** The platform's id of the message that is answered. */
  replyToId: string | null
  sender: 'Agent' | 'Bot' | 'System'
  /** Operator or API key. */
  senderId: string | null
  /** Key of a purpose. */
  purpose: string
  /** Who says the same again with the same key, to the same person, says it once. */
  idempotencyKey: string | null
  sentAt: Date
}

/** What the job that sends a message is given. Ids are uuids. */
export interface SendJob {
  messagingUserId: string
  messageId: string
  channelId: string
  /** It has waited for its turn on the channel. */
  hasPlace?: true
}

/** Name of the job. */
export const SEND_MESSAGE = 'send-message'
/** With the jobs' growing waits, about 15 hours. */
const ATTEMPTS = 12

const insert: Statement = {
  name: 'insert_outgoing',
  text: `
    with m as (
      insert into messages (messaging_user_id, id, session_id, channel_id, direction, type, text, content, reply_to, sender, sender_id,
                            purpose, idempotency_key, sent_at)
      select user_id, id, session_id, channel_id, 'outbound', case when content is null then 'text' else 'template' end, text, content, reply_to, sender, sender_id, purpose, idempotency_key, sent_at
      from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
                  $11::timestamptz[], $12::jsonb[])
        as i(user_id, id, session_id, channel_id, text, reply_to, sender, sender_id, purpose, idempotency_key, sent_at, content)
      on conflict (messaging_user_id, idempotency_key) where idempotency_key is not null do nothing
      returning messaging_user_id, id, session_id, sent_at, sender, coalesce(left(text, 200), '[' || type || ']') as preview
    ), c as (
      select messaging_user_id, session_id, count(*) as total, count(*) filter (where sender <> 'System') as by_agents,
             min(sent_at) as first_at, max(sent_at) as last_at,
             (array_agg(preview order by sent_at desc, id desc))[1] as preview
      from m group by 1, 2
    ), s as (
      update sessions set
        agent_message_count = agent_message_count + c.by_agents,
        preview = case when last_message_at > c.last_at then sessions.preview else c.preview end,
        last_message_at = greatest(last_message_at, c.last_at)
      from c where sessions.messaging_user_id = c.messaging_user_id and sessions.id = c.session_id
    ), a as (
      update messaging_user_activity a set
        message_count = message_count + t.total,
        first_message_at = least(first_message_at, t.first_at),
        last_message_at = greatest(last_message_at, t.last_at),
        active_at = greatest(active_at, t.last_at)
      from (select messaging_user_id, sum(total) as total, min(first_at) as first_at, max(last_at) as last_at from c group by 1) t
      where a.messaging_user_id = t.messaging_user_id
    )
    select id from m`,
}
const addJobs: Statement = {
  name: 'add_send_jobs',
  // Jobs of one queue run one after the other: all of a person's are in the same, and there are few queues, as the library asks for.
  text: `
    select 1 from graphile_worker.add_jobs((
      select array_agg(row('${SEND_MESSAGE}', json_build_object('messagingUserId', user_id, 'messageId', id, 'channelId', channel_id),
                           'send-' || get_byte(uuid_send(user_id), 15) % 64, null, ${ATTEMPTS}, null, null, null)::graphile_worker.job_spec
                       order by n)
      from unnest($1::uuid[], $2::uuid[], $3::uuid[]) with ordinality as i(user_id, id, channel_id, n)))`,
}
const findRepeated: Statement = {
  name: 'find_repeated_outgoing',
  text: `
    select m.id, m.messaging_user_id, m.idempotency_key from unnest($1::uuid[], $2::text[]) as i(user_id, key)
    join messages m on m.messaging_user_id = i.user_id and m.idempotency_key = i.key`,
}

/**
 * Records messages of the business, and in the same transaction the jobs that send them. Whether they may be sent was asked before.
 * @returns for each, in the same order, its uuid; `isNew` is false for one that was said before with the same key
 */
export async function queueMessages(run: Run, messages: NewOutgoing[]): Promise<{ id: string; isNew: boolean }[]> {
  const rows = messages.map(message => ({ ...message, id: uuidv7() }))
  const column = <K extends keyof (typeof rows)[0]>(field: K, of = rows) => of.map(row => row[field])
  const inserted = new Set((await run<{ id: string }>(insert, [
    column('messagingUserId'), column('id'), column('sessionId'), column('channelId'), rows.map(row => row.text ?? null), column('replyToId'), column('sender'),
    column('senderId'), column('purpose'), column('idempotencyKey'), column('sentAt'),
    rows.map(row => (row.template ? JSON.stringify(row.template) : null)),
  ])).map(row => row.id))
  const fresh = rows.filter(row => inserted.has(row.id))
  if (fresh.length > 0) await run(addJobs, [column('messagingUserId', fresh), column('id', fresh), column('channelId', fresh)])
  const repeated = rows.filter(row => !inserted.has(row.id))
  const known = new Map<string, string>()
  if (repeated.length > 0) {
    const found = await run<{ id: string; messaging_user_id: string; idempotency_key: string }>(findRepeated, [
      column('messagingUserId', repeated), column('idempotencyKey', repeated),
    ])
    for (const row of found) known.set(`${row.messaging_user_id}/${row.idempotency_key}`, row.id)
  }
  return rows.map(row => (inserted.has(row.id)
    ? { id: row.id, isNew: true }
    : { id: known.get(`${row.messagingUserId}/${row.idempotencyKey}`)!, isNew: false }))
}

const postpone: Statement = {
  name: 'postpone_send',
  text: `
    select 1 from graphile_worker.add_job('${SEND_MESSAGE}', $2::json, 'send-' || get_byte(uuid_send($1::uuid), 15) % 64,
                                          now() + make_interval(secs => $3), ${ATTEMPTS})`,
}

/** Another job takes the place of this one, so many ms from now, and has its turn then. */
export async function postponeSend(pool: Pool, job: SendJob, ms: number): Promise<void> {
  await runner(pool, false)(postpone, [job.messagingUserId, JSON.stringify({ ...job, hasPlace: true }), ms / 1000])
}

/** A message that still has to be handed to the platform, and what that takes. */
export interface Unsent {
  id: string
  text: string | null
  template: MessageTemplate | null
  sentAt: Date
  replyToId: string | null
  purpose: string
  sender: 'Agent' | 'Bot' | 'System'
  /** When the person last wrote; null: never. */
  lastInboundAt: Date | null
  /** Where the person is reached now; null when they gave up every address they had here. */
  to: Identifier | null
  channel: { type: string; isActive: boolean; isSimulated: boolean; config: ChannelConfig }
  /** It was said after the message of this job, and has a job of its own. */
  isLater: boolean
}

/** SQL: where the messaging user `u` is reached. The platform key while it is theirs, else what took its place, else whatever else there is. */
export const currentAddress = `
  select a.kind, a.key from aliases a
  where a.messaging_user_id = u.id and a.until is null and a.resolves
  order by a.key = u.platform_key desc, a.kind = (
    select f.kind from aliases f where f.messaging_user_id = u.id and f.key = u.platform_key order by f.since limit 1
  ) desc nulls last, a.since desc, a.id limit 1`

const unsent: Statement = {
  name: 'find_unsent',
  // Jobs give up long before two days have passed, so nothing older can be waiting.
  text: `
    select m.id, m.text, case when m.type = 'template' then m.content end as template, m.sent_at as "sentAt", m.reply_to as "replyToId", m.purpose, m.sender,
           (select i.sent_at from messages i where i.messaging_user_id = m.messaging_user_id and i.direction = 'inbound'
            order by i.sent_at desc limit 1) as "lastInboundAt",
           case when a.key is not null then json_build_object('kind', a.kind, 'key', a.key) end as "to",
           json_build_object('type', c.type, 'isActive', c.is_active, 'isSimulated', c.is_simulated, 'config', c.config) as channel,
           (m.sent_at, m.id) > (this.sent_at, this.id) as "isLater"
    from messages this
    join messages m on m.messaging_user_id = this.messaging_user_id and m.sent_at > this.sent_at - interval '2 days'
      and m.direction = 'outbound' and m.platform_message_id is null and m.accepted_at is null and m.failed_at is null and m.deleted_at is null
    join channels c on c.id = m.channel_id
    join messaging_users u on u.id = m.messaging_user_id
    left join lateral (${currentAddress}) a on true
    where this.messaging_user_id = $1 and this.id = $2
    order by m.sent_at, m.id limit 1`,
}

/**
 * What is to be sent next to the person of a job: the earliest message that was neither sent nor failed, so nothing overtakes.
 * @returns undefined when there is none
 */
export async function nextUnsent(pool: Pool, { messagingUserId, messageId }: SendJob): Promise<Unsent | undefined> {
  return (await runner(pool, false)<Unsent>(unsent, [messagingUserId, messageId]))[0]
}

const answered: Statement = {
  name: 'note_initial_response',
  text: `
    update messaging_users u set has_initial_response_sent = true
    where u.id = $1 and not u.has_initial_response_sent
      and exists (select 1 from messages m where m.messaging_user_id = $1 and m.id = $2 and m.sender in ('Agent', 'Bot'))
      and exists (select 1 from messages m where m.messaging_user_id = $1 and m.direction = 'inbound')`,
}
const accept: Statement = {
  name: 'accept_outgoing',
  // A platform that reports our own messages back may have been faster: then there is a message of this id, and this one goes without.
  text: `
    update messages m set accepted_at = coalesce(accepted_at, now()), platform_message_id = case when not exists (
      select 1 from messages o where o.messaging_user_id = $1 and o.platform_message_id = $3 and o.id <> $2) then $3 end
    where m.messaging_user_id = $1 and m.id = $2`,
}

/**
 * The platform took the message and calls it `platformMessageId`. Receipts that were faster, and waited for it, are applied. With the
 * first answer of an agent or bot to somebody who wrote, their initial response is sent.
 */
export async function noteSent(pool: Pool, job: SendJob, platformMessageId: string): Promise<void> {
  await inTransaction(pool, async client => {
    const run = runner(client, false)
    // First, because whoever writes to or of the person locks their record before their activity.
    await run(answered, [job.messagingUserId, job.messageId])
    // Before the message gets its id: a receipt that does not find it is either waiting by now, or looks again after us.
    await run(lockActivity, [[job.messagingUserId]])
    await run(accept, [job.messagingUserId, job.messageId, platformMessageId])
    const waiting = await run<{ userId: string; event: Amendment }>(takeWaiting, [[job.channelId], [platformMessageId], [job.messagingUserId]])
    if (waiting.length > 0) await amend(run, waiting)
  })
}

/** A platform or carrier refused a message because the person told it that they want none. */
export interface CarrierOptOut extends SendJob {
  purpose: OptOutPurpose
  /** The platform's code and words. */
  words: string
}
/** Enters it into the consent ledger, in the transaction of the message's failure. */
export type RecordOptOut = (client: PoolClient, optOut: CarrierOptOut) => Promise<void>

const fail: Statement = {
  name: 'fail_outgoing',
  text: 'update messages set failed_at = now(), failure = $3 where messaging_user_id = $1 and id = $2 and failed_at is null',
}

/**
 * The message is not sent any more.
 * @param failure why, for the operator
 * @param optOut what the person told the platform, and who enters it into the ledger
 */
export async function noteFailed(
  pool: Pool, job: SendJob, failure: string, optOut?: { purpose: OptOutPurpose; words: string; recordOptOutByCarrier: RecordOptOut },
): Promise<void> {
  await inTransaction(pool, async client => {
    await runner(client, false)(fail, [job.messagingUserId, job.messageId, failure])
    if (optOut) await optOut.recordOptOutByCarrier(client, { ...job, purpose: optOut.purpose, words: optOut.words })
  })
}
