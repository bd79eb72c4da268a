import type { Pool } from 'pg'
import { uuidv7 } from 'uuidv7'
import type { OptOutScope, PlatformType } from '../contract/channels.ts'
import type { ConsentType } from '../contract/consent.ts'
import { ownKeywords, requireComplete } from './consent/keyword-store.ts'
import { requestRekeyingOf } from './phone/rekey.ts'
import type { ChannelConfig } from './secrets.ts'
import { inTransaction } from './transaction.ts'

/** What can be set of a channel. `config` is as stored: its secrets are encrypted. */
export interface ChannelValues {
  name: string
  accountKey: string | null
  inactivityMinutes: number | null
  optOutScope: OptOutScope
  brand: string | null
  consentType: ConsentType
  isoCountryCode: string | null
  isActive: boolean
  config: ChannelConfig
}

export interface StoredChannel extends ChannelValues {
  type: string
  platformType: PlatformType
}

/** Another channel has the name, or the account on that platform. */
export class ChannelTakenError extends Error {
  override name = 'ChannelTakenError'
  readonly field: 'name' | 'accountKey'
  readonly value: string | null

  constructor(field: 'name' | 'accountKey', value: string | null) {
    super(`Another channel has this ${field}`)
    this.field = field
    this.value = value
  }
}

type NewChannel = Omit<StoredChannel, 'inactivityMinutes' | 'optOutScope' | 'brand'> & {
  /** Its credentials are invented: no platform knows it. */
  isSimulated?: boolean
}

/** @returns the id. @throws {ChannelTakenError} */
export async function createChannel(pool: Pool, channel: NewChannel): Promise<string> {
  const id = uuidv7()
  const { type, platformType, name, accountKey, consentType, isoCountryCode, isActive, config, isSimulated = false } = channel
  await namingTheField(channel, pool.query(`
    insert into channels (id, type, platform_type, name, account_key, consent_type, iso_country_code, is_active, config, is_simulated)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
  [id, type, platformType, name, accountKey, consentType, isoCountryCode, isActive, config, isSimulated]))
  return id
}

/**
 * Changes a channel by what `change` makes of its present state; two changes at once come one after the other.
 * @returns false if there is no such channel.
 * @throws {ChannelTakenError} {ChannelIncompleteError} and what `change` throws: nothing is changed then.
 */
export async function updateChannel(pool: Pool, id: string, change: (current: StoredChannel) => ChannelValues): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<StoredChannel>(`
      select type, platform_type as "platformType", name, account_key as "accountKey", inactivity_minutes as "inactivityMinutes",
             opt_out_scope as "optOutScope", brand, consent_type as "consentType", iso_country_code as "isoCountryCode",
             is_active as "isActive", config
      from channels where id = $1 for update`, [id])
    if (!rows[0]) return false
    const changed = change(rows[0])
    const { name, accountKey, inactivityMinutes, optOutScope, brand, consentType, isoCountryCode, isActive, config } = changed
    await namingTheField(changed, client.query(`
      update channels set name = $2, account_key = $3, inactivity_minutes = $4, opt_out_scope = $5, brand = $6, consent_type = $7,
        iso_country_code = $8, is_active = $9, config = $10, updated_at = now()
      where id = $1`, [id, name, accountKey, inactivityMinutes, optOutScope, brand, consentType, isoCountryCode, isActive, config]))
    if (isoCountryCode !== rows[0].isoCountryCode) await requestRekeyingOf(client, id)
    if (isActive) requireComplete(consentType, (await ownKeywords(client, id))!)
    return true
  })
}

/** Makes a standard channel an enhanced one, in place: its messaging users and sessions stay. */
export async function upgradeChannel(pool: Pool, id: string): Promise<'upgraded' | 'enhanced already' | 'absent'> {
  const { rowCount } = await pool.query(
    `update channels set platform_type = 'Enhanced', updated_at = now() where id = $1 and platform_type = 'Standard'`, [id])
  if (rowCount) return 'upgraded'
  return (await pool.query('select from channels where id = $1', [id])).rowCount ? 'enhanced already' : 'absent'
}

/** Removes a channel that nobody ever wrote to. */
export async function deleteChannel(pool: Pool, id: string): Promise<'deleted' | 'absent' | 'in use'> {
  try {
    return await inTransaction(pool, async (client) => {
      for (const table of ['inbound_rejects', 'inbound_events', 'waiting_events']) {
        await client.query(`delete from ${table} where channel_id = $1`, [id])
      }
      const { rowCount } = await client.query('delete from channels where id = $1', [id])
      return rowCount ? 'deleted' : 'absent'
    })
  } catch (error) {
    // Its messaging users refer to it, also one who is being recorded at this moment.
    if ((error as { code?: string }).code === '23503') return 'in use'
    throw error
  }
}

async function namingTheField<T>({ name, accountKey }: Pick<ChannelValues, 'name' | 'accountKey'>, query: Promise<T>): Promise<T> {
  try {
    return await query
  } catch (error) {
    const { constraint } = error as { constraint?: string }
    if (constraint === 'channels_name_key') throw new ChannelTakenError('name', name)
    if (constraint === 'channels_account') throw new ChannelTakenError('accountKey', accountKey)
    throw error
  }
}
