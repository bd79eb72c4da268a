import type { Pool, PoolClient } from 'pg'
import { uuidv7 } from 'uuidv7'
import type { LinkKind } from '../contract/links.ts'
import { again, CollisionError, isCollision } from './collision.ts'
import type { RecordObject } from './external-ids.ts'
import { requestLinks, requestLinksOf } from './link-runs.ts'
import { followAccounts, linkColumns, linkUsers } from './links.ts'
import { readSides, writeSide, type BeforeImage } from './merge-image.ts'
import { fieldsOf, merged, mergeFields, tooManyOf, type Choices, type Side } from './merge-sides.ts'
import { runner } from './statement.ts'
import { inTransaction } from './transaction.ts'

/** Two records to make one. Ids are UUIDs. */
export interface MergeWish {
  object: RecordObject
  keptId: string
  mergedId: string
  choices: Choices
}

/** Why a merge, an undoing or a conversion is not done. `field` names what the caller gave. */
export class MergeRefusedError extends Error {
  override name = 'MergeRefusedError'
  readonly problem: 'invalid' | 'conflict'
  readonly field: string

  constructor(problem: 'invalid' | 'conflict', field: string, message: string) {
    super(message)
    this.problem = problem
    this.field = field
  }
}

export interface ChangedByMerge {
  users: { userId: string; channelId: string }[]
  /** Contacts of an account. */
  contactIds: string[]
}

/** Where records of this kind are. */
export const tableOf = (object: RecordObject) => (object === 'individual' ? 'individuals' : 'accounts')

/**
 * What a merge would make of two records.
 * @throws {MergeRefusedError} for records that cannot be one
 */
export async function planMerge(client: Pick<PoolClient, 'query'>, { object, keptId, mergedId, choices }: MergeWish) {
  if (keptId === mergedId) throw new MergeRefusedError('invalid', 'mergedId', 'is the record that is kept: nothing can be merged with itself')
  const sides = await readSides(client, object, [keptId, mergedId])
  const kept = requireSide(sides.get(keptId), 'keptId', object)
  const other = requireSide(sides.get(mergedId), 'mergedId', object)
  if (kept.record.kind !== other.record.kind) {
    throw new MergeRefusedError('invalid', 'mergedId', `is a ${words(other.record.kind)}, and the other a ${words(kept.record.kind)}: only records of one kind can be merged`)
  }
  const known = new Set([...Object.keys(mergeFields[object]), ...fieldsOf(object, kept).keys(), ...fieldsOf(object, other).keys()])
  for (const field of Object.keys(choices)) {
    if (!known.has(field)) throw new MergeRefusedError('invalid', `fields.${field}`, 'is not a field of either record')
  }
  if (choices.name === 'merged' && !other.record.name) throw new MergeRefusedError('invalid', 'fields.name', 'is required')
  const result = merged(object, kept, other, choices)
  const many = tooManyOf(result)
  if (many) throw new MergeRefusedError('invalid', 'mergedId', `has ${many}`)
  return { kept, other, result }
}

const words = (kind: unknown) => String(kind).replace('_', ' ')

function requireSide(side: Side | undefined, field: string, object: RecordObject): Side {
  if (!side) throw new MergeRefusedError('invalid', field, `is not the id of an ${object}`)
  const { record } = side
  if (record.deleted_at !== null) throw new MergeRefusedError('conflict', field, 'was deleted')
  if (record.merged_into !== null) throw new MergeRefusedError('conflict', field, 'was merged into another already')
  if (record.converted_into) throw new MergeRefusedError('conflict', field, 'is a lead that was converted: merge its contact')
  return side
}

/**
 * Makes two records one, in one transaction: the kept one gets the other's values, phones, e-mails, external ids, messaging users and
 * contacts; the other stays as it is and leads to the kept one. Whom else the kept one could be is looked for then, and also whether it is
 * whoever the other was suggested for. No consent changes: it is each messaging user's own.
 * @param actor operator or API key. @throws {MergeRefusedError}
 */
export async function mergeRecords(pool: Pool, wish: MergeWish, actor: string): Promise<ChangedByMerge & { id: string }> {
  return withoutCollision(() => inTransaction(pool, client => mergeWithin(client, wish, actor)))
}

/** Begins anew when somebody linked or moved in between. @throws {MergeRefusedError} if that does not end */
export async function withoutCollision<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await again(work)
  } catch (error) {
    if (isCollision(error)) throw new MergeRefusedError('conflict', 'id', 'is being changed by somebody else at this moment: try again')
    throw error
  }
}

async function mergeWithin(client: PoolClient, wish: MergeWish, actor: string): Promise<ChangedByMerge & { id: string }> {
  const { object, keptId, mergedId, choices } = wish
  const kind = await kindOf(client, object, keptId)
  const held = await hold(client, object, kind, object === 'individual' ? [keptId, mergedId] : [mergedId], [keptId, mergedId])
  const { kept, other, result } = await planMerge(client, wish)
  const before = await noteBefore(client, wish, kind, held, { kept, merged: other })
  await writeSide(client, object, result)
  await client.query('update external_ids set record_id = $2 where object = $3 and record_id = $1', [mergedId, keptId, object])
  await client.query('update individuals set account_id = $2, updated_at = now() where account_id = $1', [mergedId, keptId])
  const run = runner(client, false)
  const movedIds = before.links.flatMap(link => (link.kind === kind && link.recordId === mergedId ? [link.userId] : []))
  await linkUsers(run, movedIds.map(userId => ({
    userId, kind, recordId: keptId, source: 'merge', reason: `${other.record.name} was merged into ${result.record.name}`, actor,
  })), `Merged into ${result.record.name}`)
  const userIds = held.users.map(({ userId }) => userId)
  if (kind === 'contact') await followAccounts(run, userIds)
  await client.query(`
    update link_suggestions set decision = 'obsolete', decided_at = now(), decided_by = $2 where record_id = $1 and decision is null`, [mergedId, actor])
  await client.query(`update ${tableOf(object)} set merged_into = $2, updated_at = now() where id = $1`, [mergedId, keptId])
  if (object === 'individual') await requestLinksOf(run, [keptId])
  await requestLinks(run, held.suggestions.map(({ userId }) => userId))
  const id = uuidv7()
  // The time after the wait for locks, so that merges into one record have the order in which they happened.
  await client.query(`
    insert into merges (id, object, kept_id, merged_id, before_image, choices, merged_at, merged_by)
    values ($1, $2, $3, $4, $5, $6, clock_timestamp(), $7)`,
  [id, object, keptId, mergedId, JSON.stringify(before), JSON.stringify(choices), actor])
  return { id, users: held.users, contactIds: before.contacts }
}

/** Kinds never change, so no lock is needed. Of a record that is not there it does not matter. */
export async function kindOf(client: PoolClient, object: RecordObject, id: string): Promise<LinkKind> {
  if (object === 'account') return 'account'
  const { rows: [row] } = await client.query<{ kind: LinkKind }>('select kind from individuals where id = $1', [id])
  return row?.kind ?? 'contact'
}

export interface Held {
  users: { userId: string; channelId: string }[]
  suggestions: { userId: string; id: string }[]
  contacts: string[]
}

/**
 * Locks what a merge changes, in the order in which everybody who links does: messaging users, suggestions, contacts, the records; each
 * by id. Whoever wants to link to the records after that waits.
 * @param linkedTo whose messaging users and contacts
 * @param recordIds the last one's open suggestions are held, too
 * @param noted further suggestions, and messaging users
 * @throws {CollisionError} if somebody linked in between
 */
export async function hold(
  client: PoolClient, object: RecordObject, kind: LinkKind, linkedTo: string[], recordIds: string[], noted: { suggestions: Held['suggestions']; userIds: string[] } = { suggestions: [], userIds: [] },
): Promise<Held> {
  const linked = `messaging_users where ${linkColumns[kind]} = any($1)`
  const { rows: users } = await client.query<Held['users'][number]>(
    `select id as "userId", channel_id as "channelId" from ${linked} or id = any($2) order by id for no key update`, [linkedTo, noted.userIds])
  const { rows: suggestions } = await client.query<Held['suggestions'][number]>(`
    select messaging_user_id as "userId", id from link_suggestions where record_id = any($1) and decision is null order by messaging_user_id, id for update`,
  [object === 'individual' ? recordIds.slice(-1) : []])
  if (noted.suggestions.length > 0) {
    await client.query('select from link_suggestions where (messaging_user_id, id) in (select * from unnest($1::uuid[], $2::uuid[])) order by messaging_user_id, id for update',
      [noted.suggestions.map(({ userId }) => userId), noted.suggestions.map(({ id }) => id)])
  }
  const contactsOf = object === 'account' ? linkedTo : []
  const { rows: contacts } = await client.query<{ id: string }>(
    'select id from individuals where account_id = any($1) order by id for no key update', [contactsOf])
  await client.query(`select from ${tableOf(object)} where id = any($1) order by id for update`, [recordIds])
  const { rows: [added] } = await client.query<{ any: boolean }>(`
    select exists (select from ${linked} and not id = any($2)) or exists (select from individuals where account_id = any($3) and not id = any($4)) as any`,
  [linkedTo, users.map(({ userId }) => userId), contactsOf, contacts.map(({ id }) => id)])
  if (added!.any) throw new CollisionError()
  return { users, suggestions, contacts: contacts.map(({ id }) => id) }
}

async function noteBefore(
  client: PoolClient, { object, keptId, mergedId }: MergeWish, kind: LinkKind, held: Held, sides: Pick<BeforeImage, 'kept' | 'merged'>,
): Promise<BeforeImage> {
  const { rows: links } = await client.query<BeforeImage['links'][number]>(`
    select id, messaging_user_id as "userId", kind, record_id as "recordId" from links
    where messaging_user_id = any($1) and kind = any($2) and unlinked_at is null`,
  [held.users.map(({ userId }) => userId), kind === 'contact' ? ['contact', 'account'] : [kind]])
  const { rows: externalIds } = await client.query<BeforeImage['externalIds'][number]>(`
    select system, external_id as "externalId", record_id as "recordId" from external_ids where object = $1 and record_id = any($2)`,
  [object, [keptId, mergedId]])
  return { ...sides, externalIds, links, contacts: held.contacts, suggestions: held.suggestions }
}
