import { uuidv7 } from 'uuidv7'
import { CollisionError } from '../collision.ts'
import { appendLines, saveConsent, type NewLine } from '../consent/ledger.ts'
import { requestLinks } from '../link-runs.ts'
import { followAccounts, linkUsers, type NewLink } from '../links.ts'
import { sparse } from '../parameter.ts'
import type { ChangedUser } from '../people.ts'
import { PHONE_MATCH_VERSION } from '../phone/match-key.ts'
import { together, type Run, type Statement } from '../statement.ts'
import { fields, type Change, type Creation, type Field, type Link } from './plan.ts'

/** Who imports, as the record tells it. */
export interface Importer {
  source: 'operator' | 'api-key' | 'system'
  /** Name and file, for the history. */
  name: string
  /** Operator or API key; null: the command line. */
  actor: string | null
  /** Somebody creates one person, and imports nothing: the source that the ledger and the links name. */
  via?: 'console' | 'api'
}

const createUsers: Statement = {
  name: 'create_imported_users',
  text: `
    with i as (
      select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                           $10::text[], $11::uuid[], $12::text[], $13::timestamptz[], $14::int[], $15::text[], $16::text[],
                           $17::uuid[], $18::uuid[], $19::uuid[], $20::uuid[], $21::uuid[], $22::boolean[])
        as i(id, channel_id, platform_key, external_id, name, name_source, locale, language, iso_country_code, profile_picture_url, history_id,
             consent_status, consent_since, consent_line_count, e164, match_key, contact_id, account_id, lead_id, employee_id,
             person_account_id, account_is_manual)
    ), u as (
      insert into messaging_users (id, channel_id, platform_key, external_id, name, name_source, locale, language, iso_country_code,
                                   profile_picture_url, consent_status, consent_since, consent_line_count, e164, match_key, match_version,
                                   contact_id, account_id, lead_id, employee_id, person_account_id, account_is_manual)
      select id, channel_id, platform_key, external_id, name, name_source, locale, language, iso_country_code, profile_picture_url,
             consent_status, consent_since, consent_line_count, e164, match_key, ${PHONE_MATCH_VERSION}, contact_id, account_id, lead_id,
             employee_id, person_account_id, account_is_manual from i
    ), h as (
      insert into messaging_user_history (messaging_user_id, id, field, new_value, source, actor)
      select id, history_id, 'created', to_jsonb(platform_key), $23, $24 from i
    )
    insert into messaging_user_activity (messaging_user_id, channel_id, consent_status, active_at, searched)
    select id, channel_id, coalesce(consent_status, 'none'), now(), searched_text(name, external_id, platform_key) from i`,
}
const registerAliases: Statement = {
  name: 'register_imported_aliases',
  // Sorted, so that two transactions that register the same keys cannot wait for each other in a circle.
  text: `
    insert into aliases (id, messaging_user_id, channel_id, kind, key, since, evidence)
    select id, user_id, channel_id, kind, key, now(), $6 from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[]) as i(id, user_id, channel_id, kind, key)
    order by channel_id, key on conflict (channel_id, key) where until is null do nothing returning 1`,
}
const createLinks: Statement = {
  name: 'create_imported_links',
  text: `
    insert into links (messaging_user_id, id, kind, record_id, source, reason, linked_by)
    select *, $7 from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[])`,
}

const accountOf = (byKind: Map<string, Link>) => byKind.get('account')?.recordId ?? byKind.get('contact')?.accountId ?? null
const reasonOf = (given: string) => `The file says ${given}`

/** Rows of a statement. */
const SLICE = 500
/**
 * Sends the statements of slices: while the database works on one, the next is prepared, and others are served in between.
 * @returns what they return
 */
export async function inSlices<T, R>(rows: T[], send: (slice: T[]) => Promise<R>): Promise<R[]> {
  const sent: Promise<R>[] = []
  for (let from = 0; from < rows.length; from += SLICE) {
    const answer = send(rows.slice(from, from + SLICE))
    answer.catch(() => {}) // told below
    sent.push(answer)
    await new Promise(resolve => setImmediate(resolve))
  }
  return together(...sent)
}

/**
 * Creates messaging users with all that belongs to them.
 * @param linked channels with rules by which new people are linked
 * @returns their ids, in the order of `creations`. @throws {CollisionError} if somebody else was first with one of the keys
 */
export async function createImported(run: Run, creations: Creation[], importer: Importer, linked: Set<string>): Promise<string[]> {
  if (creations.length === 0) return []
  const people = creations.map((creation): Person => ({ ...creation, id: uuidv7(), byKind: new Map(creation.links.map(link => [link.kind, link])) }))
  const toLink = people.filter(({ row }) => linked.has(row.channelId)).map(({ id }) => id)
  const [registered] = await together(
    inSlices(people, slice => create(run, slice, importer)),
    toLink.length > 0 ? requestLinks(run, toLink) : undefined,
  )
  if (registered.includes(false)) throw new CollisionError()
  return people.map(({ id }) => id)
}

interface Person extends Creation {
  id: string
  byKind: Map<Link['kind'], Link>
}

/** @returns whether nobody else has one of the keys */
async function create(run: Run, people: Person[], importer: Importer): Promise<boolean> {
  const aliases = people.flatMap(({ id, row }) => row.keys.map(key => ({ id, channelId: row.channelId, ...key })))
  const links = people.flatMap(({ id, links, byKind }) => [
    ...links.map(({ kind, recordId, given }) => ({ id, kind, recordId, source: importer.via ?? 'import', reason: importer.via ? null : reasonOf(given) })),
    ...!byKind.has('account') && accountOf(byKind) ? [{ id, kind: 'account', recordId: accountOf(byKind)!, source: 'contact', reason: 'The contact’s account' }] : [],
  ])
  const lines = people.filter(({ consent }) => consent.status !== null).map(({ id, row, consent }): NewLine => lineOf(id, row, importer, {
    number: 1, from: null, to: consent.status, pendingUntil: null }))
  const [registered] = await together(
    run(registerAliases, [
      aliases.map(() => uuidv7()), aliases.map(alias => alias.id), aliases.map(alias => alias.channelId), aliases.map(alias => alias.kind),
      aliases.map(alias => alias.key), importer.name,
    ]),
    run(createUsers, [
      people.map(({ id }) => id), people.map(({ row }) => row.channelId), people.map(({ row }) => row.keys[0]!.key),
      sparse(people.map(({ row }) => row.profile.externalId ?? null)),
      people.map(({ row }) => row.profile.name ?? row.profile.externalId ?? row.keys[0]!.key),
      people.map(({ row }) => (row.profile.name ? importer.via ? 'business' : 'import' : 'default')),
      ...(['locale', 'language', 'isoCountryCode', 'profilePictureUrl'] as const).map(field => sparse(people.map(({ row }) => row.profile[field] ?? null))),
      people.map(() => uuidv7()), sparse(people.map(({ consent }) => consent.status)),
      sparse(people.map(({ row, consent }) => (consent.status ? row.consent!.at : null))), people.map(({ consent }) => (consent.status ? 1 : 0)),
      sparse(people.map(({ row }) => row.phone.e164)), sparse(people.map(({ row }) => row.phone.matchKey)),
      sparse(people.map(({ byKind }) => byKind.get('contact')?.recordId ?? null)), sparse(people.map(({ byKind }) => accountOf(byKind))),
      ...(['lead', 'employee', 'person_account'] as const).map(kind => sparse(people.map(({ byKind }) => byKind.get(kind)?.recordId ?? null))),
      people.map(({ byKind }) => byKind.has('account') && byKind.get('account')!.recordId !== byKind.get('contact')?.accountId),
      importer.source, importer.name,
    ]),
    links.length === 0 ? [] : run(createLinks, [
      links.map(link => link.id), links.map(() => uuidv7()), links.map(link => link.kind), links.map(link => link.recordId),
      links.map(link => link.source), links.map(link => link.reason), importer.actor,
    ]),
    appendLines(run, lines),
  )
  return registered.length === aliases.length
}

function lineOf(
  userId: string, { channelId, consent }: Creation['row'], importer: Importer, line: Pick<NewLine, 'number' | 'from' | 'to' | 'pendingUntil'>,
): NewLine {
  return {
    ...line, userId, channelId, purpose: 'all', source: importer.via ?? 'import', actor: importer.actor, language: null, words: null, messageId: null,
    note: consent!.source, happenedAt: consent!.at,
  }
}

const updateUsers: Statement = {
  name: 'update_imported_users',
  text: `
    update messaging_users u
    set name = coalesce(i.name, u.name), name_source = case when i.name is null then u.name_source else 'import' end,
        locale = coalesce(i.locale, u.locale), language = coalesce(i.language, u.language),
        iso_country_code = coalesce(i.iso_country_code, u.iso_country_code),
        profile_picture_url = coalesce(i.profile_picture_url, u.profile_picture_url), updated_at = now()
    from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
      as i(id, version, name, locale, language, iso_country_code, profile_picture_url)
    where u.id = i.id and u.xmin::text = i.version returning 1`,
}
export const writeHistory: Statement = {
  name: 'write_import_history',
  text: `
    insert into messaging_user_history (messaging_user_id, id, field, old_value, new_value, source, actor)
    select user_id, id, field, to_jsonb(old_value), to_jsonb(new_value), $6, $7
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[]) as i(user_id, id, field, old_value, new_value)`,
}

/** Changes messaging users. @throws {CollisionError} if one was changed since it was read */
export async function changeImported(run: Run, changes: Change[], importer: Importer): Promise<ChangedUser[]> {
  if (changes.length === 0) return []
  const history = changes.flatMap(({ user, fields: changed }) =>
    (Object.keys(changed) as Field[]).map(field => ({ id: user.id, field, was: user[fields[field]], is: changed[field]! })))
  // All of them, also who is only linked: the row's version tells whether somebody was faster.
  const updated = await run(updateUsers, [
    changes.map(({ user }) => user.id), changes.map(({ user }) => user.version),
    ...(Object.keys(fields) as Field[]).map(field => changes.map(({ fields: changed }) => changed[field] ?? null)),
  ])
  if (updated.length !== changes.length) throw new CollisionError()
  if (history.length > 0) {
    await run(writeHistory, [
      history.map(({ id }) => id), history.map(() => uuidv7()), history.map(({ field }) => field), history.map(({ was }) => was),
      history.map(({ is }) => is), importer.source, importer.name,
    ])
  }
  await changeConsents(run, changes.filter(({ consent }) => consent), importer)
  const links = changes.flatMap(({ user, links }) => links.map(({ kind, recordId, given }): NewLink =>
    ({ userId: user.id, kind, recordId, source: 'import', reason: reasonOf(given), actor: importer.actor })))
  await linkUsers(run, links)
  await followContacts(run, changes)
  return changes.map(({ user, row }) => ({ userId: user.id, channelId: row.channelId }))
}

async function changeConsents(run: Run, changes: Change[], importer: Importer): Promise<void> {
  if (changes.length === 0) return
  await appendLines(run, changes.map(({ user, row, consent }) => lineOf(user.id, row, importer, {
    number: user.consent_line_count + 1, from: user.consent.status, to: consent!.status, pendingUntil: consent!.pending?.until ?? null })))
  await saveConsent(run, changes.map(({ user, row, consent }) => ({
    userId: user.id, before: user.consent, after: consent!, since: row.consent!.at, linesBefore: user.consent_line_count,
    linesAfter: user.consent_line_count + 1, actor: importer.actor ?? importer.name,
  })))
}

const markManual: Statement = { name: 'mark_manual_accounts', text: 'update messaging_users set account_is_manual = true where id = any($1::uuid[])' }

/** An account that the file names stays; without, it follows the contact. */
async function followContacts(run: Run, changes: Change[]): Promise<void> {
  const manual = changes.filter(({ links }) => links.some(({ kind }) => kind === 'account')).map(({ user }) => user.id)
  const following = changes.filter(({ links }) => links.some(({ kind }) => kind === 'contact')).map(({ user }) => user.id)
  if (manual.length > 0) await run(markManual, [manual])
  if (following.length > 0) await followAccounts(run, following)
}
