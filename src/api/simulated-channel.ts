import { setTimeout as wait } from 'node:timers/promises'
import type { Pool } from 'pg'
import { platformOf, playedTypes } from '../../simulator/platforms.ts'
import type { Platform, PlayedChannel } from '../../simulator/platform.ts'
import { secretNames } from '../connectors/connector.ts'
import { toTypeId } from '../ids.ts'
import { ChannelTakenError, createChannel, updateChannel } from '../record/channels.ts'
import { decryptConfig, deriveKey, encryptConfig, type ChannelConfig } from '../record/secrets.ts'
import { knownConnector, newConfig } from './channel-config.ts'
import { fieldError } from './errors.ts'

/** A channel that the simulator can play. */
export interface Playable {
  platform: Platform
  channel: PlayedChannel
  name: string
  /** Made for this: no platform knows it, and nothing that is sent on it can reach a person. */
  isSimulated: boolean
}

/** `channel` is an id or a name. Without it, the simulated channel of `type` is played; where there is none, it is made. */
export type Which = { channel: string } | { type: string }

/** Every process asks the database again for an unknown channel, but not more often than this, in ms. */
const KNOWN_AFTER_MS = 600

interface Row {
  id: string
  type: string
  name: string
  config: ChannelConfig
  is_simulated: boolean
  is_active: boolean
}

/**
 * Finds the channel to play, or makes it.
 * @param publicUrl the address platforms reach Muster at, which some signatures cover
 * @throws {ApiError} naming `type` or `channel`: there is no such thing, or it cannot be played
 */
export async function channelToPlay(pool: Pool, secret: Buffer, publicUrl: string, which: Which): Promise<Playable> {
  const keySeed = deriveKey(secret, 'simulator')
  const row = 'channel' in which ? await find(pool, which.channel)
    : await simulatedOf(pool, which.type) ?? await make(pool, secret, keySeed, which.type)
  const field = 'channel' in which ? 'channel' : 'type'
  if (!row.is_active) throw fieldError(field, `is inactive: activate ${row.name} first`)
  const platform = platformOf(row.type)
  if (!platform) throw fieldError(field, `cannot be played; these can: ${playedTypes.join(', ')}`)
  const id = toTypeId('ch', row.id)
  const config = decryptConfig(row.config, secretNames(knownConnector(row.type)), secret)
  const channel: PlayedChannel = { id, config, webhookUrl: `${publicUrl}/webhooks/${id}`, keySeed }
  if (platform.canSign?.(channel) === false) {
    throw fieldError(field, 'cannot be played: the key that signs is its platform’s alone. A simulated channel of the type can')
  }
  return { platform, channel, name: row.name, isSimulated: row.is_simulated }
}

/** Lets Muster send to the simulator, on a simulated channel alone; null takes a setting away. */
export function configureSimulated(pool: Pool, id: string): (settings: Record<string, string | null>) => Promise<void> {
  return async (settings) => {
    await updateChannel(pool, id, (current) => {
      const config = Object.entries({ ...current.config, ...settings }).filter(([, value]) => value !== null)
      return { ...current, config: Object.fromEntries(config) }
    })
  }
}

const columns = 'id, type, name, config, is_simulated, is_active'

async function find(pool: Pool, idOrName: string): Promise<Row> {
  const { rows } = await pool.query<Row>(`select ${columns} from channels`)
  const row = rows.find(({ id }) => toTypeId('ch', id) === idOrName) ?? rows.find(({ name }) => name === idOrName)
  if (!row) throw fieldError('channel', 'is neither the id nor the name of a channel')
  return row
}

async function simulatedOf(pool: Pool, type: string): Promise<Row | undefined> {
  const { rows } = await pool.query<Row>(`
    select ${columns} from channels where type = $1 and is_simulated order by is_active desc, id limit 1`, [type])
  return rows[0]
}

async function make(pool: Pool, secret: Buffer, keySeed: Buffer, type: string): Promise<Row> {
  const connector = knownConnector(type)
  const platform = platformOf(type)
  if (!platform) throw fieldError('type', `cannot be played; these can: ${playedTypes.join(', ')}`)
  const { config: clear } = newConfig(connector, platform.invent(keySeed))
  const config = encryptConfig(clear, secretNames(connector), secret)
  for (let number = 1; ; number++) {
    const name = `Simulated ${connector.label}${number === 1 ? '' : ` ${number}`}`
    try {
      const id = await createChannel(pool, {
        type, platformType: 'Enhanced', name, consentType: 'ImplicitOptIn', isoCountryCode: null, isActive: true, isSimulated: true,
        accountKey: connector.accountKey?.(clear) ?? null, config,
      })
      await wait(KNOWN_AFTER_MS)
      return { id, type, name, config, is_simulated: true, is_active: true }
    } catch (error) {
      if (!(error instanceof ChannelTakenError) || error.field !== 'name') throw error
    }
  }
}
