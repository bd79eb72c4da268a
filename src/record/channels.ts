import type { Pool } from 'pg'
import { uuidv7 } from 'uuidv7'
import type { ChannelConfig } from './secrets.ts'
import { inTransaction } from './transaction.ts'

/** What can be set of a channel. `config` is as stored: its secrets are encrypted. */
export interface ChannelValues {
  name: string
  accountKey: string | null
  consentType: string
  isoCountryCode: string | null
  isActive: boolean
  config: ChannelConfig
}

export interface StoredChannel extends ChannelValues {
  type: string
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

/** @returns the id. @throws {ChannelTakenError} */
export async function createChannel(pool: Pool, { type, name, accountKey, consentType, isoCountryCode, isActive, config }: StoredChannel) {
  const id = uuidv7()
  await namingTheField({ name, accountKey }, pool.query(`
    insert into channels (id, type, name, account_key, consent_type, iso_country_code, is_active, config)
    values ($1, $2, $3, $4, $5, $6, $7, $8)`, [id, type, name, accountKey, consentType, isoCountryCode, isActive, config]))
  return id
}

/**
 * Changes a channel by what `change` makes of its present state; two changes at once come one after the other.
 * @returns false if there is no such channel. @throws {ChannelTakenError} and what `change` throws: nothing is changed then.
 */
export async function updateChannel(pool: Pool, id: string, change: (current: StoredChannel) => ChannelValues): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<StoredChannel>(`
      select type, name, account_key as "accountKey", consent_type as "consentType", iso_country_code as "isoCountryCode",
             is_active as "isActive", config
      from channels where id = $1 for update`, [id])
    if (!rows[0]) return false
    const { name, accountKey, consentType, isoCountryCode, isActive, config } = change(rows[0])
    await namingTheField({ name, accountKey }, client.query(`
      update channels set name = $2, account_key = $3, consent_type = $4, iso_country_code = $5, is_active = $6, config = $7,
        updated_at = now()
      where id = $1`, [id, name, accountKey, consentType, isoCountryCode, isActive, config]))
    return true
  })
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
