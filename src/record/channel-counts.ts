import type { Pool } from 'pg'

/**
 * What is counted of a channel: events taken in, events set aside, requests that were refused (signature), not understood, or
 * turned away because we were not ready; messages sent, and attempts to send that failed, by their kind; and what is worth nothing later,
 * like showing that somebody is writing, that failed.
 */
export type Counted = 'received' | 'set-aside' | 'refused' | 'unreadable' | 'turned-away' | 'sent' | 'typing-failed' | `failed:${string}`

interface Count {
  channelId: string
  type: string
  what: Counted
  /** Since the process began. */
  total: number
  /** Of it, what is in the table. */
  written: number
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
  #byChannel = new Map<string, Map<Counted, Count>>()
  #timer: NodeJS.Timeout | undefined
  #flushing: Promise<void> = Promise.resolve()

  constructor(pool: Pool, flushMs = FLUSH_MS) {
    this.#pool = pool
    this.#flushMs = flushMs
  }

  /** @param channelId uuid; @param type the connector's */
  add(channelId: string, type: string, what: Counted, count = 1, detail: string | null = null): void {
    const known = this.#byChannel.get(channelId)?.get(what) ?? this.#begin(channelId, type, what)
    known.total += count
    known.lastAt = Date.now()
    known.detail = detail
    if (!this.#timer) this.#flushLater()
  }

  /** Since the process began, by type of channel. */
  totals(): { type: string; outcome: Counted; count: number }[] {
    const totals = new Map<string, { type: string; outcome: Counted; count: number }>()
    for (const { type, what, total } of this.#all()) {
      totals.set(type + what, { type, outcome: what, count: total + (totals.get(type + what)?.count ?? 0) })
    }
    return [...totals.values()]
  }

  /** Writes what was counted. What cannot be written now is written later. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#flushing = this.#flushing.then(() => this.#write())
    await this.#flushing
  }

  #begin(channelId: string, type: string, what: Counted): Count {
    const counts = this.#byChannel.get(channelId) ?? new Map<Counted, Count>()
    const count: Count = { channelId, type, what, total: 0, written: 0, lastAt: 0, detail: null }
    this.#byChannel.set(channelId, counts.set(what, count))
    return count
  }

  #all(): Count[] {
    return [...this.#byChannel.values()].flatMap(counts => [...counts.values()])
  }

  #flushLater(): void {
    this.#timer ??= setTimeout(() => void this.flush(), this.#flushMs).unref()
  }

  async #write(): Promise<void> {
    const rows = this.#all().filter(({ total, written }) => total > written).map(count => ({ count, ...count }))
    if (rows.length === 0) return
    try {
      await this.#pool.query(addCounts, [
        rows.map(({ channelId }) => channelId), rows.map(({ what }) => what), rows.map(({ total, written }) => total - written),
        rows.map(({ lastAt }) => new Date(lastAt)), rows.map(({ detail }) => detail && storable(detail)),
      ])
      for (const { count, total } of rows) count.written = total
    } catch {
      this.#flushLater()
    }
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
