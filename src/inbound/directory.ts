import type { Pool } from 'pg'
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
  #unsubscribe: () => void

  constructor(pool: Pool, secret: Buffer, changes: Changes) {
    this.#pool = pool
    this.#secret = secret
    this.#unsubscribe = changes.subscribe(event => {
      if (event.type !== 'messaging-user') this.#loadedAt = -Infinity
    })
  }

  /**
   * @param id as in the channel's address, `ch_…`; anything else is simply not found
   * @throws what the pool throws when the database is away and nothing was read yet
   */
  async find(id: string): Promise<OpenChannel | undefined> {
    await this.#refresh(this.#byId.has(id) ? REREAD_MS : UNKNOWN_REREAD_MS)
    return this.#byId.get(id)
  }

  /** Channels of one type and account: those that share a callback address with others. */
  async findByAccount(type: string, accountKey: string): Promise<OpenChannel | undefined> {
    await this.#refresh(REREAD_MS)
    for (const channel of this.#byId.values()) {
      if (channel.connector.type === type && channel.accountKey === accountKey) return channel
    }
    return undefined
  }

  stop(): void {
    this.#unsubscribe()
  }

  async #refresh(olderThanMs: number): Promise<void> {
    if (performance.now() - this.#loadedAt < olderThanMs) return
    // A database that is away must not close the door: what was read last goes on.
    this.#loading ??= this.load().finally(() => {
      this.#loading = undefined
    })
    await this.#loading.catch(error => {
      if (this.#byId.size === 0) throw error
    })
  }

  /** Reads all channels. @throws {Error} if a channel's secrets cannot be decrypted with the server's secret. */
  async load(): Promise<void> {
    const startedAt = performance.now()
    const { rows } = await this.#pool.query('select id, type, name, is_active, account_key, config from channels')
    const fresh = new Map<string, OpenChannel>()
    for (const row of rows) {
      const connector = connectorOf(row.type)
      if (!connector) continue // made by a newer version, or its connector was removed: the door does not know it
      const config = decryptConfig(row.config, secretNames(connector), this.#secret)
      fresh.set(toTypeId('ch', row.id), { id: row.id, name: row.name, isActive: row.is_active, accountKey: row.account_key, connector, config })
    }
    this.#byId = fresh
    this.#loadedAt = startedAt
  }
}

