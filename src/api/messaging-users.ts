import type { Pool } from 'pg'
import { connectorOf } from '../connectors/registry.ts'
import { MessagingUserId, Page, PageQuery, Strict } from '../contract/common.ts'
import {
  Alias, HistoryEntry, MessagingUser, MessagingUserQuery, MessagingUserUpdate, type MessagingUserQuery as Query,
} from '../contract/messaging-users.ts'
import { Message, MessageQuery, Session } from '../contract/sessions.ts'
import { updateUser } from '../record/users.ts'
import type { Api, ApiDeps } from './app.ts'
import { notFound } from './errors.ts'
import { toTypeId, toUuid, type Prefix } from '../ids.ts'
import { transcript } from './messages.ts'
import { requireUser, selectUsers, showUser, type UserRow } from './messaging-user-row.ts'
import { knownOperator } from './operators.ts'
import { newestIds } from './newest.ts'
import { micros, page, placeOf, timeOfMicros, uuidOf } from './paging.ts'
import { listSessions } from './sessions.ts'
import { newestUsers } from './user-filter.ts'

const tags = ['messaging-users']
const params = Strict({ id: MessagingUserId })
const read = { access: { role: 'viewer', scope: 'messaging-users:read' } } as const
const write = { access: { role: 'agent', scope: 'messaging-users:write' } } as const

export function messagingUserRoutes(api: Api, { pool, changes }: ApiDeps): void {
  detailRoutes(api, pool)
  api.get('/messaging-users', {
    config: read,
    schema: { tags, summary: 'List messaging users, last active first', querystring: MessagingUserQuery, response: { 200: Page(MessagingUser) } },
  }, ({ query }) => listUsers(pool, query))

  api.get('/messaging-users/:id', {
    config: read,
    schema: { tags, summary: 'Read a messaging user', params, response: { 200: MessagingUser } },
  }, ({ params: { id } }) => readUser(pool, id))

  api.patch('/messaging-users/:id', {
    config: write,
    schema: { tags, summary: 'Change a messaging user', params, body: MessagingUserUpdate, response: { 200: MessagingUser } },
  }, async ({ caller, params: { id }, body: { ownerId, ...change } }) => {
    const owner = ownerId === undefined ? {} : { ownerId: ownerId && await knownOperator(pool, ownerId, 'ownerId') }
    const channelId = await updateUser(pool, toUuid(id), { ...change, ...owner }, { source: caller.kind, name: caller.name })
    if (!channelId) throw notFound('messaging user', id)
    changes.publish([{ type: 'messaging-user', id, channelId: toTypeId('ch', channelId) }])
    return readUser(pool, id)
  })
}

/** What belongs to one messaging user. */
function detailRoutes(api: Api, pool: Pool): void {
  api.get('/messaging-users/:id/sessions', {
    config: read,
    schema: { tags, summary: 'List a messaging user’s sessions, latest first', params, querystring: Strict(PageQuery), response: { 200: Page(Session) } },
  }, async ({ params: { id }, query }) => {
    await requireUser(pool, id)
    return listSessions(pool, { ...query, messagingUserId: id })
  })

  api.get('/messaging-users/:id/messages', {
    config: read,
    schema: { tags, summary: 'Read all that was said, newest first', params, querystring: MessageQuery, response: { 200: Page(Message) } },
  }, async ({ params: { id }, query }) => {
    await requireUser(pool, id)
    return transcript(pool, toUuid(id), null, query)
  })

  api.get('/messaging-users/:id/aliases', {
    config: read,
    schema: { tags, summary: 'List a messaging user’s identifiers, oldest first', params, querystring: Strict(PageQuery), response: { 200: Page(Alias) } },
  }, async ({ params: { id }, query: { cursor, limit = 50 } }) => {
    await requireUser(pool, id)
    const place = placeOf(cursor)
    const { rows } = await pool.query(`
      select a.*, ${micros('a.since')} as since_micros, a.key = u.platform_key as is_platform_key
      from aliases a join messaging_users u on u.id = a.messaging_user_id
      where a.messaging_user_id = $1 ${place ? `and (a.since, a.id) > (${timeOfMicros('$3')}, $4)` : ''}
      order by a.since, a.id limit $2`, [toUuid(id), limit + 1, ...place ? [place.at, place.id] : []])
    return page(rows, limit, (row) => [row.since_micros, row.id], (row) => ({
      kind: row.kind,
      key: row.key,
      isPlatformKey: row.is_platform_key,
      since: row.since.toISOString(),
      until: row.until?.toISOString() ?? null,
      evidence: row.evidence,
    }))
  })

  api.get('/messaging-users/:id/history', {
    config: read,
    schema: { tags, summary: 'List what changed and who changed it, newest first', params, querystring: Strict(PageQuery), response: { 200: Page(HistoryEntry) } },
  }, async ({ params: { id }, query: { cursor, limit = 50 } }) => {
    await requireUser(pool, id)
    const { rows } = await pool.query(`
      select * from messaging_user_history where messaging_user_id = $1 and ($2::uuid is null or id < $2)
      order by id desc limit $3`, [toUuid(id), uuidOf(cursor), limit + 1])
    return page(rows, limit, (row) => [row.id], (row) => ({
      field: row.field,
      oldValue: shownValue(row.field, row.old_value),
      newValue: shownValue(row.field, row.new_value),
      source: row.source,
      actor: row.actor,
      changedAt: row.changed_at.toISOString(),
    }))
  })
}

const idPrefixes = new Map<string, Prefix>([
  ['contactId', 'in'], ['leadId', 'in'], ['employeeId', 'in'], ['person_accountId', 'in'], ['accountId', 'ac'],
])
const shownValue = (field: string, value: unknown) => {
  const prefix = idPrefixes.get(field)
  return prefix && typeof value === 'string' ? toTypeId(prefix, value) : value
}

const show = (row: UserRow): MessagingUser => showUser(row, connectorOf(row.channel_type)?.messageType ?? 'Custom')

/** A page of the messaging users that fit the query, last active first. */
export async function listUsers(pool: Pool, { cursor, limit = 50, ...filter }: Query) {
  const ids = await newestIds(pool, newestUsers(filter), placeOf(cursor), limit + 1)
  const { rows } = await pool.query<UserRow>(
    `${selectUsers} where a.messaging_user_id = any($1) order by a.active_at desc, a.messaging_user_id desc`, [ids])
  return page(rows, limit, (row) => [row.active_micros, row.id], show)
}

export async function readUser(pool: Pool, typeId: string): Promise<MessagingUser> {
  const { rows } = await pool.query<UserRow>(`${selectUsers} where a.messaging_user_id = $1`, [toUuid(typeId)])
  if (!rows[0]) throw notFound('messaging user', typeId)
  return show(rows[0])
}
