import type { Pool, PoolClient } from 'pg'
import { uuidv7 } from 'uuidv7'
import type { LinkKind, linkSources } from '../contract/links.ts'
import { again } from './collision.ts'
import { runner, type Run, type Statement } from './statement.ts'
import { inTransaction } from './transaction.ts'

/** Who links, by what, and why. */
export interface LinkOrigin {
  source: (typeof linkSources)[number]
  /** In words: what made the link, or ended it. */
  reason: string | null
  /** Operator or API key; null: Muster. */
  actor: string | null
}

export interface NewLink extends LinkOrigin {
  userId: string
  kind: LinkKind
  recordId: string
}

/** The record cannot be linked. Says why. */
export class LinkRefusedError extends Error {
  override name = 'LinkRefusedError'
}

/** Columns of messaging_users that hold the present links. */
export const linkColumns: Record<LinkKind, string> = {
  contact: 'contact_id', lead: 'lead_id', employee: 'employee_id', person_account: 'person_account_id', account: 'account_id',
}

/** What of a messaging user is needed to link them. */
interface LinkedUser extends Record<string, string | boolean | null> {
  id: string
  channel_id: string
  account_is_manual: boolean
}

/** What became of it, and the link of this kind that is there then. `another`: the caller saw a link that is no longer the present one. */
export type LinkResult = { outcome: 'changed' | 'unchanged' | 'another'; channelId: string; linkId: string | null } | { outcome: 'absent' }

/**
 * Links a messaging user to a record; a link of the same kind that was there ends. The account follows the contact unless it was set
 * by hand, be it to the same. @param replaces the record that the caller saw linked, null: none. If another is linked by now, nothing changes.
 * @throws {LinkRefusedError} for a record that is not there, not of this kind, deleted or merged: nothing is changed then.
 */
export async function linkUser(pool: Pool, link: NewLink, replaces?: string | null): Promise<LinkResult> {
  return again(() => inTransaction(pool, async (client): Promise<LinkResult> => {
    const user = await lockUser(client, link.userId)
    if (!user) return { outcome: 'absent' }
    await requireRecord(client, link.kind, link.recordId)
    const present = user[linkColumns[link.kind]]
    const isPresent = present === link.recordId
    if (isPresent && (link.kind !== 'account' || user.account_is_manual)) return resultOf(client, 'unchanged', user, link.kind)
    if (!isPresent && replaces !== undefined && present !== replaces) return resultOf(client, 'another', user, link.kind)
    const run = runner(client, false)
    await dismissLinked(run, link)
    await linkUsers(run, [link], isPresent ? 'Set by hand' : undefined)
    if (link.kind === 'account') await client.query('update messaging_users set account_is_manual = true where id = $1', [link.userId])
    if (link.kind === 'contact') await followAccounts(run, [link.userId])
    return resultOf(client, 'changed', user, link.kind)
  }))
}

/**
 * Ends a link. An account that was set by hand then follows the contact again.
 * @param recordId the record that the caller saw linked. If another is linked by now, nothing changes.
 */
export async function unlinkUser(
  pool: Pool, userId: string, kind: LinkKind, origin: Omit<LinkOrigin, 'source'>, recordId?: string,
): Promise<LinkResult> {
  return again(() => inTransaction(pool, async (client): Promise<LinkResult> => {
    const user = await lockUser(client, userId)
    if (!user) return { outcome: 'absent' }
    const present = user[linkColumns[kind]]
    if (present === null) return resultOf(client, 'unchanged', user, kind)
    if (recordId !== undefined && present !== recordId) return resultOf(client, 'another', user, kind)
    const run = runner(client, false)
    await dismissLinked(run, { userId, kind, actor: origin.actor })
    await unlinkUsers(run, [{ userId, kind }], origin)
    if (kind === 'account') await client.query('update messaging_users set account_is_manual = false where id = $1', [userId])
    if (kind === 'account' || kind === 'contact') await followAccounts(run, [userId])
    return resultOf(client, 'changed', user, kind)
  }))
}

const dismiss: Statement = {
  name: 'dismiss_linked',
  text: `
    insert into link_suggestions (messaging_user_id, id, kind, record_id, score, reasons, decision, decided_at, decided_by)
    select messaging_user_id, $3, kind, record_id, 1, '[]', 'dismissed', now(), $4 from links
    where messaging_user_id = $1 and kind = $2 and kind <> 'account' and unlinked_at is null
    on conflict (messaging_user_id, record_id) do update set decision = 'dismissed', decided_at = now(), decided_by = excluded.decided_by`,
}
/** Somebody says that it is not whom they are linked to: no rule links them again, and nothing suggests it. */
const dismissLinked = (run: Run, { userId, kind, actor }: Pick<NewLink, 'userId' | 'kind' | 'actor'>) => run(dismiss, [userId, kind, uuidv7(), actor])

async function resultOf(client: PoolClient, outcome: 'changed' | 'unchanged' | 'another', user: LinkedUser, kind: LinkKind): Promise<LinkResult> {
  const { rows } = await client.query<{ id: string }>('select id from links where messaging_user_id = $1 and kind = $2 and unlinked_at is null', [user.id, kind])
  return { outcome, channelId: user.channel_id, linkId: rows[0]?.id ?? null }
}

async function lockUser(client: PoolClient, id: string): Promise<LinkedUser | undefined> {
  const { rows } = await client.query<LinkedUser>(`
    select id, channel_id, account_is_manual, contact_id, lead_id, employee_id, person_account_id, account_id
    from messaging_users where id = $1 for no key update`, [id])
  return rows[0]
}

/** Holds the record until the link is made, so that nobody deletes or merges it in between. */
async function requireRecord(client: PoolClient, kind: LinkKind, id: string): Promise<void> {
  const table = kind === 'account' ? 'accounts' : 'individuals'
  const { rows: [row] } = await client.query(
    `select ${kind === 'account' ? `'account' as kind, null as converted_into` : 'kind, converted_into'}, merged_into, deleted_at from ${table} where id = $1 for key share`, [id])
  const what = kind.replace('_', ' ')
  if (!row || row.deleted_at !== null) throw new LinkRefusedError(`There is no ${what} with this id`)
  if (row.kind !== kind) throw new LinkRefusedError(`This is a ${row.kind.replace('_', ' ')}, not a ${what}`)
  if (row.merged_into !== null) throw new LinkRefusedError(`This ${what} was merged into another`)
  if (row.converted_into !== null) throw new LinkRefusedError('This lead was converted: link the contact it became')
}

const end: Statement = {
  name: 'end_links',
  text: `
    update links l set unlinked_at = now(), unlinked_by = $3, unlink_reason = $4
    from unnest($1::uuid[], $2::text[]) as i(user_id, kind)
    where l.messaging_user_id = i.user_id and l.kind = i.kind and l.unlinked_at is null`,
}
const begin: Statement = {
  name: 'begin_links',
  text: `
    insert into links (messaging_user_id, id, kind, record_id, source, reason, linked_by)
    select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[])`,
}
const answerSuggestions: Statement = {
  name: 'answer_link_suggestions',
  text: `
    update link_suggestions s set decision = case when s.record_id = i.record_id then 'taken' else 'obsolete' end, decided_at = now(), decided_by = i.actor
    from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[]) as i(user_id, kind, record_id, actor, source)
    where s.messaging_user_id = i.user_id and s.kind = i.kind
      and (s.decision is null or (s.record_id = i.record_id and i.source in ('console', 'api')))`,
}
const setColumns: Statement = {
  name: 'set_link_columns',
  // The history tells each change; a null record is a link that ended.
  text: `
    with i as (
      select user_id, history_id, kind, record_id, actor
      from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[]) as i(user_id, history_id, kind, record_id, actor)
    ), h as (
      insert into messaging_user_history (messaging_user_id, id, field, old_value, new_value, source, actor)
      select i.user_id, i.history_id, i.kind || 'Id', to_jsonb(case i.kind when 'contact' then u.contact_id when 'lead' then u.lead_id
               when 'employee' then u.employee_id when 'person_account' then u.person_account_id else u.account_id end),
             to_jsonb(i.record_id), case when i.actor is null then 'system' else 'operator' end, i.actor
      from i join messaging_users u on u.id = i.user_id
    ), w as (
      select user_id, bool_or(kind = 'contact') as c, max(record_id::text) filter (where kind = 'contact') as contact,
        bool_or(kind = 'lead') as l, max(record_id::text) filter (where kind = 'lead') as lead,
        bool_or(kind = 'employee') as e, max(record_id::text) filter (where kind = 'employee') as employee,
        bool_or(kind = 'person_account') as p, max(record_id::text) filter (where kind = 'person_account') as person_account,
        bool_or(kind = 'account') as a, max(record_id::text) filter (where kind = 'account') as account
      from i group by user_id
    )
    update messaging_users u set
      contact_id = case when w.c then w.contact::uuid else u.contact_id end,
      lead_id = case when w.l then w.lead::uuid else u.lead_id end,
      employee_id = case when w.e then w.employee::uuid else u.employee_id end,
      person_account_id = case when w.p then w.person_account::uuid else u.person_account_id end,
      account_id = case when w.a then w.account::uuid else u.account_id end,
      updated_at = now()
    from w where u.id = w.user_id`,
}

/**
 * Links many; each messaging user and kind at most once. What was linked before ends, and so does the question whom to link; what was dismissed
 * stays so, unless somebody links it by hand. The records must be there and of their kinds.
 * @param endReason why what was linked before ends
 */
export async function linkUsers(run: Run, links: NewLink[], endReason = 'Linked to another'): Promise<void> {
  if (links.length === 0) return
  const first = links[0]!
  const users = links.map(link => link.userId)
  const kinds = links.map(link => link.kind)
  await run(end, [users, kinds, first.actor, endReason])
  await run(begin, [
    users, links.map(() => uuidv7()), kinds, links.map(link => link.recordId), links.map(link => link.source), links.map(link => link.reason),
    links.map(link => link.actor),
  ])
  await run(setColumns, [users, links.map(() => uuidv7()), kinds, links.map(link => link.recordId), links.map(link => link.actor)])
  await run(answerSuggestions, [users, kinds, links.map(link => link.recordId), links.map(link => link.actor), links.map(link => link.source)])
}

/** Ends the present links of these kinds. */
export async function unlinkUsers(run: Run, rows: { userId: string; kind: LinkKind }[], { reason, actor }: Omit<LinkOrigin, 'source'>): Promise<void> {
  if (rows.length === 0) return
  const users = rows.map(row => row.userId)
  const kinds = rows.map(row => row.kind)
  await run(end, [users, kinds, actor, reason])
  await run(setColumns, [users, rows.map(() => uuidv7()), kinds, rows.map(() => null), rows.map(() => actor)])
}

/** A link that is noted, by its id. */
export interface NotedLink {
  id: string
  userId: string
  kind: LinkKind
  recordId: string
}

const reopen: Statement = {
  name: 'reopen_links',
  text: `
    update links l set unlinked_at = null, unlinked_by = null, unlink_reason = null
    from unnest($1::uuid[], $2::uuid[]) as i(user_id, id) where l.messaging_user_id = i.user_id and l.id = i.id`,
}

/** Makes links present again that had ended, as they were. What is linked in their place ends, with the reason. */
export async function reopenLinks(run: Run, links: NotedLink[], { reason, actor }: Omit<LinkOrigin, 'source'>): Promise<void> {
  if (links.length === 0) return
  const users = links.map(link => link.userId)
  const kinds = links.map(link => link.kind)
  await run(end, [users, kinds, actor, reason])
  await run(reopen, [users, links.map(link => link.id)])
  await run(setColumns, [users, links.map(() => uuidv7()), kinds, links.map(link => link.recordId), links.map(() => actor)])
}

const findFollowing: Statement = {
  name: 'find_accounts_to_follow',
  text: `
    select u.id, u.account_id, i.account_id as wanted
    from messaging_users u left join individuals i on i.id = u.contact_id
    where u.id = any($1::uuid[]) and not u.account_is_manual and u.account_id is distinct from i.account_id
    for no key update of u`,
}

/** Brings the accounts of messaging users in line with their contacts, but for those set by hand. */
export async function followAccounts(run: Run, userIds: string[]): Promise<void> {
  const rows = await run<{ id: string; account_id: string | null; wanted: string | null }>(findFollowing, [userIds])
  await linkUsers(run, rows.flatMap(({ id, wanted }) => (
    wanted === null ? [] : [{ userId: id, kind: 'account' as const, recordId: wanted, source: 'contact' as const, reason: 'The contact’s account', actor: null }])))
  await unlinkUsers(run, rows.filter(row => row.wanted === null).map(({ id }) => ({ userId: id, kind: 'account' as const })),
    { reason: 'The contact has no account', actor: null })
}
