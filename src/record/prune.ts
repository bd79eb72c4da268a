import type { Pool } from 'pg'

const DAYS = 30

/**
 * Removes what receiving needs only for a while, older than 30 days, in bounded chunks:
 * - ids of events that were applied. They recognise redeliveries, and the most patient platform redelivers for seven
 *   days. A message is recognised by its own id even after that.
 * - receipts, edits and deletions whose message has not come in all this time, and will not.
 * @returns how many were removed
 */
export async function pruneInbound(pool: Pool, now: Date, chunk = 10_000): Promise<number> {
  const before = new Date(now.getTime() - DAYS * 24 * 3_600_000).toISOString()
  let removed = 0
  for (const table of ['inbound_events', 'waiting_events']) {
    let count: number
    do {
      const { rowCount } = await pool.query(
        `delete from ${table} where ctid = any(array(select ctid from ${table} where received_at < $1 limit $2))`, [before, chunk])
      count = rowCount ?? 0
      removed += count
    } while (count === chunk)
  }
  return removed
}
