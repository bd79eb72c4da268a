import type { Pool } from 'pg'
import type { Static } from 'typebox'
import { MessagingUserId, Page, SessionId, Strict } from '../contract/common.ts'
import { ConversationEntry, EntryQuery } from '../contract/entries.ts'
import { toTypeId, toUuid } from '../ids.ts'
import type { Api, ApiDeps } from './app.ts'
import { showConsentEvent, type ConsentEventRow } from './consent-events.ts'
import { notFound } from './errors.ts'
import { selectMessages, showMessage, type MessageRow } from './messages.ts'
import { micros, page, placeOf, timeOfMicros } from './paging.ts'

const read = { access: { role: 'viewer', scope: 'messaging-users:read' } } as const

/** Conversations with all that belongs to them, in the platform's time. */
export function entryRoutes(api: Api, { pool }: Pick<ApiDeps, 'pool'>): void {
  const response = { 200: Page(ConversationEntry) }

  api.get('/messaging-users/:id/entries', {
    config: read,
    schema: {
      tags: ['messaging-users'], summary: 'Read a messaging user’s conversation, newest first',
      params: Strict({ id: MessagingUserId }), querystring: EntryQuery, response,
      description: 'Messages, changes of status and owner of the sessions, and changes of consent.',
    },
  }, async ({ params: { id }, query }) => {
    const { rowCount } = await pool.query('select from messaging_users where id = $1', [toUuid(id)])
    if (rowCount === 0) throw notFound('messaging user', id)
    return listEntries(pool, toUuid(id), null, query)
  })

  api.get('/sessions/:id/entries', {
    config: { access: { role: 'viewer', scope: 'sessions:read' } },
    schema: {
      tags: ['sessions'], summary: 'Read the conversation of a session, newest first', params: Strict({ id: SessionId }), querystring: EntryQuery, response,
    },
  }, async ({ params: { id }, query }) => {
    const { rows: [session] } = await pool.query<Session>(
      'select id, messaging_user_id, started_at, ended_at from sessions where id = $1', [toUuid(id)])
    if (!session) throw notFound('session', id)
    return listEntries(pool, session.messaging_user_id, session, query)
  })
}

interface Session {
  id: string
  messaging_user_id: string
  started_at: Date
  ended_at: Date | null
}

interface Key {
  kind: ConversationEntry['kind']
  id: string
  at: Date
  at_micros: number
}

interface SessionEventRow {
  id: string
  session_id: string
  kind: 'StatusChanged' | 'OwnerChanged'
  from_value: string | null
  to_value: string | null
  actor_type: 'Agent' | 'Bot' | 'EndUser' | 'System'
  actor: string | null
}

/** The page's places come from all three tables together; then each table is asked for its part of the page. */
async function listEntries(pool: Pool, userId: string, session: Session | null, { cursor, limit = 50 }: Static<typeof EntryQuery>) {
  const place = placeOf(cursor)
  const keysOf = (kind: Key['kind'], table: string, time: string, ofSession: string) => `
    (select '${kind}' as kind, t.id, ${time} as at from ${table} t
    where t.messaging_user_id = $1 and ($2::uuid is null or ${ofSession})
      ${place ? `and (${time}, t.id) < (${timeOfMicros('$6')}, $7)` : ''}
    order by ${time} desc, t.id desc limit $5)`
  // Consent that a message changed belongs to the message's session; what came by another road, to the session of its time.
  const consentOfSession = `case when t.message_id is null then t.happened_at between $3::timestamptz and coalesce($4::timestamptz, 'infinity') else
      exists (select from messages m where m.messaging_user_id = $1 and m.id = t.message_id and m.session_id = $2) end`
  const { rows: keys } = await pool.query<Key>(`
    select kind, id, at, ${micros('at')} as at_micros from (
      ${keysOf('message', 'messages', 't.sent_at', 't.session_id = $2')}
      union all ${keysOf('session', 'session_events', 't.happened_at', 't.session_id = $2')}
      union all ${keysOf('consent', 'consent_events', 't.happened_at', consentOfSession)}
    ) entries
    order by at desc, id desc limit $5`,
  [userId, session?.id ?? null, session?.started_at ?? null, session?.ended_at ?? null, limit + 1, ...place ? [place.at, place.id] : []])

  const entries = await readEntries(pool, userId, keys)
  return page(keys, limit, key => [key.at_micros, key.id], key => entries.get(key.id)!)
}

async function readEntries(pool: Pool, userId: string, keys: Key[]): Promise<Map<string, ConversationEntry>> {
  const entries = new Map<string, ConversationEntry>()
  const times = new Map(keys.map(key => [key.id, key.at.toISOString()]))
  async function add<Row extends { id: string }>(kind: Key['kind'], select: string, show: (row: Row, at: string) => ConversationEntry) {
    const ids = keys.filter(key => key.kind === kind).map(key => key.id)
    if (ids.length === 0) return
    const { rows } = await pool.query<Row>(`${select} where t.messaging_user_id = $1 and t.id = any($2)`, [userId, ids])
    for (const row of rows) entries.set(row.id, show(row, times.get(row.id)!))
  }
  await Promise.all([
    add<MessageRow>('message', selectMessages(), (row, at) => ({ kind: 'message', at, message: showMessage(row) })),
    add<SessionEventRow>('session', sessionEvents, (row, at) => ({
      kind: 'session', at, sessionId: toTypeId('ms', row.session_id), change: row.kind, from: row.from_value, to: row.to_value,
      actorType: row.actor_type, actor: row.actor,
    })),
    add<ConsentEventRow>('consent', 'select t.* from consent_events t', (row, at) => ({ kind: 'consent', at, event: showConsentEvent(row) })),
  ])
  return entries
}

const operatorName = (column: string) => `(select o.name from operators o where o.id::text = ${column})`
const sessionEvents = `
  select t.id, t.session_id, t.kind, t.actor_type,
    case t.kind when 'OwnerChanged' then coalesce(${operatorName('t.from_value')}, t.from_value) else t.from_value end as from_value,
    case t.kind when 'OwnerChanged' then coalesce(${operatorName('t.to_value')}, t.to_value) else t.to_value end as to_value,
    coalesce(${operatorName('t.actor')}, (select k.name from api_keys k where k.id::text = t.actor)) as actor
  from session_events t`
