import type { Pool } from 'pg'

/**
 * What is counted of a channel: events taken in, events set aside, requests that were refused (signature), not understood, or
 * turned away because we were not ready; messages sent, and attempts to send that failed, by their kind.
 */
export type Counted = 'received' | 'set-aside' | 'refused' | 'unreadable' | 'turned-away' | 'sent' | `failed:${string}`

interface Count {
  channelId: string
  what: Counted
  count: number
  lastAt: number
  /** Of the last one. */
  detail: string | null
}

const FLUSH_MS = 3000
const DETAIL_MAX = 500

// In one order, so that two processes never wait for each other; without channels that were deleted meanwhile.
const addCounts = `
  insert into channel_counts (channel_id, hour, what, count, last_at, detail)
  select c.id, date_trunc('hour', i.last_at, 'UTC'), i.what, i.count, i.last_at, i.detail
  from unnest($1::uuid[], $2::text[], $3::bigint[], $4::timestamptz[], $5::text[]) as i(channel_id, what, count, last_at, detail)
  join channels c on c.id = i.channel_id
  order by c.id, i.what
  on conflict (channel_id, hour, what) do update set
    count = channel_counts.count + excluded.count,
    detail = case when excluded.last_at < channel_counts.last_at then channel_counts.detail else excluded.detail end,
    last_at = greatest(channel_counts.last_at, excluded.last_at)`

/**
 * Counts in memory, and adds to the table at most every few seconds, everything in one statement: a flood of bad requests is one
 * write. What is kept in memory is bounded by the channels there are.
 */
export class ChannelCounts {
  #pool: Pool
  #flushMs: number
  #pending = new Map<string, Count>()
  #totals = new Map<string, { type: string; outcome: Counted; count: number }>()
  #timer: NodeJS.Timeout | undefined
  #flushing: Promise<void> = Promise.resolve()

  constructor(pool: Pool, flushMs = FLUSH_MS) {
    this.#pool = pool
    this.#flushMs = flushMs
  }

  /** @param type the connector's */
  add(channelId: string, type: string, what: Counted, count = 1, detail: string | null = null): void {
    this.#merge({ channelId, what, count, lastAt: Date.now(), detail })
    const total = this.#totals.get(type + what)
    if (total) total.count += count
    else this.#totals.set(type + what, { type, outcome: what, count })
    this.#timer ??= setTimeout(() => void this.flush(), this.#flushMs).unref()
  }

  /** Since the process began. */
  totals(): Iterable<{ type: string; outcome: Counted; count: number }> {
    return this.#totals.values()
  }

  /** Writes what was counted. What cannot be written now is written later. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#flushing = this.#flushing.then(() => this.#write())
    await this.#flushing
  }

  async #write(): Promise<void> {
    const counts = [...this.#pending.values()]
    if (counts.length === 0) return
    this.#pending.clear()
    try {
      await this.#pool.query(addCounts, [
        counts.map(({ channelId }) => channelId), counts.map(({ what }) => what), counts.map(({ count }) => count),
        counts.map(({ lastAt }) => new Date(lastAt)), counts.map(({ detail }) => detail && storable(detail)),
      ])
    } catch {
      for (const count of counts) this.#merge(count)
      this.#timer ??= setTimeout(() => void this.flush(), this.#flushMs).unref()
    }
  }

  #merge(more: Count): void {
    const key = more.channelId + more.what
    const known = this.#pending.get(key)
    if (!known) return void this.#pending.set(key, more)
    known.count += more.count
    if (more.lastAt < known.lastAt) return
    known.lastAt = more.lastAt
    known.detail = more.detail
  }
}

/** The caller may have a say in it. */
const storable = (text: string) => text.slice(0, DETAIL_MAX).toWellFormed().replaceAll('\0', '\uFFFD')

/** Removes counts older than eight days, but the last of each kind: it tells when that last happened. */
export async function pruneCounts(pool: Pool): Promise<void> {
  await pool.query(`
    delete from channel_counts o where o.hour < now() - interval '8 days'
      and exists (select from channel_counts n where n.channel_id = o.channel_id and n.what = o.what and n.hour > o.hour)`)
}
