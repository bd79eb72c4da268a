import type { LinkKind } from '../../contract/links.ts'
import { stateOf, type ConsentRow } from '../consent/change.ts'
import type { ConsentState } from '../consent/state.ts'
import { together, type Run, type Statement } from '../statement.ts'
import type { ImportRow, WantedLink } from './row.ts'

/** What an import has to know of somebody who is there. */
export interface Known {
  id: string
  /** Changes with every change of the row. */
  version: string
  name: string
  name_source: string
  locale: string | null
  language: string | null
  iso_country_code: string | null
  profile_picture_url: string | null
  links: Record<LinkKind, string | null>
  account_is_manual: boolean
  consent: ConsentState
  consent_since: Date | null
  consent_line_count: number
}

const findByKey: Statement = {
  name: 'find_imported_by_key',
  text: `
    select a.key, u.*, u.xmin::text as version from aliases a
    join lateral (select u.*, u.xmin from messaging_users u where u.id = a.messaging_user_id limit 1) u on true
    where a.channel_id = $1 and a.key = any($2::text[]) and a.until is null and a.resolves`,
}
const findByNumber: Statement = {
  name: 'find_imported_by_number',
  // First the numbers, then who they are, by construction: a fresh database has no statistics that would say so.
  text: `
    select u.match_key as key, u.*, u.xmin::text as version
    from (select u.*, u.xmin from messaging_users u where u.match_key = any($2::text[]) and u.channel_id = $1 offset 0) u
    join lateral (select from aliases a where a.messaging_user_id = u.id and a.until is null limit 1) a on true`,
}
type UserRow = Omit<Known, 'links' | 'consent'> & Omit<ConsentRow, 'channel_id'> & Record<`${LinkKind}_id`, string | null> & { key: string }

/** Who is there already of those whom rows are about, by the row's number. */
export type KnownPeople = Map<number, Known>

/** Who of the rows' people is there already: found by any key, else by another spelling of the number. */
export async function findKnown(run: Run, rows: ImportRow[]): Promise<KnownPeople> {
  const byChannel = Map.groupBy(rows, row => row.channelId)
  const found = await together(...[...byChannel].map(([channelId, ofChannel]) => findOnChannel(run, channelId, ofChannel)))
  return new Map(found.flatMap(known => [...known]))
}

async function findOnChannel(run: Run, channelId: string, rows: ImportRow[]): Promise<KnownPeople> {
  const numbers = rows.flatMap(({ phone }) => phone.matchKey ?? [])
  const [byKey, byNumber] = await together(
    peopleOf(run(findByKey, [channelId, rows.flatMap(row => row.lookUp)])),
    numbers.length > 0 ? peopleOf(run(findByNumber, [channelId, numbers])) : new Map<string, Known>(),
  )
  return new Map(rows.flatMap(({ number, lookUp, phone }) => {
    const key = lookUp.find(key => byKey.has(key))
    const known = key === undefined ? byNumber.get(phone.matchKey ?? '') : byKey.get(key)
    return known ? [[number, known]] : []
  }))
}

/** By what they were found by; the oldest, where it is several. */
async function peopleOf(rows: Promise<UserRow[]>): Promise<Map<string, Known>> {
  const found = (await rows).toSorted((a, b) => (a.id < b.id ? 1 : -1))
  return new Map(found.map(row => [row.key, {
    ...row, consent: stateOf(row),
    links: { contact: row.contact_id, lead: row.lead_id, employee: row.employee_id, person_account: row.person_account_id, account: row.account_id },
  }]))
}

/** A record to link to. */
export interface LinkTarget {
  recordId: string
  /** Of a contact: the account that follows. */
  accountId: string | null
  /** A lead that became a contact. */
  isConverted: boolean
}
/** Targets by `linkKey`; a text says why there is none. */
export type LinkTargets = Map<string, LinkTarget | string>

export const linkKey = ({ kind, ref }: Pick<WantedLink, 'kind' | 'ref'>): string =>
  `${kind} ${'id' in ref ? ref.id : `${ref.system}:${ref.externalId}`}`

const findRecords = (table: 'individuals' | 'accounts', isLocking: boolean): Statement => ({
  name: `find_imported_${table}${isLocking ? '_locked' : ''}`,
  text: `
    select i.n, r.id, r.merged_into is not null as is_merged, r.deleted_at is not null as is_deleted,
      ${table === 'accounts' ? `'account' as kind, null as account_id, false as is_converted` : 'r.kind, r.account_id, r.converted_into is not null as is_converted'}
    from unnest($1::int[], $2::uuid[], $3::text[], $4::text[]) as i(n, id, system, external_id)
    join ${table} r on r.id = coalesce(i.id, (select x.record_id from external_ids x
      where x.object = '${table === 'accounts' ? 'account' : 'individual'}' and x.system = i.system and x.external_id = i.external_id))
    ${isLocking ? 'order by r.id for key share of r' : ''}`,
})
interface RecordRow { n: number; id: string; kind: LinkKind; account_id: string | null; is_converted: boolean; is_merged: boolean; is_deleted: boolean }

/** @param isLocking holds the records until the transaction ends, so that nobody deletes or merges them meanwhile */
export async function findTargets(run: Run, rows: ImportRow[], isLocking: boolean): Promise<LinkTargets> {
  const wanted = [...new Map(rows.flatMap(row => row.links).map(link => [linkKey(link), link])).values()]
  const targets: LinkTargets = new Map(wanted.map(link => [linkKey(link), `The ${words(link.kind)} “${link.given}” is not known`]))
  for (const table of ['individuals', 'accounts'] as const) {
    const links = wanted.filter(link => (link.kind === 'account') === (table === 'accounts'))
    if (links.length === 0) continue
    const found = await run<RecordRow>(findRecords(table, isLocking), [
      links.map((_, n) => n), links.map(({ ref }) => ('id' in ref ? ref.id : null)),
      links.map(({ ref }) => ('id' in ref ? null : ref.system)), links.map(({ ref }) => ('id' in ref ? null : ref.externalId))])
    for (const row of found) {
      const link = links[row.n]!
      if (row.is_deleted) continue
      targets.set(linkKey(link), row.kind !== link.kind ? `“${link.given}” is a ${words(row.kind)}, not a ${words(link.kind)}`
        : row.is_merged ? `The ${words(link.kind)} “${link.given}” was merged into another`
        : { recordId: row.id, accountId: row.account_id, isConverted: row.is_converted })
    }
  }
  return targets
}
const words = (kind: LinkKind) => kind.replace('_', ' ')

/** Somebody a row is about: the id of who is there, else `personOf`. */
export interface SeenPerson {
  person: string
  row: number
  isKnown: boolean
}
/** In which row of this import people were before. */
export type Seen = (people: SeenPerson[]) => Promise<Map<string, number>>

const findRows: Statement = {
  name: 'find_import_rows',
  text: `
    select r.messaging_user_id as person, min(r.row) as row from unnest($2::uuid[]) as i(id)
    join import_rows r on r.import_id = $1 and r.messaging_user_id = i.id and r.outcome <> 'rejected' group by 1`,
}
/** Of an import that runs: whom it created or changed before is known by now. */
export const seenInImport = (run: Run, importId: string): Seen => people => {
  const known = people.filter(({ isKnown }) => isKnown)
  return known.length === 0 ? Promise.resolve(new Map()) : mapOf(run(findRows, [importId, known.map(({ person }) => person)]))
}

const noteSeen: Statement = {
  name: 'note_seen',
  text: `
    with i as (select * from unnest($1::text[], $2::bigint[]) as i(person, row)),
    noted as (insert into import_seen select * from i on conflict do nothing)
    select s.person, s.row from i join import_seen s using (person)`,
}
export const createSeen: Statement = { name: 'create_seen', text: 'create temporary table import_seen (person text primary key, row bigint not null) on commit drop' }
/** Of a dry run: it notes them in a temporary table. */
export const seenInTrial = (run: Run): Seen => people => mapOf(run(noteSeen, [people.map(({ person }) => person), people.map(({ row }) => row)]))

const mapOf = async (rows: Promise<{ person: string; row: number }[]>) => new Map((await rows).map(({ person, row }) => [person, row]))
