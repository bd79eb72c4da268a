import type { Pool, PoolClient } from 'pg'
import { uuidv7 } from 'uuidv7'
import type { IndividualUpsert } from '../contract/individuals.ts'
import { externalIdsOf } from './external-ids.ts'
import { changedIndividual, emailKey, type IndividualFields } from './individual-fields.ts'
import { requestLinksOf } from './link-runs.ts'
import { followAccounts } from './links.ts'
import { PHONE_MATCH_VERSION } from './phone/match-key.ts'
import { save, type Outcome, type RecordKind, type Stored, type Wish, type Written } from './save.ts'
import { runner } from './statement.ts'

/** SQL for the phones of individual `i`, as JSON in the order they were given. */
export const phonesOfIndividual = `
  coalesce((select json_agg(json_build_object('number', p.number, 'label', p.label, 'e164', p.e164, 'matchKey', p.match_key,
    'isVerified', p.is_verified, 'isShared', p.is_shared) order by p.id) from individual_phones p where p.individual_id = i.id), '[]')`
/** SQL for the e-mails of individual `i`, as JSON in the order they were given. */
export const emailsOfIndividual = `
  coalesce((select json_agg(json_build_object('email', m.email, 'label', m.label, 'isVerified', m.is_verified) order by m.id)
    from individual_emails m where m.individual_id = i.id), '[]')`

const individuals: RecordKind<IndividualUpsert, IndividualFields> = { object: 'individual', read, decider, write }

/**
 * Creates and changes individuals; see `save`. Phones, e-mails and external ids that are given replace those there were;
 * attributes are merged, and null removes one. Messaging users follow their contact to another account.
 * @param wishes with `accountId` as UUID
 */
export const saveIndividuals = (pool: Pool, wishes: Wish<IndividualUpsert>[], options: { dryRun?: boolean } = {}): Promise<Outcome[]> =>
  save(pool, individuals, wishes, options)

async function read(client: PoolClient, ids: string[]): Promise<Stored<IndividualFields>[]> {
  // First the lock, then the look: a statement that waits for a lock would show phones as they were before it waited.
  await client.query('select from individuals where id = any($1) order by id for no key update', [ids])
  const { rows } = await client.query(`
    select i.*, ${phonesOfIndividual} as phones, ${emailsOfIndividual} as emails, ${externalIdsOf('individual', 'i.id')} as external_ids
    from individuals i where i.id = any($1)`, [ids])
  return rows.map(row => ({
    id: row.id,
    mergedInto: row.merged_into,
    isDeleted: row.deleted_at !== null,
    fields: {
      kind: row.kind,
      name: row.name,
      firstName: row.first_name,
      lastName: row.last_name,
      accountId: row.account_id,
      language: row.language,
      isoCountryCode: row.iso_country_code,
      attributes: row.attributes,
      phones: row.phones,
      emails: row.emails,
      externalIds: row.external_ids,
    },
  }))
}

async function decider(client: PoolClient, changes: IndividualUpsert[]) {
  const wanted = [...new Set(changes.flatMap(({ accountId }) => accountId ?? []))].toSorted()
  // Held, so that nobody deletes or merges them before the contact is theirs.
  const { rows } = wanted.length === 0 ? { rows: [] } : await client.query<{ id: string }>(
    'select id from accounts where id = any($1) and merged_into is null and deleted_at is null order by id for key share', [wanted])
  const accounts = new Set(rows.map(({ id }) => id))
  return (before: IndividualFields | undefined, change: IndividualUpsert) => changedIndividual(before, change, accounts)
}

async function write(client: PoolClient, records: Written<IndividualFields>[]): Promise<void> {
  const column = <T>(value: (fields: IndividualFields) => T) => records.map(({ after }) => value(after))
  await client.query(`
    insert into individuals (id, kind, name, first_name, last_name, account_id, language, iso_country_code, attributes)
    select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::jsonb[])
    on conflict (id) do update set name = excluded.name, first_name = excluded.first_name, last_name = excluded.last_name,
      account_id = excluded.account_id, language = excluded.language, iso_country_code = excluded.iso_country_code,
      attributes = excluded.attributes, updated_at = now()`, [
    records.map(({ id }) => id), column(f => f.kind), column(f => f.name), column(f => f.firstName), column(f => f.lastName),
    column(f => f.accountId), column(f => f.language), column(f => f.isoCountryCode), column(f => JSON.stringify(f.attributes)),
  ])
  await writePhones(client, differing(records, 'phones'))
  await writeEmails(client, differing(records, 'emails'))
  await moveUsers(client, records.flatMap(({ id, before, after }) => (before && before.accountId !== after.accountId ? [id] : [])))
  const reachable = new Set([...differing(records, 'phones'), ...differing(records, 'emails'), ...differing(records, 'externalIds')])
  if (reachable.size > 0) await requestLinksOf(runner(client, false), [...reachable].map(({ id }) => id))
}

const differing = (records: Written<IndividualFields>[], list: 'phones' | 'emails' | 'externalIds') =>
  records.filter(({ before, after }) => JSON.stringify(before?.[list] ?? []) !== JSON.stringify(after[list]))

async function writePhones(client: PoolClient, records: Written<IndividualFields>[]): Promise<void> {
  if (records.length === 0) return
  await client.query('delete from individual_phones where individual_id = any($1)', [records.map(({ id }) => id)])
  const rows = records.flatMap(({ id, after }) => after.phones.map(phone => ({ individualId: id, ...phone })))
  await client.query(`
    insert into individual_phones (individual_id, id, number, label, e164, match_key, match_version, is_verified, is_shared)
    select individual_id, id, number, label, e164, match_key, $7, is_verified, is_shared
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $8::boolean[], $9::boolean[])
      as i(individual_id, id, number, label, e164, match_key, is_verified, is_shared)`, [
    rows.map(row => row.individualId), rows.map(() => uuidv7()), rows.map(row => row.number), rows.map(row => row.label), rows.map(row => row.e164),
    rows.map(row => row.matchKey), PHONE_MATCH_VERSION, rows.map(row => row.isVerified), rows.map(row => row.isShared),
  ])
}

async function writeEmails(client: PoolClient, records: Written<IndividualFields>[]): Promise<void> {
  if (records.length === 0) return
  await client.query('delete from individual_emails where individual_id = any($1)', [records.map(({ id }) => id)])
  const rows = records.flatMap(({ id, after }) => after.emails.map(email => ({ individualId: id, ...email })))
  await client.query(`
    insert into individual_emails (individual_id, id, email, label, match_key, is_verified)
    select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::boolean[])`, [
    rows.map(row => row.individualId), rows.map(() => uuidv7()), rows.map(row => row.email), rows.map(row => row.label),
    rows.map(emailKey), rows.map(row => row.isVerified),
  ])
}

async function moveUsers(client: PoolClient, contactIds: string[]): Promise<void> {
  if (contactIds.length === 0) return
  const { rows } = await client.query<{ id: string }>('select id from messaging_users where contact_id = any($1) order by id', [contactIds])
  await followAccounts(runner(client, false), rows.map(({ id }) => id))
}
