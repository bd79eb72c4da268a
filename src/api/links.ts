import { MessagingUserId, Page, PageQuery, Strict } from '../contract/common.ts'
import { ExternalReference, ExternalReferenceCreate, Link, LinkInput, LinkKind, UnlinkQuery } from '../contract/links.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { addReference, removeReference } from '../record/external-references.ts'
import { linkUser, LinkRefusedError, unlinkUser, type LinkResult } from '../record/links.ts'
import type { Caller } from './access.ts'
import type { Api, ApiDeps } from './app.ts'
import { actorOf } from './consent-events.ts'
import { ApiError, fieldError, notFound } from './errors.ts'
import { requireUser } from './messaging-user-row.ts'
import { micros, page, placeOf, timeOfMicros, uuidOf } from './paging.ts'
import { sessionName } from './session-row.ts'

const tags = ['links']
const params = Strict({ id: MessagingUserId })
const kindParams = Strict({ id: MessagingUserId, kind: LinkKind })
const read = { access: { role: 'viewer', scope: 'messaging-users:read' } } as const
const write = { access: { role: 'agent', scope: 'messaging-users:write' } } as const

/** Whom a messaging user is linked to: at most one record of each kind, with all that came before. */
export function linkRoutes(api: Api, { pool, changes }: ApiDeps): void {
  const linkOf = async (id: string, linkId: string | null): Promise<LinkRow | undefined> =>
    (await pool.query<LinkRow>(`${selectLinks} where l.messaging_user_id = $1 and l.id = $2`, [toUuid(id), linkId])).rows[0]
  /** @param seenField where the caller says what they saw linked */
  const told = async (id: string, seenField: string, changing: Promise<LinkResult>) => {
    const result = await changing.catch(asFieldError)
    if (result.outcome === 'absent') throw notFound('messaging user', id)
    if (result.outcome === 'another') throw linkedMeanwhile(seenField, await linkOf(id, result.linkId))
    if (result.outcome === 'changed') changes.publish([{ type: 'messaging-user', id, channelId: toTypeId('ch', result.channelId) }])
    return result
  }

  api.get('/messaging-users/:id/links', {
    config: read,
    schema: { tags, summary: 'List a messaging user’s links, present and past, latest first', params, querystring: Strict(PageQuery), response: { 200: Page(Link) } },
  }, async ({ params: { id }, query: { cursor, limit = 50 } }) => {
    await requireUser(pool, id)
    const place = placeOf(cursor)
    const { rows } = await pool.query<LinkRow>(`
      ${selectLinks} where l.messaging_user_id = $1 ${place ? `and (l.linked_at, l.id) < (${timeOfMicros('$3')}, $4)` : ''}
      order by l.linked_at desc, l.id desc limit $2`, [toUuid(id), limit + 1, ...place ? [place.at, place.id] : []])
    return page(rows, limit, row => [row.linked_micros, row.id], showLink)
  })

  api.put('/messaging-users/:id/links/:kind', {
    config: write,
    schema: { tags, summary: 'Link a messaging user to a record; a link of this kind that was there ends', params: kindParams, body: LinkInput, response: { 200: Link } },
  }, async ({ caller, params: { id, kind }, body: { recordId, reason = null, replaces } }) => {
    if (recordId.startsWith('ac_') !== (kind === 'account')) throw fieldError('recordId', `is not the id of ${kind === 'account' ? 'an account' : 'an individual'}`)
    const link = { userId: toUuid(id), kind, recordId: toUuid(recordId), source: sourceOf(caller), reason, actor: actorOf(caller) } as const
    const { linkId } = await told(id, 'replaces', linkUser(pool, link, replaces && toUuid(replaces)))
    const row = await linkOf(id, linkId)
    if (!row) throw notFound('messaging user', id)
    return showLink(row)
  })

  api.delete('/messaging-users/:id/links/:kind', {
    config: write,
    schema: { tags, summary: 'End a link', params: kindParams, querystring: UnlinkQuery },
  }, async ({ caller, params: { id, kind }, query: { reason = null, recordId } }, reply) => {
    const { outcome } = await told(id, 'recordId', unlinkUser(pool, toUuid(id), kind, { reason, actor: actorOf(caller) }, recordId && toUuid(recordId)))
    if (outcome === 'unchanged') throw new ApiError('not_found', `There is no link of the kind ${kind}`)
    return reply.code(204).send()
  })
}

/** Records of other kinds, in other systems: a case, an order. */
export function externalReferenceRoutes(api: Api, { pool, changes }: ApiDeps): void {
  const publish = (id: string, channelId: string) => changes.publish([{ type: 'messaging-user', id, channelId: toTypeId('ch', channelId) }])

  api.get('/messaging-users/:id/external-references', {
    config: read,
    schema: { tags, summary: 'List what a messaging user and their sessions are about elsewhere', params, querystring: Strict(PageQuery), response: { 200: Page(ExternalReference) } },
  }, async ({ params: { id }, query: { cursor, limit = 50 } }) => {
    await requireUser(pool, id)
    const { rows } = await pool.query<ReferenceRow>(`
      ${selectReferences} where r.messaging_user_id = $1 and ($2::uuid is null or r.id < $2) order by r.id desc limit $3`,
      [toUuid(id), uuidOf(cursor), limit + 1])
    return page(rows, limit, row => [row.id], showReference)
  })

  api.post('/messaging-users/:id/external-references', {
    config: write,
    schema: { tags, summary: 'Note a record of another system', params, body: ExternalReferenceCreate, response: { 201: ExternalReference } },
  }, async ({ caller, params: { id }, body: { sessionId = null, ...body } }, reply) => {
    const added = await addReference(pool, toUuid(id), { ...body, sessionId: sessionId && toUuid(sessionId), createdBy: actorOf(caller) })
    if (added === 'no user') throw notFound('messaging user', id)
    if (added === 'no session') throw fieldError('sessionId', 'is not a session of this messaging user')
    if (added === 'known') throw fieldError('externalId', 'is noted already', 'conflict')
    publish(id, added.channelId)
    const { rows } = await pool.query<ReferenceRow>(`${selectReferences} where r.messaging_user_id = $1 and r.id = $2`, [toUuid(id), added.id])
    return reply.code(201).send(showReference(rows[0]!))
  })

  api.delete('/messaging-users/:id/external-references/:referenceId', {
    config: write,
    schema: { tags, summary: 'Remove a reference', params: Strict({ id: MessagingUserId, referenceId: ExternalReference.properties.id }) },
  }, async ({ params: { id, referenceId } }, reply) => {
    const channelId = await removeReference(pool, toUuid(id), toUuid(referenceId))
    if (!channelId) throw notFound('external reference', referenceId)
    publish(id, channelId)
    return reply.code(204).send()
  })
}

interface LinkRow {
  id: string
  kind: Link['kind']
  record_id: string
  record_name: string | null
  source: Link['source']
  reason: string | null
  linked_at: Date
  linked_micros: number
  linked_by: string | null
  unlinked_at: Date | null
  unlinked_by: string | null
  unlink_reason: string | null
}

const selectLinks = `
  select l.*, coalesce(i.name, a.name) as record_name, ${micros('l.linked_at')} as linked_micros
  from links l
  left join individuals i on i.id = l.record_id and l.kind <> 'account'
  left join accounts a on a.id = l.record_id and l.kind = 'account'`

const showLink = (row: LinkRow): Link => ({
  id: toTypeId('ln', row.id),
  kind: row.kind,
  recordId: toTypeId(row.kind === 'account' ? 'ac' : 'in', row.record_id),
  recordName: row.record_name,
  source: row.source,
  reason: row.reason,
  linkedAt: row.linked_at.toISOString(),
  linkedBy: row.linked_by,
  unlinkedAt: row.unlinked_at?.toISOString() ?? null,
  unlinkedBy: row.unlinked_by,
  unlinkReason: row.unlink_reason,
})

interface ReferenceRow {
  id: string
  session_id: string | null
  session_number: number | null
  system: string
  object: string
  external_id: string
  url: string | null
  label: string | null
  created_at: Date
  created_by: string | null
}

const selectReferences = `
  select r.*, s.number as session_number
  from external_references r
  left join sessions s on s.messaging_user_id = r.messaging_user_id and s.id = r.session_id`

const showReference = (row: ReferenceRow): ExternalReference => ({
  id: toTypeId('er', row.id),
  sessionId: row.session_id && toTypeId('ms', row.session_id),
  sessionName: row.session_number === null ? null : sessionName(row.session_number),
  system: row.system,
  object: row.object,
  externalId: row.external_id,
  url: row.url,
  label: row.label,
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
})

const sourceOf = (caller: Caller) => (caller.kind === 'operator' ? 'console' : 'api')

/** Says who is linked now, so that whoever is refused can decide anew. */
function linkedMeanwhile(field: string, now: LinkRow | undefined): ApiError {
  const message = now ? `${now.linked_by === null ? 'Muster' : 'Somebody else'} linked ${now.record_name ?? 'another'} meanwhile` : 'The link was ended meanwhile'
  return new ApiError('conflict', message, [{ field, message }])
}

/** @throws {ApiError} naming `recordId` for a record that cannot be linked */
function asFieldError(error: unknown): never {
  if (error instanceof LinkRefusedError) throw fieldError('recordId', `cannot be linked. ${error.message}`)
  throw error
}
