import type { Pool } from 'pg'
import { ApiError } from '../api/errors.ts'
import { secretNames, type Connector } from '../connectors/connector.ts'
import { connectorOf } from '../connectors/registry.ts'
import { toTypeId } from '../ids.ts'
import type { Changes } from '../outbound/changes.ts'
import { decryptConfig } from '../record/secrets.ts'

/** A channel as the door needs it: with its connector and its settings in clear. */
export interface OpenChannel {
  /** uuid */
  id: string
  name: string
  isActive: boolean
  accountKey: string | null
  connector: Connector
  config: Record<string, unknown>
}

const REREAD_MS = 10_000
/** Another process may have made the channel a moment ago; asking more often would let strangers keep the database busy. */
const UNKNOWN_REREAD_MS = 500
/** A database that does not answer within this time is away. */
const SILENCE_MS = 2_000
/** After a failure the next attempt comes so much later. */
const RETRY_MS = 500

/**
 * All channels, in memory: the door is asked thousands of times a second, and channels change a few times a year.
 * A change anywhere arrives by `changes`; a lost notification is made up for by reading again now and then.
 */
export class ChannelDirectory {
  #pool: Pool
  #secret: Buffer
  #byId = new Map<string, OpenChannel>()
  #loading: Promise<void> | undefined
  #loadedAt = -Infinity
  /** How often a change was told of: what was read before the last time is old. */
  #told = 0
  #unsubscribe: () => void

  constructor(pool: Pool, secret: Buffer, changes: Changes) {
    this.#pool = pool
    this.#secret = secret
    this.#unsubscribe = changes.subscribe((event, isGap) => {
      // Many changes are of people, twenty times a second under load: no reason to read all channels.
      if (event.type !== 'channel' && !isGap) return
      this.#told++
      this.#loadedAt = -Infinity
      // At once, so that a new channel is known even if the database goes away before its first webhook.
      if (event.type === 'channel') void this.#refreshKnown()
    })
  }

  /**
   * A channel that is known is found also while the database is away.
   * @param id as in the channel's address, `ch_…`; anything else is simply not found
   * @throws {ApiError} unavailable: it is not known, and the database is away
   */
  async find(id: string): Promise<OpenChannel | undefined> {
    if (this.#byId.has(id)) {
      if (this.#isOld(REREAD_MS)) await this.#refreshKnown()
    } else {
      await this.#refresh(UNKNOWN_REREAD_MS).catch(error => {
        throw Object.assign(new ApiError('unavailable', 'The database is away, and the channel is not known without it'), { cause: error })
      })
    }
    return this.#byId.get(id)
  }

  /** Channels of one type and account: those that share a callback address with others. */
  async findByAccount(type: string, accountKey: string): Promise<OpenChannel | undefined> {
    await this.#refreshKnown()
    for (const channel of this.#byId.values()) {
      if (channel.connector.type === type && channel.accountKey === accountKey) return channel
    }
    return undefined
  }

  stop(): void {
    this.#unsubscribe()
  }

  /** Waits only if a change was told of. A database that is away must not close the door: what was read last goes on. */
  async #refreshKnown(): Promise<void> {
    const refreshed = this.#refresh(REREAD_MS).catch(() => {})
    if (this.#loadedAt === -Infinity) await refreshed
  }

  #isOld(ms: number): boolean {
    return performance.now() - this.#loadedAt >= ms
  }

  async #refresh(olderThanMs: number): Promise<void> {
    if (!this.#isOld(olderThanMs)) return
    this.#loading ??= within(SILENCE_MS, this.load()).catch(error => {
      this.#loadedAt = performance.now() - REREAD_MS + RETRY_MS
      throw error
    }).finally(() => {
      this.#loading = undefined
    })
    await this.#loading
  }

  /** Reads all channels. @throws {Error} if a channel's secrets cannot be decrypted with the server's secret. */
  async load(): Promise<void> {
    const startedAt = performance.now()
    const told = this.#told
    const { rows } = await this.#pool.query('select id, type, name, is_active, account_key, config from channels')
    const fresh = new Map<string, OpenChannel>()
    for (const row of rows) {
      const connector = connectorOf(row.type)
      if (!connector) continue // made by a newer version, or its connector was removed: the door does not know it
      const config = decryptConfig(row.config, secretNames(connector), this.#secret)
      fresh.set(toTypeId('ch', row.id), { id: row.id, name: row.name, isActive: row.is_active, accountKey: row.account_key, connector, config })
    }
    this.#byId = fresh
    if (told === this.#told) this.#loadedAt = startedAt
  }
}

/** @throws {Error} if the promise has not settled in time; it goes on all the same. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The database does not answer')), ms)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
