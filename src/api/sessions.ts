import type { Pool } from 'pg'
import { Page, SessionId, Strict } from '../contract/common.ts'
import { Message, MessageQuery, Session, SessionQuery } from '../contract/sessions.ts'
import type { Static } from 'typebox'
import type { Api, ApiDeps } from './app.ts'
import { notFound } from './errors.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { transcript } from './messages.ts'
import { micros, page, placeOf, timeOfMicros } from './paging.ts'
import { parameters, where } from './parameters.ts'

interface Row {
  id: string
  messaging_user_id: string
  messaging_user_name: string
  channel_id: string
  channel_name: string
  channel_type: string
  number: number
  status: Session['status']
  origin: Session['origin']
  started_at: Date
  started_micros: number
  ended_at: Date | null
  last_message_at: Date | null
  end_user_message_count: number
  agent_message_count: number
  preview: string | null
}

const select = `
  select s.*, ${micros('s.started_at')} as started_micros, u.name as messaging_user_name, c.name as channel_name, c.type as channel_type
  from sessions s
  join messaging_users u on u.id = s.messaging_user_id
  join channels c on c.id = s.channel_id`

const tags = ['sessions']
const config = { access: { role: 'viewer', scope: 'sessions:read' } } as const
const params = Strict({ id: SessionId })

export function sessionRoutes(api: Api, { pool }: Pick<ApiDeps, 'pool'>): void {
  async function findSession(typeId: string): Promise<Row> {
    const { rows } = await pool.query<Row>(`${select} where s.id = $1`, [toUuid(typeId)])
    if (!rows[0]) throw notFound('session', typeId)
    return rows[0]
  }

  api.get('/sessions', {
    config,
    schema: { tags, summary: 'List sessions, latest started first', querystring: SessionQuery, response: { 200: Page(Session) } },
  }, ({ query }) => listSessions(pool, query))

  api.get('/sessions/:id', {
    config,
    schema: { tags, summary: 'Read a session', params, response: { 200: Session } },
  }, async ({ params: { id } }) => show(await findSession(id)))

  api.get('/sessions/:id/messages', {
    config,
    schema: { tags, summary: 'Read what was said in a session, newest first', params, querystring: MessageQuery, response: { 200: Page(Message) } },
  }, async ({ params: { id }, query }) => transcript(pool, (await findSession(id)).messaging_user_id, toUuid(id), query))
}

/** A page of the sessions that fit the query, latest started first. */
export async function listSessions(pool: Pool, { cursor, limit = 50, channelId, messagingUserId, status }: Static<typeof SessionQuery>) {
  const { values, $ } = parameters()
  const place = placeOf(cursor)
  const conditions = [
    ...channelId ? [`s.channel_id = ${$(toUuid(channelId))}`] : [],
    ...messagingUserId ? [`s.messaging_user_id = ${$(toUuid(messagingUserId))}`] : [],
    ...status ? [`s.status = ${$(status)}`] : [],
    ...place ? [`(s.started_at, s.id) < (${timeOfMicros($(place.at))}, ${$(place.id)})`] : [],
  ]
  const { rows } = await pool.query<Row>(
    `${select} ${where(conditions)} order by s.started_at desc, s.id desc limit ${$(limit + 1)}`, values)
  return page(rows, limit, (row) => [row.started_micros, row.id], show)
}

const show = (row: Row): Session => ({
  id: toTypeId('ms', row.id),
  name: `MS-${String(row.number).padStart(8, '0')}`,
  messagingUserId: toTypeId('mu', row.messaging_user_id),
  messagingUserName: row.messaging_user_name,
  channelId: toTypeId('ch', row.channel_id),
  channelName: row.channel_name,
  channelType: row.channel_type,
  status: row.status,
  origin: row.origin,
  startedAt: row.started_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
  lastMessageAt: row.last_message_at?.toISOString() ?? null,
  endUserMessageCount: row.end_user_message_count,
  agentMessageCount: row.agent_message_count,
  preview: row.preview,
})
