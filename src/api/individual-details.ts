import type { Pool } from 'pg'
import { Type, type Static } from 'typebox'
import { connectorOf } from '../connectors/registry.ts'
import { MessagingUserId, Page, PageQuery, Strict } from '../contract/common.ts'
import { ConversationEntry } from '../contract/entries.ts'
import { AccountId, IndividualId } from '../contract/individuals.ts'
import { MessagingUser } from '../contract/messaging-users.ts'
import { Session } from '../contract/sessions.ts'
import { toTypeId, toUuid } from '../ids.ts'
import type { Api, ApiDeps } from './app.ts'
import { readAccount } from './account-row.ts'
import { readEntries, type EntryKey } from './entry-rows.ts'
import { ApiError } from './errors.ts'
import { requireIndividual } from './individual-row.ts'
import { selectUsers, showUser, type UserRow } from './messaging-user-row.ts'
import { micros, page, placeOf, timeOfMicros } from './paging.ts'
import { selectSessions, showSession, type SessionRow } from './session-row.ts'

const tags = ['individuals']
const users = { access: { role: 'viewer', scope: 'messaging-users:read' } } as const
const sessions = { access: { role: 'viewer', scope: 'sessions:read' } } as const
const individual = Strict({ id: IndividualId })
const account = Strict({ id: AccountId })
const list = Strict(PageQuery)
type ListQuery = Static<typeof list>

const ChannelEntry = Type.Intersect([Type.Object({ messagingUserId: MessagingUserId }), ConversationEntry])
const EntryFilter = Strict({ ...PageQuery, messagingUserId: Type.Optional(Type.Unsafe<string>({ ...MessagingUserId, description: 'Only what was said to and by this one of them' })) })

/** What the messaging users have in common who are linked to one individual or account. */
export function individualDetailRoutes(api: Api, { pool }: Pick<ApiDeps, 'pool'>): void {
  api.get('/individuals/:id/messaging-users', {
    config: users,
    schema: { tags, summary: 'List the messaging users linked to an individual, last active first', params: individual, querystring: list, response: { 200: Page(MessagingUser) } },
  }, async ({ params: { id }, query }) => listUsers(pool, await requireIndividual(pool, id), query))

  api.get('/accounts/:id/messaging-users', {
    config: users,
    schema: { tags: ['accounts'], summary: 'List the messaging users linked to an account, last active first', params: account, querystring: list, response: { 200: Page(MessagingUser) } },
  }, async ({ params: { id }, query }) => listUsers(pool, await requireAccount(pool, id), query))

  api.get('/individuals/:id/sessions', {
    config: sessions,
    schema: { tags, summary: 'List the sessions of an individual’s messaging users, latest first', params: individual, querystring: list, response: { 200: Page(Session) } },
  }, async ({ params: { id }, query }) => listSessions(pool, await requireIndividual(pool, id), query))

  api.get('/accounts/:id/sessions', {
    config: sessions,
    schema: { tags: ['accounts'], summary: 'List the sessions of an account’s messaging users, latest first', params: account, querystring: list, response: { 200: Page(Session) } },
  }, async ({ params: { id }, query }) => listSessions(pool, await requireAccount(pool, id), query))

  api.get('/individuals/:id/entries', {
    config: users,
    schema: {
      tags, summary: 'Read an individual’s conversations on all channels as one, newest first', params: individual, querystring: EntryFilter,
      response: { 200: Page(ChannelEntry) }, description: 'As a messaging user’s conversation, of all who are linked to the individual now.',
    },
  }, async ({ params: { id }, query }) => listEntries(pool, await requireIndividual(pool, id), query))
}

/** @throws {ApiError} 404 when there is none; 409 naming the other when it was merged into another */
async function requireAccount(pool: Pool, id: string): Promise<string> {
  const found = await readAccount(pool, id)
  if ('mergedInto' in found) throw new ApiError('conflict', `${id} was merged into ${found.mergedInto}`)
  return toUuid(id)
}

/** Who is linked to the record `$1`. */
const linked = 'select l.messaging_user_id from links l where l.record_id = $1 and l.unlinked_at is null'

async function listUsers(pool: Pool, recordId: string, { cursor, limit = 50 }: ListQuery) {
  const place = placeOf(cursor)
  const { rows } = await pool.query<UserRow>(`
    ${selectUsers} where a.messaging_user_id in (${linked}) ${place ? `and (a.active_at, a.messaging_user_id) < (${timeOfMicros('$3')}, $4)` : ''}
    order by a.active_at desc, a.messaging_user_id desc limit $2`, [recordId, limit + 1, ...place ? [place.at, place.id] : []])
  return page(rows, limit, row => [row.active_micros, row.id], row => showUser(row, connectorOf(row.channel_type)?.messageType ?? 'Custom'))
}

async function listSessions(pool: Pool, recordId: string, { cursor, limit = 50 }: ListQuery) {
  const place = placeOf(cursor)
  const { rows } = await pool.query<SessionRow>(`
    ${selectSessions} where s.messaging_user_id in (${linked}) ${place ? `and (s.started_at, s.id) < (${timeOfMicros('$3')}, $4)` : ''}
    order by s.started_at desc, s.id desc limit $2`, [recordId, limit + 1, ...place ? [place.at, place.id] : []])
  return page(rows, limit, row => [row.started_micros, row.id], showSession)
}

interface Key extends EntryKey {
  messaging_user_id: string
}

/** Each person's newest entries of each table are looked up in their index; the page is what is newest of them all. */
async function listEntries(pool: Pool, recordId: string, { cursor, limit = 50, messagingUserId }: Static<typeof EntryFilter>) {
  const place = placeOf(cursor)
  const keysOf = (kind: Key['kind'], table: string, time: string) => `
    (select '${kind}' as kind, t.id, t.${time} as at from ${table} t
    where t.messaging_user_id = u.messaging_user_id ${place ? `and (t.${time}, t.id) < (${timeOfMicros('$4')}, $5)` : ''}
    order by t.${time} desc, t.id desc limit $2)`
  const { rows: keys } = await pool.query<Key>(`
    select e.kind, u.messaging_user_id, e.id, e.at, ${micros('e.at')} as at_micros
    from (${linked} and ($3::uuid is null or l.messaging_user_id = $3)) u
    cross join lateral (
      ${keysOf('message', 'messages', 'sent_at')}
      union all ${keysOf('session', 'session_events', 'happened_at')}
      union all ${keysOf('consent', 'consent_events', 'happened_at')}
    ) e
    order by e.at desc, e.id desc limit $2`,
  [recordId, limit + 1, messagingUserId === undefined ? null : toUuid(messagingUserId), ...place ? [place.at, place.id] : []])

  const entries = await readEntries(pool, [...new Set(keys.map(key => key.messaging_user_id))], keys)
  return page(keys, limit, key => [key.at_micros, key.id], key => ({ messagingUserId: toTypeId('mu', key.messaging_user_id), ...entries.get(key.id)! }))
}
