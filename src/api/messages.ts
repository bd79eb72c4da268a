import type { Pool } from 'pg'
import type { Message } from '../contract/sessions.ts'
import { toTypeId } from '../ids.ts'
import { attachmentsOf, showAttachment, type AttachmentRow } from './attachments.ts'
import { micros, page, placeOf, timeOfMicros } from './paging.ts'

export interface MessageRow {
  messaging_user_id: string
  id: string
  session_id: string
  direction: Message['direction']
  type: string
  text: string | null
  content: unknown
  attachments: AttachmentRow[] | null
  sender: Message['sender'] | null
  purpose: string | null
  platform_message_id: string | null
  accepted_at: Date | null
  reply_to: string | null
  sent_at: Date
  sent_micros: number
  received_at: Date
  delivered_at: Date | null
  read_at: Date | null
  failed_at: Date | null
  failure: string | null
  edited_at: Date | null
  deleted_at: Date | null
}

/** Messages `t`, as a `MessageRow` each; more columns can follow. */
export const selectMessages = (more = '') => `select t.*, ${attachmentsOf}${more} from messages t`

/** A transcript, newest first: a messaging user's, or one session's of theirs. Ids are UUIDs. */
export async function transcript(
  pool: Pool, userId: string, sessionId: string | null, { cursor, limit = 50 }: { cursor?: string; limit?: number },
) {
  const place = placeOf(cursor)
  const { rows } = await pool.query<MessageRow>(`
    ${selectMessages(`, ${micros('sent_at')} as sent_micros`)}
    where messaging_user_id = $1 and ($2::uuid is null or session_id = $2)
      ${place ? `and (sent_at, id) < (${timeOfMicros('$4')}, $5)` : ''}
    order by sent_at desc, id desc limit $3`, [userId, sessionId, limit + 1, ...place ? [place.at, place.id] : []])
  return page(rows, limit, (row) => [row.sent_micros, row.id], showMessage)
}

/** One message that exists. Ids are UUIDs. */
export async function readMessage(pool: Pool, userId: string, id: string): Promise<Message> {
  const { rows } = await pool.query<MessageRow>(`${selectMessages()} where messaging_user_id = $1 and id = $2`, [userId, id])
  return showMessage(rows[0]!)
}

const iso = (time: Date | null) => time?.toISOString() ?? null

export const showMessage = (row: MessageRow): Message => ({
  id: toTypeId('msg', row.id),
  messagingUserId: toTypeId('mu', row.messaging_user_id),
  sessionId: toTypeId('ms', row.session_id),
  direction: row.direction,
  type: row.type,
  text: row.text,
  content: row.content,
  attachments: (row.attachments ?? []).map(showAttachment),
  sender: row.sender ?? (row.direction === 'inbound' ? 'EndUser' : 'Agent'),
  purpose: row.purpose,
  platformMessageId: row.platform_message_id,
  replyToPlatformMessageId: row.reply_to,
  sentAt: row.sent_at.toISOString(),
  receivedAt: row.received_at.toISOString(),
  acceptedAt: iso(row.accepted_at),
  deliveredAt: iso(row.delivered_at),
  readAt: iso(row.read_at),
  failedAt: iso(row.failed_at),
  failure: row.failure,
  editedAt: iso(row.edited_at),
  deletedAt: iso(row.deleted_at),
})
