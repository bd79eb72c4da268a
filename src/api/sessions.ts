import type { Pool } from 'pg'
import { Page, SessionId, Strict } from '../contract/common.ts'
import { Message, MessageQuery, Session, SessionQuery, sessionStatuses, type SessionStatus } from '../contract/sessions.ts'
import type { Api, ApiDeps } from './app.ts'
import { notFound } from './errors.ts'
import { toUuid } from '../ids.ts'
import { transcript } from './messages.ts'
import { newestIds, type NewestFirst, type Note } from './newest.ts'
import { page, placeOf } from './paging.ts'
import { selectSessions, showSession, type SessionRow } from './session-row.ts'
import { matchingOwners } from './user-search.ts'

const tags = ['sessions']
const config = { access: { role: 'viewer', scope: 'sessions:read' } } as const
const params = Strict({ id: SessionId })

export function sessionRoutes(api: Api, { pool }: Pick<ApiDeps, 'pool'>): void {
  api.get('/sessions', {
    config,
    schema: { tags, summary: 'List sessions, latest started first', querystring: SessionQuery, response: { 200: Page(Session) } },
  }, ({ query }) => listSessions(pool, query))

  api.get('/sessions/:id', {
    config,
    schema: { tags, summary: 'Read a session', params, response: { 200: Session } },
  }, async ({ params: { id } }) => showSession(await findSession(pool, id)))

  api.get('/sessions/:id/messages', {
    config,
    schema: { tags, summary: 'Read what was said in a session, newest first', params, querystring: MessageQuery, response: { 200: Page(Message) } },
  }, async ({ params: { id }, query }) => transcript(pool, (await findSession(pool, id)).messaging_user_id, toUuid(id), query))
}

/** @throws {ApiError} `not_found` */
export async function findSession(pool: Pool, typeId: string): Promise<SessionRow> {
  const { rows } = await pool.query<SessionRow>(`${selectSessions} where s.id = $1`, [toUuid(typeId)])
  if (!rows[0]) throw notFound('session', typeId)
  return rows[0]
}

type Filter = Omit<SessionQuery, 'cursor' | 'limit'>

const conditionsOf = ({ open, status, ...filter }: Filter, $: Note): string[] => [
  ...filter.channelId ? [`s.channel_id = ${$(toUuid(filter.channelId))}`] : [],
  ...filter.messagingUserId ? [`s.messaging_user_id = ${$(toUuid(filter.messagingUserId))}`] : [],
  ...status ? [`s.status = any(${$([status].flat())})`] : [],
  ...open === undefined ? [] : [`s.ended_at is ${open ? '' : 'not '}null`],
  ...filter.origin ? [`s.origin = ${$(filter.origin)}`] : [],
  ...filter.ownerId ? [`s.owner_id = ${$(toUuid(filter.ownerId))}`] : [],
  ...filter.endedBy ? [`s.ended_by = ${$(filter.endedBy)}`] : [],
  ...filter.startedAfter ? [`s.started_at >= ${$(filter.startedAfter)}`] : [],
  ...filter.startedBefore ? [`s.started_at < ${$(filter.startedBefore)}`] : [],
]

/** Each status is looked for by itself: the open ones, and those that failed, have indexes. */
const alternativesOf = (statuses: SessionStatus[]): string[][] =>
  statuses.map(status => [`s.status = '${status}'`, ...isEnded(status) ? [] : ['s.ended_at is null']])
const isEnded = (status: SessionStatus) => status === 'Ended' || status === 'Error'

function newestSessions(filter: Filter): NewestFirst {
  const { q, open, status, channelId, messagingUserId, ownerId, origin, endedBy } = filter
  const statuses = status ? [...new Set([status].flat())] : open ? sessionStatuses.filter(one => !isEnded(one)) : undefined
  // What few sessions have is sorted within each channel. A person's, and an operator's, are sorted by themselves.
  const byChannel = !messagingUserId && !ownerId && (statuses || endedBy || (origin && origin !== 'InboundInitiated'))
  return {
    from: 'sessions s', id: 's.id', at: 's.started_at', of: 's.messaging_user_id',
    conditions: $ => conditionsOf(filter, $),
    ...byChannel && { each: $ => ({
      from: `(select id from channels ${channelId ? `where id = ${$(toUuid(channelId))}` : ''}) channel`, conditions: ['s.channel_id = channel.id'],
    }) },
    ...byChannel && statuses && { alternatives: () => alternativesOf(statuses) },
    ...q && { matching: matchingOwners(q) },
  }
}

/** A page of the sessions that fit the query, latest started first. */
export async function listSessions(pool: Pool, { cursor, limit = 50, ...filter }: SessionQuery) {
  const ids = await newestIds(pool, newestSessions(filter), placeOf(cursor), limit + 1)
  const { rows } = await pool.query<SessionRow>(`${selectSessions} where s.id = any($1) order by s.started_at desc, s.id desc`, [ids])
  return page(rows, limit, (row) => [row.started_micros, row.id], showSession)
}
