import type { Pool } from 'pg'
import { Page, Strict } from '../contract/common.ts'
import { Merge, MergeCreate, MergeId, MergePreview, MergeQuery, type MergeCreate as Wish } from '../contract/merges.ts'
import { toTypeId, toUuid } from '../ids.ts'
import type { RecordObject } from '../record/external-ids.ts'
import { linkColumns } from '../record/links.ts'
import { fieldsOf, type Side } from '../record/merge-sides.ts'
import { undoMerge } from '../record/merge-undo.ts'
import { mergeRecords, MergeRefusedError, planMerge, type ChangedByMerge, type MergeWish } from '../record/merges.ts'
import type { Api, ApiDeps } from './app.ts'
import { actorOf } from './consent-events.ts'
import { fieldError, notFound } from './errors.ts'
import { micros, page, placeOf, timeOfMicros } from './paging.ts'

const tags = ['merges']
const read = { access: { role: 'viewer', scope: 'individuals:read' } } as const
const write = { access: { role: 'agent', scope: 'individuals:write' } } as const
const prefixOf = (object: RecordObject) => (object === 'individual' ? 'in' : 'ac')
const consent = 'Consent belongs to each messaging user and stays as it is: a merge changes nobody’s consent'

/** Duplicates made one, and taken apart again. */
export function mergeRoutes(api: Api, { pool, changes }: ApiDeps): void {
  api.post('/merges/previews', {
    config: read,
    schema: { tags, summary: 'Tell what a merge would result in; nothing is changed', body: MergeCreate, response: { 200: MergePreview } },
  }, ({ body }) => preview(pool, wishOf(body)))

  api.post('/merges', {
    config: write,
    schema: {
      tags, summary: 'Make one of two records', body: MergeCreate, response: { 201: Merge },
      description: 'Of each field the value chosen in `fields` stays; else the kept record’s, or the other’s where it has none. Phones, e-mails, external ids, '
        + `messaging users and contacts of both are the kept record’s then, and the other’s id leads to it. ${consent}. \`DELETE /merges/:id\` undoes it.`,
    },
  }, async ({ caller, body }, reply) => {
    const wish = wishOf(body)
    const { id, ...changed } = await refusing(mergeRecords(pool, wish, actorOf(caller)))
    publish(changes, wish.object, [wish.keptId, wish.mergedId], changed)
    return reply.code(201).send((await findMerge(pool, id))!)
  })

  api.get('/merges', {
    config: read,
    schema: { tags, summary: 'List the merges of a record, latest first', querystring: MergeQuery, response: { 200: Page(Merge) } },
  }, async ({ query: { recordId, cursor, limit = 50 } }) => {
    const place = placeOf(cursor)
    const { rows } = await pool.query<MergeRow>(`
      ${selectMerges} where $1 in (m.kept_id, m.merged_id) ${place ? `and (m.merged_at, m.id) < (${timeOfMicros('$3')}, $4)` : ''}
      order by m.merged_at desc, m.id desc limit $2`, [toUuid(recordId), limit + 1, ...place ? [place.at, place.id] : []])
    return page(rows, limit, row => [row.merged_micros, row.id], showMerge)
  })

  api.delete('/merges/:id', {
    config: write,
    schema: {
      tags, summary: 'Undo a merge', params: Strict({ id: MergeId }), response: { 200: Merge },
      description: 'Also when others came after it. Both records are what they were, but for what was edited or added since, which stays with the kept one. '
        + `Its messaging users go back to the merged record, and so do new ones from a number that it alone has. ${consent}.`,
    },
  }, async ({ caller, params: { id } }) => {
    const undone = await refusing(undoMerge(pool, toUuid(id), actorOf(caller)))
    if (!undone) throw notFound('merge', id)
    publish(changes, undone.object, undone.recordIds, undone)
    return (await findMerge(pool, toUuid(id)))!
  })
}

function publish(changes: ApiDeps['changes'], object: RecordObject, ids: string[], { users, contactIds }: ChangedByMerge): void {
  changes.publish([
    ...ids.map(id => ({ type: object, id: toTypeId(prefixOf(object), id) })),
    ...contactIds.map(id => ({ type: 'individual' as const, id: toTypeId('in', id) })),
    ...users.map(({ userId, channelId }) => ({ type: 'messaging-user' as const, id: toTypeId('mu', userId), channelId: toTypeId('ch', channelId) })),
  ])
}

function wishOf({ keptId, mergedId, fields = {} }: Wish): MergeWish {
  const object = keptId.startsWith('in_') ? 'individual' : 'account'
  if (!mergedId.startsWith(prefixOf(object))) throw fieldError('mergedId', `is not the id of an ${object}, and the record that is kept is one`)
  return { object, keptId: toUuid(keptId), mergedId: toUuid(mergedId), choices: fields }
}

/** @throws {ApiError} for what cannot be merged, undone or converted: 400, or 409 where it is a matter of what happened before */
export async function refusing<T>(change: Promise<T>): Promise<T> {
  try {
    return await change
  } catch (error) {
    if (!(error instanceof MergeRefusedError)) throw error
    throw fieldError(error.field, error.message, error.problem === 'conflict' ? 'conflict' : 'invalid_field')
  }
}

interface PreviewUser {
  id: string
  name: string
  channel_name: string
  linked_to: 'kept' | 'merged'
  consent_status: MergePreview['messagingUsers'][number]['consentStatus']
  total: number
}

async function preview(pool: Pool, wish: MergeWish): Promise<MergePreview> {
  const { object, keptId, mergedId } = wish
  const { kept, other, result } = await refusing(planMerge(pool, wish))
  const column = linkColumns[object === 'account' ? 'account' : kept.record.kind as keyof typeof linkColumns]
  const { rows: users } = await pool.query<PreviewUser>(`
    select u.* from (values ($1::uuid, 'kept'), ($2, 'merged')) as side(id, linked_to)
    join lateral (
      select u.id, u.name, c.name as channel_name, side.linked_to, u.consent_status, (select count(*) from messaging_users n where n.${column} = side.id) as total
      from messaging_users u join channels c on c.id = u.channel_id where u.${column} = side.id order by u.id limit 100
    ) u on true`, [keptId, mergedId])
  const { rows: externalIds } = await pool.query<MergePreview['externalIds'][number]>(`
    select system, external_id as "externalId" from external_ids where object = $1 and record_id = any($2) order by system, external_id`, [object, [keptId, mergedId]])
  const { rows: [contacts] } = await pool.query<{ count: number }>('select count(*) from individuals where account_id = $1', [mergedId])
  const count = (side: string) => users.find(user => user.linked_to === side)?.total ?? 0
  return {
    object, keptId: toTypeId(prefixOf(object), keptId), mergedId: toTypeId(prefixOf(object), mergedId),
    fields: showFields(object, kept, other, result),
    phones: result.phones.map(phone => ({
      number: phone.number, e164: phone.e164, label: phone.label as string | null, isVerified: phone.is_verified, isShared: phone.is_shared,
    })),
    emails: result.emails.map(email => ({ email: email.email, label: email.label as string | null, isVerified: email.is_verified })),
    externalIds,
    messagingUserCounts: { kept: count('kept'), merged: count('merged') },
    messagingUsers: users.map(user => ({
      id: toTypeId('mu', user.id), name: user.name, channelName: user.channel_name, linkedTo: user.linked_to, consentStatus: user.consent_status,
    })),
    contactCount: contacts!.count,
    consent,
  }
}

function showFields(object: RecordObject, kept: Side, other: Side, result: Side): MergePreview['fields'] {
  const [mine, theirs, made] = [shownFields(object, kept), shownFields(object, other), shownFields(object, result)]
  return [...new Set([...mine.keys(), ...theirs.keys()])].map(field => ({
    field, kept: mine.get(field) ?? null, merged: theirs.get(field) ?? null, result: made.get(field) ?? null,
  }))
}

const shownFields = (object: RecordObject, side: Side) => new Map([...fieldsOf(object, side)].map(([field, value]) =>
  [field, field === 'accountId' && typeof value === 'string' ? toTypeId('ac', value) : value]))

interface MergeRow {
  id: string
  object: RecordObject
  kept_id: string
  kept_name: string
  merged_id: string
  merged_name: string
  merged_at: Date
  merged_micros: number
  merged_by: string | null
  undone_at: Date | null
  undone_by: string | null
}

const selectMerges = `
  select m.id, m.object, m.kept_id, m.merged_id, m.merged_at, m.merged_by, m.undone_at, m.undone_by, ${micros('m.merged_at')} as merged_micros,
    coalesce(ki.name, ka.name) as kept_name, coalesce(mi.name, ma.name) as merged_name
  from merges m
  left join individuals ki on ki.id = m.kept_id and m.object = 'individual'
  left join individuals mi on mi.id = m.merged_id and m.object = 'individual'
  left join accounts ka on ka.id = m.kept_id and m.object = 'account'
  left join accounts ma on ma.id = m.merged_id and m.object = 'account'`

async function findMerge(pool: Pool, id: string): Promise<Merge | undefined> {
  const { rows } = await pool.query<MergeRow>(`${selectMerges} where m.id = $1`, [id])
  return rows[0] && showMerge(rows[0])
}

const showMerge = (row: MergeRow): Merge => ({
  id: toTypeId('mg', row.id),
  object: row.object,
  keptId: toTypeId(prefixOf(row.object), row.kept_id),
  keptName: row.kept_name,
  mergedId: toTypeId(prefixOf(row.object), row.merged_id),
  mergedName: row.merged_name,
  mergedAt: row.merged_at.toISOString(),
  mergedBy: row.merged_by,
  undoneAt: row.undone_at?.toISOString() ?? null,
  undoneBy: row.undone_by,
})
