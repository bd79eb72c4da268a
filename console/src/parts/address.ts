/** A stretch of time in the address of a list. `from` and `to` are days of the operator's calendar, both included. */
export interface Period {
  last?: 'today' | '7d' | '30d' | 'custom'
  from?: string
  to?: string
}

export const periodWords = { today: 'Today', '7d': 'Last 7 days', '30d': 'Last 30 days', custom: 'Custom range…' } as const
const daysBack = { today: 0, '7d': 6, '30d': 29 }

type Search = Record<string, unknown>

// These read one value of an address; what makes no sense is left out.
export const among = <T extends string>(words: Record<T, unknown>, value: unknown) =>
  typeof value === 'string' && Object.hasOwn(words, value) ? (value as T) : undefined
export const text = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? String(value) || undefined : undefined
const day = (value: unknown) => (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? value : undefined)

export const readPeriod = (search: Search): Period => ({
  last: among(periodWords, search.last),
  from: day(search.from),
  to: day(search.to),
})

/** @returns ISO times; days begin and end at the operator's midnight. */
export function rangeOf({ last, from, to }: Period, now: Date): { after?: string; before?: string } {
  if (!last) return {}
  if (last === 'custom') {
    return {
      after: from && new Date(`${from}T00:00:00`).toISOString(),
      before: to && new Date(`${to}T23:59:59.999`).toISOString(),
    }
  }
  return { after: new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysBack[last]).toISOString() }
}
