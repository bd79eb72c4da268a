import type { Identifier } from '../../contract/inbound-event.ts'
import type { Run, Statement } from '../statement.ts'
import { addressKey, noNumber, PHONE_MATCH_VERSION, type PhoneKey } from './match-key.ts'

/** What the number of somebody is compared by, of whom these are all identifiers. @param country of the channel, ISO 3166 alpha-2 */
export function numberAmong(identifiers: Identifier[], country: string | null): PhoneKey | undefined {
  const number = identifiers.find(({ kind }) => kind === 'phone')
  return number && addressKey(number.key, country)
}

/** A messaging user, and the number they are reached at now. */
export interface UserNumber {
  id: string
  phone: string | null
  /** Of the channel. */
  country: string | null
}

/** Selects `UserNumber`s, of messaging users `u`. */
export const selectNumbers = `
  select u.id, c.iso_country_code as country, (
    select a.key from aliases a where a.messaging_user_id = u.id and a.kind = 'phone' and a.until is null order by a.since desc, a.id limit 1) as phone
  from messaging_users u join channels c on c.id = u.channel_id`

const save: Statement = {
  name: 'save_user_numbers',
  text: `
    update messaging_users u set e164 = i.e164, match_key = i.match_key, match_version = $4
    from unnest($1::uuid[], $2::text[], $3::text[]) as i(id, e164, match_key) where u.id = i.id`,
}
/** Saves what messaging users are compared by from now on. */
export async function saveNumbers(run: Run, rows: { id: string; key: PhoneKey }[], version = PHONE_MATCH_VERSION): Promise<void> {
  if (rows.length === 0) return
  await run(save, [rows.map(row => row.id), rows.map(row => row.key.e164), rows.map(row => row.key.matchKey), version])
}

const find: Statement = { name: 'find_user_numbers', text: `${selectNumbers} where u.id = any($1::uuid[])` }
/** Makes the keys of messaging users anew whose identifiers are others now. */
export async function renewNumbers(run: Run, userIds: string[]): Promise<void> {
  const rows = await run<UserNumber>(find, [userIds])
  await saveNumbers(run, rows.map(({ id, phone, country }) => ({ id, key: phone === null ? noNumber : addressKey(phone, country) })))
}
