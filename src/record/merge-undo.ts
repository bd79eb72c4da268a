import type { Pool, PoolClient } from 'pg'
import type { LinkKind } from '../contract/links.ts'
import { CollisionError } from './collision.ts'
import type { RecordObject } from './external-ids.ts'
import { requestLinks, requestLinksOf } from './link-runs.ts'
import { followAccounts, linkColumns, linkUsers, reopenLinks, unlinkUsers, type NotedLink } from './links.ts'
import { amendImage, mergeOf, mergesInto, readMerge, readSides, writeSide, type StoredMerge } from './merge-image.ts'
import { merged, phoneIdentity, takenBack, type Side } from './merge-sides.ts'
import { hold, kindOf, MergeRefusedError, tableOf, withoutCollision, type ChangedByMerge } from './merges.ts'
import { runner } from './statement.ts'
import { inTransaction } from './transaction.ts'

/** The kept record, and those it was merged into since; the last one is what people see now. */
type Path = [string, ...string[]]

const reason = 'The merge was undone'

/**
 * Takes a merge back, also when others came after it. What was edited or added since stays with the kept record; the messaging users
 * of the merged one go back to it, also where the kept one was deleted since and nobody else is linked, and so does who wrote for the first time since from a number that is the merged record's alone.
 * @returns what changed, or undefined if there is no such merge. @throws {MergeRefusedError}
 */
export async function undoMerge(pool: Pool, id: string, actor: string): Promise<ChangedByMerge & { object: RecordObject; recordIds: string[] } | undefined> {
  return withoutCollision(() => inTransaction(pool, async client => {
    const known = await readMerge(client, id)
    if (!known) return undefined
    const { object, kept_id: keptId, merged_id: mergedId } = known
    const kind = await kindOf(client, object, keptId)
    const path = await pathOf(client, object, keptId)
    const root = path.at(-1)!
    const { suggestions, links } = known.before_image
    const userIds = links.filter(link => link.kind === kind && link.recordId === mergedId).map(({ userId }) => userId)
    const { users } = await hold(client, object, kind, [root], [...path, mergedId], { suggestions, userIds })
    if ((await pathOf(client, object, keptId)).join() !== path.join()) throw new CollisionError()
    const merge = (await readMerge(client, id))!
    if (merge.undone_at) throw new MergeRefusedError('conflict', 'id', 'was undone already')
    await takeOut(client, merge)
    await giveBackExternalIds(client, merge, root)
    await client.query(`update ${tableOf(object)} set merged_into = null, updated_at = now() where id = $1`, [mergedId])
    await client.query('update merges set undone_at = now(), undone_by = $2 where id = $1', [id, actor])
    const { rows: contacts } = await client.query<{ id: string }>(`
      update individuals set account_id = $1, updated_at = now()
      where id = any($2) and (account_id = $3 or (account_id is null and exists (select from accounts where id = $3 and deleted_at is not null))) returning id`,
    [mergedId, merge.before_image.contacts, root])
    await giveBackUsers(client, merge, kind, root, actor)
    if (kind === 'contact' || kind === 'account') await followAgain(client, merge, users.map(({ userId }) => userId), actor)
    await reopenSuggestions(client, merge, kind)
    if (object === 'individual') await requestLinksOf(runner(client, false), [root, mergedId])
    return { object, recordIds: [...path, mergedId], users, contactIds: contacts.map(contact => contact.id) }
  }))
}

async function pathOf(client: PoolClient, object: RecordObject, keptId: string): Promise<Path> {
  const table = object === 'individual' ? 'individuals' : 'accounts'
  const { rows } = await client.query<{ id: string }>(`
    with recursive way as (
      select id, merged_into, 1 as n from ${table} where id = $1
      union all
      select r.id, r.merged_into, n + 1 from way join ${table} r on r.id = way.merged_into
    )
    select id from way order by n`, [keptId])
  return rows.map(({ id }) => id) as Path
}

/**
 * Makes the kept record, and those it was merged into, what they would be if the merge had never been. What came later is not done anew:
 * the difference the merge made is followed through each later merge, and what was edited meanwhile stays.
 */
async function takeOut(client: PoolClient, merge: StoredMerge): Promise<void> {
  const { object } = merge
  const after = (stored: StoredMerge, kept: Side, other: Side) => merged(object, kept, other, stored.choices)
  let last = merge
  let made = after(merge, merge.before_image.kept, merge.before_image.merged)
  let wanted = merge.before_image.kept
  for (let recordId: string | undefined = merge.kept_id; recordId;) {
    for (const later of await mergesInto(client, recordId, last)) {
      const { kept, merged: other } = later.before_image
      const without = takenBack(object, made, kept, wanted)
      await amendImage(client, later.id, { kept: without })
      made = after(later, kept, other)
      wanted = after(later, without, other)
    }
    const now = (await readSides(client, object, [recordId])).get(recordId)!
    await writeSide(client, object, takenBack(object, made, now, wanted))
    const into = await mergeOf(client, recordId)
    if (into) {
      const { kept, merged: other } = into.before_image
      const without = takenBack(object, made, other, wanted)
      await amendImage(client, into.id, { merged: without })
      made = after(into, kept, other)
      wanted = after(into, kept, without)
      last = into
    }
    recordId = into?.kept_id
  }
}

/** Those the kept record still has; if it was deleted, those that nobody has by now. */
async function giveBackExternalIds(client: PoolClient, { object, merged_id: mergedId, before_image: { externalIds } }: StoredMerge, root: string) {
  const own = externalIds.filter(({ recordId }) => recordId === mergedId)
  const columns = [own.map(({ system }) => system), own.map(({ externalId }) => externalId)]
  await client.query(`
    update external_ids set record_id = $1
    where object = $2 and record_id = $3 and (system, external_id) in (select * from unnest($4::text[], $5::text[]))`, [mergedId, object, root, ...columns])
  const table = object === 'individual' ? 'individuals' : 'accounts'
  await client.query(`
    insert into external_ids (object, system, external_id, record_id)
    select $2, i.system, i.external_id, $1 from unnest($4::text[], $5::text[]) as i(system, external_id)
    where (select deleted_at is not null from ${table} where id = $3)
    order by i.system collate "C", i.external_id collate "C" on conflict do nothing`, [mergedId, object, root, ...columns])
}

interface LinkedNow {
  userId: string
  source: string | null
  matchKey: string | null
  /** They, or a rule's link of theirs, came after the merge. */
  isNew: boolean
}

/**
 * Messaging users who were linked to the merged record, and new ones from a number that it alone has. Whom a rule linked since by a number that
 * both have is nobody's by a rule again.
 */
async function giveBackUsers(client: PoolClient, merge: StoredMerge, kind: LinkKind, root: string, actor: string): Promise<void> {
  const { merged_id: recordId, before_image: image } = merge
  const noted = new Map(image.links.filter(link => link.kind === kind).map(link => [link.userId, link]))
  const column = `u.${linkColumns[kind]}`
  const { rows } = await client.query<LinkedNow>(`
    select u.id as "userId", l.source, u.match_key as "matchKey",
      (case when l.source = 'rule' then l.linked_at else u.created_at end) > (select merged_at from merges where id = $2) as "isNew"
    from messaging_users u left join links l on l.messaging_user_id = u.id and l.kind = $3 and l.unlinked_at is null
    where ${column} = $1 or (u.id = any($4) and ${column} is null and exists (
      select from links gone join ${tableOf(merge.object)} r on r.id = gone.record_id and r.deleted_at = gone.unlinked_at
      where gone.messaging_user_id = u.id and gone.kind = $3 and gone.record_id = $1))`,
  [root, merge.id, kind, [...noted.keys()]])
  const sides = await readSides(client, merge.object, [root, recordId])
  const numbersOf = (id: string) => new Set(sides.get(id)!.phones.map(phoneIdentity))
  const [theirs, others] = [numbersOf(recordId), numbersOf(root)]
  const isTheirs = ({ userId, matchKey, isNew }: LinkedNow) => !noted.has(userId) && isNew && matchKey !== null && theirs.has(matchKey)
  const isFor = (user: LinkedNow) => noted.get(user.userId)?.recordId === recordId || (isTheirs(user) && !others.has(user.matchKey!))
  const back = rows.filter(isFor)
  const run = runner(client, false)
  const unclear = rows.filter(user => isTheirs(user) && user.source === 'rule' && others.has(user.matchKey!)).map(({ userId }) => userId)
  await unlinkUsers(run, unclear.map(userId => ({ userId, kind })), { reason, actor })
  await requestLinks(run, unclear)
  const isReopened = ({ userId, source }: LinkedNow) => source === 'merge' && noted.has(userId)
  await reopenLinks(run, back.filter(isReopened).map(({ userId }) => noted.get(userId)!), { reason, actor })
  await linkUsers(run, back.filter(user => !isReopened(user)).map(({ userId }) => ({ userId, kind, recordId, source: 'merge', reason, actor })), reason)
}

/** Accounts follow their contacts again, by the links they had where these are right. */
async function followAgain(client: PoolClient, { before_image: { links } }: StoredMerge, userIds: string[], actor: string): Promise<void> {
  const { rows } = await client.query<{ id: string; wanted: string | null }>(`
    select u.id, i.account_id as wanted from messaging_users u join individuals i on i.id = u.contact_id
    where u.id = any($1) and not u.account_is_manual and u.account_id is distinct from i.account_id`, [userIds])
  const wanted = new Map(rows.map(row => [row.id, row.wanted]))
  const isRight = (link: NotedLink) => link.kind === 'account' && wanted.get(link.userId) === link.recordId
  const run = runner(client, false)
  await reopenLinks(run, links.filter(isRight), { reason, actor })
  await followAccounts(run, userIds)
}

async function reopenSuggestions(client: PoolClient, { before_image: { suggestions } }: StoredMerge, kind: LinkKind): Promise<void> {
  if (suggestions.length === 0) return
  await client.query(`
    update link_suggestions s set decision = null, decided_at = null, decided_by = null
    from messaging_users u
    where (s.messaging_user_id, s.id) in (select * from unnest($1::uuid[], $2::uuid[])) and s.decision = 'obsolete'
      and u.id = s.messaging_user_id and u.${linkColumns[kind]} is null`,
  [suggestions.map(({ userId }) => userId), suggestions.map(({ id }) => id)])
}
