import type { Pool } from 'pg'
import type { Account, AccountQuery } from '../contract/individuals.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { externalIdsOf } from '../record/external-ids.ts'
import { notFound } from './errors.ts'
import { newestIds, type NewestFirst } from './newest.ts'
import { micros, page, placeOf } from './paging.ts'
import { alike, isLive, matchingAccounts, mayBeMisspelt, withName } from './record-search.ts'

interface AccountRow {
  id: string
  name: string
  website: string | null
  iso_country_code: string | null
  external_ids: Account['externalIds']
  attributes: Account['attributes']
  contact_count: number
  messaging_user_count: number
  merged_into: string | null
  created_at: Date
  created_micros: number
  updated_at: Date
}

/** How far lists count. */
const COUNTED = 100

/** @param counted up to how many contacts and messaging users are counted: a number, or `all` */
const select = (counted: number | 'all') => `
  select a.*, ${micros('a.created_at')} as created_micros, ${externalIdsOf('account', 'a.id')} as external_ids,
    (select count(*) from (select from individuals i where i.account_id = a.id and i.merged_into is null and i.deleted_at is null
      limit ${counted}) c) as contact_count,
    (select count(*) from (select from messaging_users u where u.account_id = a.id limit ${counted}) c) as messaging_user_count
  from accounts a`

const showAccount = (row: AccountRow): Account => ({
  id: toTypeId('ac', row.id),
  name: row.name,
  website: row.website,
  isoCountryCode: row.iso_country_code,
  externalIds: row.external_ids,
  attributes: row.attributes,
  contactCount: row.contact_count,
  messagingUserCount: row.messaging_user_count,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})

const live = { conditions: () => () => [isLive('a')], isNarrow: false }

/** A page of accounts, newest first. Where none has what `q` says, those with the names most like it, without further pages. */
export async function listAccounts(pool: Pool, { cursor, limit = 50, q }: AccountQuery) {
  const place = placeOf(cursor)
  const list: NewestFirst = { from: 'accounts a', id: 'a.id', at: 'a.created_at', of: 'a.id', brings: 'a.name', conditions: live.conditions() }
  const found = q && (await withName(pool, q, 'accounts', live) ?? { ...list, matching: matchingAccounts(q, live) })
  const ids = await newestIds(pool, found || list, place, limit + 1)
  if (ids.length === 0 && q && !place && mayBeMisspelt(q)) {
    const others = await alike(pool, q, 'accounts', live)
    if (others) ids.push(...await newestIds(pool, others, place, limit))
  }
  const { rows } = await pool.query<AccountRow>(`${select(COUNTED)} where a.id = any($1) order by a.created_at desc, a.id desc`, [ids])
  return page(rows, limit, row => [row.created_micros, row.id], showAccount)
}

/**
 * An account, or the id it was merged into.
 * @throws {ApiError} 404 when there is none, or it was deleted
 */
export async function readAccount(pool: Pool, id: string): Promise<Account | { mergedInto: string }> {
  const { rows: [row] } = await pool.query<AccountRow>(`${select('all')} where a.id = $1 and a.deleted_at is null`, [toUuid(id)])
  if (!row) throw notFound('account', id)
  return row.merged_into ? { mergedInto: toTypeId('ac', row.merged_into) } : showAccount(row)
}
