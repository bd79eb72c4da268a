import { Client, type ClientConfig, type Pool } from 'pg'
import type { ChangeEvent } from '../contract/events.ts'
import { toTypeId } from '../ids.ts'

/**
 * Tells every Muster process on this database what changed, and each tells its listeners (the live stream, caches).
 * It promises speed, not delivery: a listener that missed something reads again. What must not be lost is in the record.
 */
export interface Changes {
  publish(events: ChangeEvent[]): void
  /** The same for messaging users by uuid, as the record knows them. */
  publishUsers(users: { userId: string; channelId: string }[]): void
  /**
   * @param listener hears with `many` whether changes of any kind may have been missed because the connection was lost; else they are
   * changes of records, and channels that changed are named all the same
   * @returns the function that ends the subscription
   */
  subscribe(listener: (event: ChangeEvent, isGap?: true) => void): () => void
  stop(): Promise<void>
}

const CHANNEL = 'muster_changes'
/** Changes within this time are told together. The first after a pause is told at once. */
const GATHER_MS = 50
/** A notification holds 8,000 bytes: beyond this many changes at once, listeners are told to read everything again. */
const NAMED_MAX = 50
const CHANNELS_MAX = 20
const RECONNECT_MS = 1000

export async function createChanges(connection: ClientConfig, pool: Pool): Promise<Changes> {
  const listeners = new Set<(event: ChangeEvent, isGap?: true) => void>()
  const pending = new Map<string, () => ChangeEvent>()
  /** The door knows channels by heart: it is told which, however much else changes. */
  const channels = new Map<string, ChangeEvent & { type: 'channel' }>()
  let timer: NodeJS.Timeout | undefined
  let sending: Promise<unknown> = Promise.resolve()
  const deliver = (event: ChangeEvent, isGap?: true) => listeners.forEach(listener => listener(event, isGap))
  const stopListening = await listen(connection, payload => {
    for (const event of JSON.parse(payload) as ChangeEvent[]) deliver(event)
  }, () => deliver({ type: 'many' }, true))

  const send = () => {
    timer = undefined
    if (pending.size + channels.size === 0) return
    const others: ChangeEvent[] = pending.size > NAMED_MAX ? [{ type: 'many' }] : [...pending.values()].map(make => make())
    const named = [...channels.values()].slice(0, CHANNELS_MAX) // the others in the next round
    pending.clear()
    for (const channel of named) channels.delete(channel.id)
    // Failing to tell is no failure of what was done; the listeners are told to read again once the connection is back.
    sending = pool.query('select pg_notify($1, $2)', [CHANNEL, JSON.stringify([...named, ...others])]).catch(() => {})
    timer = setTimeout(send, GATHER_MS)
  }
  const wake = () => {
    timer ??= setTimeout(send, 0)
  }
  const add = (key: string, make: () => ChangeEvent) => {
    // 'many' is known to be the answer: remembering more would only cost memory
    if (pending.size <= NAMED_MAX) pending.set(key, make)
    wake()
  }
  return {
    publish: events => {
      for (const event of events) {
        if (event.type === 'channel') {
          deliver(event) // who changed a channel finds it changed at once, at least here
          channels.set(event.id, event)
          wake()
        } else add(event.type === 'typing' ? `typing ${event.id}` : JSON.stringify(event), () => event)
      }
    },
    publishUsers: users => {
      for (const { userId, channelId } of users) {
        add(userId, () => ({ type: 'messaging-user', id: toTypeId('mu', userId), channelId: toTypeId('ch', channelId) }))
      }
    },
    subscribe: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop: async () => {
      clearTimeout(timer)
      await sending
      await stopListening()
    },
  }
}

/** Tells every Muster process on this database to read again, from a process that is none. */
export async function tellOfMany(pool: Pool): Promise<void> {
  await pool.query('select pg_notify($1, $2)', [CHANNEL, JSON.stringify([{ type: 'many' }])])
}

/** Listens on a connection of its own, and connects again when it is lost. `onGap` is called after every loss. */
async function listen(connection: ClientConfig, onPayload: (payload: string) => void, onGap: () => void): Promise<() => Promise<void>> {
  let stopped = false
  let client: Client | undefined
  const connect = async () => {
    const fresh = new Client(connection)
    fresh.on('error', () => {}) // 'end' follows
    fresh.on('notification', ({ payload }) => onPayload(payload ?? '[]'))
    await fresh.connect()
    await fresh.query(`listen ${CHANNEL}`)
    fresh.once('end', reconnect)
    client = fresh
  }
  const reconnect = () => {
    if (stopped) return
    connect().then(onGap, () => setTimeout(reconnect, RECONNECT_MS).unref())
  }
  await connect()
  return async () => {
    stopped = true
    await client?.end()
  }
}
