import type { Pool } from 'pg'
import type { Individual, IndividualQuery } from '../contract/individuals.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { externalIdsOf } from '../record/external-ids.ts'
import type { StoredPhone } from '../record/individual-fields.ts'
import { emailsOfIndividual, phonesOfIndividual } from '../record/individuals.ts'
import { ApiError, notFound } from './errors.ts'
import { newestIds, type NewestFirst, type Note } from './newest.ts'
import { micros, page, placeOf } from './paging.ts'
import { alike, isLive, matchingIndividuals, mayBeMisspelt, withName } from './record-search.ts'

interface IndividualRow {
  id: string
  kind: Individual['kind']
  name: string
  first_name: string | null
  last_name: string | null
  account_id: string | null
  account_name: string | null
  language: string | null
  iso_country_code: string | null
  phones: StoredPhone[]
  emails: Individual['emails']
  external_ids: Individual['externalIds']
  attributes: Individual['attributes']
  messaging_user_count: number
  converted_into: string | null
  merged_into: string | null
  created_at: Date
  created_micros: number
  updated_at: Date
}

/** How far lists count. */
const COUNTED = 100

/** @param counted up to how many messaging users are counted: a number, or `all` */
const select = (counted: number | 'all') => `
  select i.*, a.name as account_name, ${micros('i.created_at')} as created_micros, ${phonesOfIndividual} as phones, ${emailsOfIndividual} as emails,
    ${externalIdsOf('individual', 'i.id')} as external_ids,
    (select count(*) from (select from links l where l.record_id = i.id and l.unlinked_at is null limit ${counted}) c) as messaging_user_count
  from individuals i left join accounts a on a.id = i.account_id`

const showIndividual = (row: IndividualRow): Individual => ({
  id: toTypeId('in', row.id),
  kind: row.kind,
  name: row.name,
  firstName: row.first_name,
  lastName: row.last_name,
  accountId: row.account_id && toTypeId('ac', row.account_id),
  accountName: row.account_name,
  language: row.language,
  isoCountryCode: row.iso_country_code,
  phones: row.phones.map(({ number, e164, label, isVerified, isShared }) => ({ number, e164, label, isVerified, isShared })),
  emails: row.emails,
  externalIds: row.external_ids,
  attributes: row.attributes,
  messagingUserCount: row.messaging_user_count,
  convertedInto: row.converted_into && toTypeId('in', row.converted_into),
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})

type Filter = Omit<IndividualQuery, 'q' | 'cursor' | 'limit'>

/** A page of individuals, newest first. Where nobody has what `q` says, those with the names most like it, without further pages. */
export async function listIndividuals(pool: Pool, { cursor, limit = 50, q, ...filter }: IndividualQuery) {
  const place = placeOf(cursor)
  const narrowed = { conditions: (at: string) => ($: Note) => conditionsOf(filter, at, $), isNarrow: Boolean(filter.kind ?? filter.accountId) }
  const list: NewestFirst = { from: 'individuals i', id: 'i.id', at: 'i.created_at', of: 'i.id', brings: 'i.name', conditions: narrowed.conditions('i.created_at') }
  const found = q && (await withName(pool, q, 'individuals', narrowed) ?? { ...list, matching: matchingIndividuals(q, narrowed) })
  const ids = await newestIds(pool, found || list, place, limit + 1)
  if (ids.length === 0 && q && !place && mayBeMisspelt(q)) {
    const others = await alike(pool, q, 'individuals', narrowed)
    if (others) ids.push(...await newestIds(pool, others, place, limit))
  }
  const { rows } = await pool.query<IndividualRow>(`${select(COUNTED)} where i.id = any($1) order by i.created_at desc, i.id desc`, [ids])
  return page(rows, limit, row => [row.created_micros, row.id], showIndividual)
}

const conditionsOf = (filter: Filter, at: string, $: Note): string[] => [
  isLive('i'),
  ...filter.kind ? [`i.kind = ${$(filter.kind)}`] : [],
  ...filter.accountId ? [`i.account_id = ${$(toUuid(filter.accountId))}`] : [],
  ...filter.createdAfter ? [`${at} >= ${$(filter.createdAfter)}`] : [],
  ...filter.createdBefore ? [`${at} < ${$(filter.createdBefore)}`] : [],
]

/**
 * An individual, or the id it was merged into.
 * @throws {ApiError} 404 when there is none, or it was deleted
 */
export async function readIndividual(pool: Pool, id: string): Promise<Individual | { mergedInto: string }> {
  const { rows: [row] } = await pool.query<IndividualRow>(`${select('all')} where i.id = $1 and i.deleted_at is null`, [toUuid(id)])
  if (!row) throw notFound('individual', id)
  return row.merged_into ? { mergedInto: toTypeId('in', row.merged_into) } : showIndividual(row)
}

/**
 * Asks whether an individual is there to work with.
 * @returns its UUID
 * @throws {ApiError} 404 when there is none, or it was deleted; 409 naming the other when it was merged into another
 */
export async function requireIndividual(pool: Pool, id: string): Promise<string> {
  const { rows: [row] } = await pool.query<{ id: string; merged_into: string | null }>(
    'select id, merged_into from individuals where id = $1 and deleted_at is null', [toUuid(id)])
  if (!row) throw notFound('individual', id)
  if (row.merged_into) throw mergedError('in', id, row.merged_into)
  return row.id
}

export const mergedError = (prefix: 'in' | 'ac', id: string, mergedInto: string): ApiError =>
  new ApiError('conflict', `${id} was merged into ${toTypeId(prefix, mergedInto)}`)
