import type { Session } from '../contract/sessions.ts'
import { toTypeId } from '../ids.ts'
import { micros } from './paging.ts'

interface LinksRow {
  contact_id: string | null
  contact_name: string | null
  account_id: string | null
  lead_id: string | null
  employee_id: string | null
  person_account_id: string | null
}

export interface SessionRow extends LinksRow {
  id: string
  messaging_user_id: string
  messaging_user_name: string
  channel_id: string
  channel_name: string
  channel_type: string
  platform_type: Session['platformType']
  number: number
  status: Session['status']
  origin: Session['origin']
  owner_id: string | null
  owner_name: string | null
  agent_type: Session['agentType']
  started_at: Date
  started_micros: number
  accepted_at: Date | null
  ended_at: Date | null
  ended_by: Session['endedBy']
  end_user_language: string | null
  last_message_at: Date | null
  end_user_message_count: number
  agent_message_count: number
  first_response_seconds: number | null
  average_response_seconds: number | null
  preview: string | null
  current_links: LinksRow
}

/** Sessions `s` with their messaging user `u`, channel `c` and owner `o`, as a `SessionRow` each. */
export const selectSessions = `
  select s.*, ${micros('s.started_at')} as started_micros, u.name as messaging_user_name, c.name as channel_name, c.type as channel_type,
    c.platform_type, o.name as owner_name, (select name from individuals where id = s.contact_id) as contact_name,
    json_build_object('contact_id', u.contact_id, 'contact_name', (select name from individuals where id = u.contact_id), 'account_id', u.account_id,
      'lead_id', u.lead_id, 'employee_id', u.employee_id, 'person_account_id', u.person_account_id) as current_links
  from sessions s
  join messaging_users u on u.id = s.messaging_user_id
  join channels c on c.id = s.channel_id
  left join operators o on o.id::text = s.owner_id`

const iso = (time: Date | null) => time?.toISOString() ?? null

const showLinks = (row: LinksRow): Session['currentLinks'] => ({
  contactId: row.contact_id && toTypeId('in', row.contact_id),
  contactName: row.contact_name,
  accountId: row.account_id && toTypeId('ac', row.account_id),
  leadId: row.lead_id && toTypeId('in', row.lead_id),
  employeeId: row.employee_id && toTypeId('in', row.employee_id),
  personAccountId: row.person_account_id && toTypeId('in', row.person_account_id),
})

/** The name of a session, by its running number. */
export const sessionName = (number: number) => `MS-${String(number).padStart(8, '0')}`

export const showSession = (row: SessionRow): Session => ({
  id: toTypeId('ms', row.id),
  name: sessionName(row.number),
  messagingUserId: toTypeId('mu', row.messaging_user_id),
  messagingUserName: row.messaging_user_name,
  channelId: toTypeId('ch', row.channel_id),
  channelName: row.channel_name,
  channelType: row.channel_type,
  platformType: row.platform_type,
  status: row.status,
  origin: row.origin,
  ownerId: row.owner_id && toTypeId('op', row.owner_id),
  ownerName: row.owner_name,
  agentType: row.agent_type,
  startedAt: row.started_at.toISOString(),
  acceptedAt: iso(row.accepted_at),
  endedAt: iso(row.ended_at),
  endedBy: row.ended_by,
  endUserLanguage: row.end_user_language,
  lastMessageAt: iso(row.last_message_at),
  endUserMessageCount: row.end_user_message_count,
  agentMessageCount: row.agent_message_count,
  firstResponseSeconds: row.first_response_seconds,
  averageResponseSeconds: row.average_response_seconds,
  preview: row.preview,
  ...showLinks(row.ended_at ? row : row.current_links),
  currentLinks: showLinks(row.current_links),
})
