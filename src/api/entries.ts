import type { Pool } from 'pg'
import type { Static } from 'typebox'
import { MessagingUserId, Page, SessionId, Strict } from '../contract/common.ts'
import { ConversationEntry, EntryQuery } from '../contract/entries.ts'
import { toUuid } from '../ids.ts'
import type { Api, ApiDeps } from './app.ts'
import { readEntries, type EntryKey } from './entry-rows.ts'
import { notFound } from './errors.ts'
import { requireUser } from './messaging-user-row.ts'
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
    await requireUser(pool, id)
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

/** The page's places come from all three tables together; then each table is asked for its part of the page. */
async function listEntries(pool: Pool, userId: string, session: Session | null, { cursor, limit = 50 }: Static<typeof EntryQuery>) {
  const place = placeOf(cursor)
  const keysOf = (kind: EntryKey['kind'], table: string, time: string, ofSession: string) => `
    (select '${kind}' as kind, t.id, ${time} as at from ${table} t
    where t.messaging_user_id = $1 and ($2::uuid is null or ${ofSession})
      ${place ? `and (${time}, t.id) < (${timeOfMicros('$6')}, $7)` : ''}
    order by ${time} desc, t.id desc limit $5)`
  // Consent that a message changed belongs to the message's session; what came by another road, to the session of its time.
  const consentOfSession = `case when t.message_id is null then t.happened_at between $3::timestamptz and coalesce($4::timestamptz, 'infinity') else
      exists (select from messages m where m.messaging_user_id = $1 and m.id = t.message_id and m.session_id = $2) end`
  const { rows: keys } = await pool.query<EntryKey>(`
    select kind, id, at, ${micros('at')} as at_micros from (
      ${keysOf('message', 'messages', 't.sent_at', 't.session_id = $2')}
      union all ${keysOf('session', 'session_events', 't.happened_at', 't.session_id = $2')}
      union all ${keysOf('consent', 'consent_events', 't.happened_at', consentOfSession)}
    ) entries
    order by at desc, id desc limit $5`,
  [userId, session?.id ?? null, session?.started_at ?? null, session?.ended_at ?? null, limit + 1, ...place ? [place.at, place.id] : []])

  const entries = await readEntries(pool, [userId], keys)
  return page(keys, limit, key => [key.at_micros, key.id], key => entries.get(key.id)!)
}
