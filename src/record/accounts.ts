import type { Pool, PoolClient } from 'pg'
import type { AccountUpsert } from '../contract/individuals.ts'
import { externalIdsOf, type ExternalId } from './external-ids.ts'
import { mergedAttributes, type Attributes } from './individual-fields.ts'
import { refused, save, type Outcome, type RecordKind, type Refusal, type Stored, type Wish, type Written } from './save.ts'

interface AccountFields {
  name: string
  website: string | null
  isoCountryCode: string | null
  attributes: Attributes
  externalIds: ExternalId[]
}

const accounts: RecordKind<AccountUpsert, AccountFields> = { object: 'account', read, decider: async () => changedAccount, write }

/** Creates and changes accounts; see `save`. External ids that are given replace those there were; attributes are merged, and null removes one. */
export const saveAccounts = (pool: Pool, wishes: Wish<AccountUpsert>[], options: { dryRun?: boolean } = {}): Promise<Outcome[]> =>
  save(pool, accounts, wishes, options)

function changedAccount(before: AccountFields | undefined, change: AccountUpsert): AccountFields | Refusal {
  const name = change.name?.trim() ?? before?.name
  if (!name) return refused('invalid', 'name', 'is required')
  const attributes = mergedAttributes(before?.attributes, change.attributes)
  if (!attributes) return refused('invalid', 'attributes', 'may be 100 at most')
  const { website = before?.website ?? null, isoCountryCode = before?.isoCountryCode ?? null } = change
  return { name, website, isoCountryCode, attributes, externalIds: before?.externalIds ?? [] }
}

async function read(client: PoolClient, ids: string[]): Promise<Stored<AccountFields>[]> {
  // First the lock, then the look: a statement that waits for a lock would show external ids as they were before it waited.
  await client.query('select from accounts where id = any($1) order by id for no key update', [ids])
  const { rows } = await client.query(`select a.*, ${externalIdsOf('account', 'a.id')} as external_ids from accounts a where a.id = any($1)`, [ids])
  return rows.map(row => ({
    id: row.id,
    mergedInto: row.merged_into,
    isDeleted: row.deleted_at !== null,
    fields: { name: row.name, website: row.website, isoCountryCode: row.iso_country_code, attributes: row.attributes, externalIds: row.external_ids },
  }))
}

async function write(client: PoolClient, records: Written<AccountFields>[]): Promise<void> {
  const column = <T>(value: (fields: AccountFields) => T) => records.map(({ after }) => value(after))
  await client.query(`
    insert into accounts (id, name, website, iso_country_code, attributes)
    select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::jsonb[])
    on conflict (id) do update set name = excluded.name, website = excluded.website, iso_country_code = excluded.iso_country_code,
      attributes = excluded.attributes, updated_at = now()`,
  [records.map(({ id }) => id), column(f => f.name), column(f => f.website), column(f => f.isoCountryCode), column(f => JSON.stringify(f.attributes))])
}
