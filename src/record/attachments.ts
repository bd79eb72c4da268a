import type { Pool, PoolClient } from 'pg'
import { uuidv7 } from 'uuidv7'
import type { AttachmentPart } from '../contract/inbound-event.ts'
import type { MessageRow } from './conversation.ts'
import type { ChannelConfig } from './secrets.ts'
import { runner, type Run, type Statement } from './statement.ts'
import { inTransaction } from './transaction.ts'

/** Names of the jobs. */
export const FETCH_ATTACHMENT = 'fetch-attachment'
export const DELETE_BLOB = 'delete-blob'
/** With the jobs' growing waits, about 15 hours. */
const ATTEMPTS = 12

export type AttachmentState = 'waiting' | 'stored' | 'too_large' | 'refused' | 'gone'

const insert: Statement = {
  name: 'insert_attachments',
  text: `
    with a as (
      insert into attachments (messaging_user_id, id, message_id, channel_id, position, kind, platform_id, url, media_type, file_name, size)
      select user_id, id, message_id, channel_id, position, kind, platform_id, url, media_type, file_name, size
      from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::int[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
                  $11::bigint[])
        as i(user_id, id, message_id, channel_id, position, kind, platform_id, url, media_type, file_name, size)
    ), jobs as (
      select array_agg(row('${FETCH_ATTACHMENT}', json_build_object('attachmentId', id), null, null, ${ATTEMPTS}, null, null, null)
        ::graphile_worker.job_spec) as specs
      from unnest($2::uuid[], $12::bool[]) as i(id, expires) where expires having count(*) > 0
    )
    select 1 from jobs, graphile_worker.add_jobs(jobs.specs)`,
}

/** Notes the files of messages, and has those fetched that their platforms keep for a short time only. */
export async function insertAttachments(run: Run, messages: MessageRow[]): Promise<void> {
  const rows = messages.flatMap(({ userId, id, channelId, event }) =>
    (event.message.attachments ?? []).map((part, position) => ({ userId, messageId: id, channelId, position, part, id: uuidv7() })))
  if (rows.length === 0) return
  const parts = (field: Exclude<keyof AttachmentPart, 'expires'>) => rows.map(({ part }) => part[field] ?? null)
  await run(insert, [
    rows.map(row => row.userId), rows.map(row => row.id), rows.map(row => row.messageId), rows.map(row => row.channelId),
    rows.map(row => row.position), parts('kind'), parts('platformId'), parts('url'), parts('mediaType'), parts('fileName'), parts('size'),
    rows.map(row => row.part.expires ?? false),
  ])
}

/** A file of a message, and the channel it came in on. */
export interface Attachment {
  id: string
  messagingUserId: string
  channelId: string
  part: AttachmentPart
  state: AttachmentState
  reason: string | null
  /** What the blob store knows it by. */
  sha256: string | null
  channel: { type: string; config: ChannelConfig }
}

const find: Statement = {
  name: 'find_attachment',
  text: `
    select a.id, a.messaging_user_id as "messagingUserId", a.channel_id as "channelId", a.state, a.reason, a.sha256,
           jsonb_strip_nulls(jsonb_build_object('kind', a.kind, 'platformId', a.platform_id, 'url', a.url, 'mediaType', a.media_type,
             'fileName', a.file_name, 'size', a.size)) as part,
           json_build_object('type', c.type, 'config', c.config) as channel
    from attachments a join channels c on c.id = a.channel_id where a.id = $1`,
}

/** @returns undefined when there is no attachment of this id (uuid) */
export async function findAttachment(pool: Pool, id: string): Promise<Attachment | undefined> {
  return (await runner(pool, false)<Attachment>(find, [id]))[0]
}

type Key = Pick<Attachment, 'messagingUserId' | 'id'>

/** The file will not be had. @param reason why, for the operator */
export async function giveUpAttachment(pool: Pool, { messagingUserId, id }: Key, state: 'too_large' | 'refused' | 'gone', reason: string): Promise<void> {
  await pool.query(`
    update attachments set state = $3, reason = $4, settled_at = now()
    where messaging_user_id = $1 and id = $2 and state = 'waiting'`, [messagingUserId, id, state, reason])
}

// Who puts a blob and who deletes it do it one after the other, so that what somebody just began to refer to is not deleted.
const lockBlob = (client: PoolClient, sha256: string) => client.query(`select pg_advisory_xact_lock(hashtextextended($1, 18733003))`, [sha256])

/**
 * The file is there. If it was deleted by its sender meanwhile, it is deleted again.
 * @param put puts it into the blob store
 */
export async function storeAttachment(
  pool: Pool, { messagingUserId, id }: Key, { sha256, size, mediaType }: { sha256: string; size: number; mediaType: string }, put: () => Promise<void>,
): Promise<void> {
  await inTransaction(pool, async client => {
    await lockBlob(client, sha256)
    await put()
    const { rowCount } = await client.query(`
      update attachments set state = 'stored', sha256 = $3, size = $4, media_type = $5, reason = null, settled_at = now()
      where messaging_user_id = $1 and id = $2 and state = 'waiting'`, [messagingUserId, id, sha256, size, mediaType])
    if (rowCount === 0) await client.query(`select graphile_worker.add_job('${DELETE_BLOB}', json_build_object('sha256', $1::text))`, [sha256])
  })
}

/** Deletes a blob that no attachment refers to any more. @param remove removes it from the blob store */
export async function deleteBlob(pool: Pool, sha256: string, remove: () => Promise<void>): Promise<void> {
  await inTransaction(pool, async client => {
    await lockBlob(client, sha256)
    const { rowCount } = await client.query('select from attachments where sha256 = $1 limit 1', [sha256])
    if (rowCount === 0) await remove()
  })
}

const forget: Statement = {
  name: 'forget_attachments',
  // Locked before they are read: a file may be stored at this very moment.
  text: `
    with gone as (
      select a.messaging_user_id, a.id, a.sha256 from unnest($1::uuid[], $2::text[]) as i(user_id, platform_message_id)
      join messages m on m.messaging_user_id = i.user_id and m.platform_message_id = i.platform_message_id
      join attachments a on a.messaging_user_id = m.messaging_user_id and a.message_id = m.id
      order by a.id for no key update of a
    ), emptied as (
      update attachments a set state = 'gone', reason = 'Deleted by its sender', sha256 = null, url = null, platform_id = null, file_name = null,
        settled_at = now()
      from gone g where a.messaging_user_id = g.messaging_user_id and a.id = g.id
    ), jobs as (
      select array_agg(row('${DELETE_BLOB}', json_build_object('sha256', sha256), null, null, null, null, null, null)::graphile_worker.job_spec) as specs
      from gone where sha256 is not null having count(*) > 0
    )
    select 1 from jobs, graphile_worker.add_jobs(jobs.specs)`,
}

/** The files of deleted messages are deleted with them. Messages are named by person and the platform's id. */
export async function forgetAttachments(run: Run, messages: { userId: string; messageId: string }[]): Promise<void> {
  await run(forget, [messages.map(message => message.userId), messages.map(message => message.messageId)])
}
