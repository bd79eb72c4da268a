import type { Pool, PoolClient } from 'pg'
import { inTransaction } from '../transaction.ts'
import { runner } from '../statement.ts'
import { addressKey, noNumber, PHONE_MATCH_VERSION, phoneKey, type PhoneKey } from './match-key.ts'
import { saveNumbers, selectNumbers, type UserNumber } from './user-numbers.ts'

/** Name of the job. */
export const REKEY_PHONES = 'rekey-phones'

interface RekeyOptions {
  /** Rows in one transaction. */
  limit?: number
  /** Of the keys that are made. */
  version?: number
  /** The rules of that version. */
  rules?: { address: typeof addressKey; phone: typeof phoneKey }
  /** Hears after each transaction how many were done in all. */
  onProgress?: (done: number) => void
}

/** Adds the job if there are keys of an older version. */
export async function requestRekeying(pool: Pool): Promise<void> {
  await pool.query(`
    select graphile_worker.add_job('${REKEY_PHONES}', job_key := '${REKEY_PHONES}')
    where exists (select from messaging_users where coalesce(match_version, 0) < $1) or exists (select from individual_phones where match_version < $1)`,
  [PHONE_MATCH_VERSION])
}

/** Adds the job for the national numbers of a channel, in the transaction that gives it another country. */
export async function requestRekeyingOf(client: PoolClient, channelId: string): Promise<void> {
  await client.query(`select graphile_worker.add_job('${REKEY_PHONES}', json_build_object('channelId', $1::text), job_key := '${REKEY_PHONES} ' || $1)`, [channelId])
}

/** What the job does. */
export function rekeyTask(pool: Pool, onProgress: (done: number) => void): (payload: unknown) => Promise<void> {
  return async payload => {
    const { channelId } = (payload ?? {}) as { channelId?: string }
    if (channelId) await forgetNationalKeys(pool, channelId)
    await rekeyPhones(pool, { onProgress })
  }
}

/** Has the keys of a channel's national numbers made anew next time: its country is another. */
async function forgetNationalKeys(pool: Pool, channelId: string): Promise<void> {
  await pool.query(`
    update messaging_users u set match_version = null where channel_id = $1 and exists (
      select from aliases a where a.messaging_user_id = u.id and a.kind = 'phone' and a.until is null and a.key ~ '^0')`, [channelId])
}

/**
 * Makes anew the keys by which phone numbers are compared, where they are of an older version. It can be broken off at any time, and goes
 * on where it stood; rows that somebody has locked are left to the next time. Links stay: rules are applied when somebody asks.
 * @returns how many messaging users and phones it did
 */
export async function rekeyPhones(
  pool: Pool, { limit = 5_000, version = PHONE_MATCH_VERSION, rules = { address: addressKey, phone: phoneKey }, onProgress }: RekeyOptions = {},
): Promise<number> {
  let done = 0
  for (const rekey of [rekeyUsers, rekeyIndividuals]) {
    for (;;) {
      const count = await inTransaction(pool, client => rekey(client, limit, version, rules))
      if (count === 0) break
      done += count
      onProgress?.(done)
    }
  }
  return done
}

type Rules = NonNullable<RekeyOptions['rules']>

/** The numbers they have now; who gave theirs up is not found by it. */
async function rekeyUsers(client: PoolClient, limit: number, version: number, { address }: Rules): Promise<number> {
  const { rows } = await client.query<UserNumber>(
    `${selectNumbers} where coalesce(u.match_version, 0) < $1 order by coalesce(u.match_version, 0), u.id limit $2 for no key update of u skip locked`, [version, limit])
  const keys = await keysOf(rows, ({ phone, country }) => (phone === null ? noNumber : address(phone, country)))
  await saveNumbers(runner(client, false), rows.map(({ id }, n) => ({ id, key: keys[n]! })), version)
  return rows.length
}

async function rekeyIndividuals(client: PoolClient, limit: number, version: number, { phone }: Rules): Promise<number> {
  const { rows } = await client.query<{ individual_id: string; id: string; number: string; country: string | null }>(`
    select p.individual_id, p.id, p.number, i.iso_country_code as country from individual_phones p join individuals i on i.id = p.individual_id
    where p.match_version < $1 order by p.match_version, p.individual_id limit $2 for no key update of p skip locked`, [version, limit])
  const keys = await keysOf(rows, ({ number, country }) => phone(number, country))
  await client.query(`
    update individual_phones p set e164 = i.e164, match_key = i.match_key, match_version = $5
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) as i(individual_id, id, e164, match_key)
    where p.individual_id = i.individual_id and p.id = i.id`,
  [rows.map(row => row.individual_id), rows.map(row => row.id), keys.map(key => key.e164), keys.map(key => key.matchKey), version])
  return rows.length
}

/** Reading numbers takes a while: in between, the process does what else there is. */
async function keysOf<T>(rows: T[], keyOf: (row: T) => PhoneKey): Promise<PhoneKey[]> {
  const keys: PhoneKey[] = []
  for (const row of rows) {
    keys.push(keyOf(row))
    if (keys.length % 250 === 0) await new Promise(resolve => setImmediate(resolve))
  }
  return keys
}
