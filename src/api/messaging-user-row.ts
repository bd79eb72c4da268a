import type { Pool } from 'pg'
import type { MessagingUser } from '../contract/messaging-users.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { notFound } from './errors.ts'
import { micros } from './paging.ts'
import { isoTime, timeText } from './times.ts'

/** Times as `timeText` gives them. */
export interface UserRow {
  id: string
  channel_id: string
  channel_name: string
  channel_type: string
  platform_key: string
  external_id: string | null
  name: string
  name_source: MessagingUser['nameSource']
  consent_status: MessagingUser['consentStatus']
  is_fully_opted_in: boolean
  locale: string | null
  language: string | null
  iso_country_code: string | null
  profile_picture_url: string | null
  has_initial_response_sent: boolean
  contact_id: string | null
  account_id: string | null
  lead_id: string | null
  employee_id: string | null
  person_account_id: string | null
  owner_id: string | null
  is_shared: boolean
  blocked: boolean
  blocked_reason: string | null
  blocked_until: string | null
  consent_pending_until: string | null
  active_micros: number
  first_message_at: string | null
  last_message_at: string | null
  session_count: number
  message_count: number
  created_at: string
  updated_at: string
}

const rank = (column: string, levels: Record<string, number>) =>
  `case ${column} ${Object.entries(levels).map(([value, level]) => `when '${value}' then ${level}`).join(' ')} else 0 end`

/** Is the consent at least what the channel asks for? */
const isFullyOptedIn = `${rank('u.consent_status', { OptedOut: -1, ImplicitlyOptedIn: 1, ExplicitlyOptedIn: 2, DoublyOptedIn: 3 })}
  >= ${rank('c.consent_type', { ImplicitOptIn: 1, ExplicitOptIn: 2, DoubleOptIn: 3 })}`

const times = (alias: string, columns: string[]) => columns.map(column => `${timeText(`${alias}.${column}`)} as ${column}`).join()

/** Messaging users `u` with their activity `a` and channel `c`, as a `UserRow` each, and no column more: each costs a page of a thousand something. */
export const selectUsers = `
  select u.id, u.channel_id, u.platform_key, u.external_id, u.name, u.name_source, u.consent_status, u.locale, u.language, u.iso_country_code,
    u.profile_picture_url, u.has_initial_response_sent, u.contact_id, u.account_id, u.lead_id, u.employee_id, u.person_account_id, u.owner_id,
    u.is_shared, u.blocked_reason, ${times('u', ['blocked_until', 'consent_pending_until', 'created_at', 'updated_at'])},
    c.name as channel_name, c.type as channel_type, ${isFullyOptedIn} as is_fully_opted_in,
    coalesce(u.blocked_until > now(), false) as blocked, ${micros('a.active_at')} as active_micros,
    ${times('a', ['first_message_at', 'last_message_at'])}, a.session_count, a.message_count
  from messaging_user_activity a
  join messaging_users u on u.id = a.messaging_user_id
  join channels c on c.id = u.channel_id`

const FOR_GOOD = 'infinity'

/** @param messageType of the connector, which the row does not know */
export const showUser = (row: UserRow, messageType: string): MessagingUser => ({
  id: toTypeId('mu', row.id),
  channelId: toTypeId('ch', row.channel_id),
  channelName: row.channel_name,
  channelType: row.channel_type,
  messageType,
  platformKey: row.platform_key,
  externalId: row.external_id,
  name: row.name,
  nameSource: row.name_source,
  consentStatus: row.consent_status,
  isFullyOptedIn: row.is_fully_opted_in,
  locale: row.locale,
  language: row.language,
  isoCountryCode: row.iso_country_code,
  profilePictureUrl: row.profile_picture_url,
  hasInitialResponseSent: row.has_initial_response_sent,
  contactId: row.contact_id && toTypeId('in', row.contact_id),
  accountId: row.account_id && toTypeId('ac', row.account_id),
  leadId: row.lead_id && toTypeId('in', row.lead_id),
  employeeId: row.employee_id && toTypeId('in', row.employee_id),
  personAccountId: row.person_account_id && toTypeId('in', row.person_account_id),
  ownerId: row.owner_id && toTypeId('op', row.owner_id),
  isShared: row.is_shared,
  blocked: row.blocked,
  blockedReason: row.blocked ? row.blocked_reason : null,
  blockedUntil: row.blocked && row.blocked_until !== FOR_GOOD ? isoTime(row.blocked_until!) : null,
  consentPendingUntil: row.consent_pending_until && isoTime(row.consent_pending_until),
  firstMessageAt: row.first_message_at && isoTime(row.first_message_at),
  lastMessageAt: row.last_message_at && isoTime(row.last_message_at),
  sessionCount: row.session_count,
  messageCount: row.message_count,
  createdAt: isoTime(row.created_at),
  updatedAt: isoTime(row.updated_at),
})

/** @throws {ApiError} 404 if there is no messaging user of this id (a TypeID) */
export async function requireUser(pool: Pool, typeId: string): Promise<void> {
  const { rowCount } = await pool.query('select from messaging_users where id = $1', [toUuid(typeId)])
  if (rowCount === 0) throw notFound('messaging user', typeId)
}
