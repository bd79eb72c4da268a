import type { MessagingUserQuery } from '../../../src/contract/messaging-users.ts'
import { consentWords } from '../parts/words.ts'

/** What the address of the list says. `from` and `to` are days of the operator's calendar, both included. */
export interface UserFilter {
  q?: string
  channel?: string
  consent?: MessagingUserQuery['consentStatus']
  last?: 'today' | '7d' | '30d' | 'custom'
  from?: string
  to?: string
}

export const lastWords = { today: 'Today', '7d': 'Last 7 days', '30d': 'Last 30 days', custom: 'Custom range…' } as const
const daysBack = { today: 0, '7d': 6, '30d': 29 }

const among = <T extends string>(words: Record<T, unknown>, value: unknown) =>
  typeof value === 'string' && Object.hasOwn(words, value) ? (value as T) : undefined
const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) || undefined : undefined)
const day = (value: unknown) => (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? value : undefined)

/** Reads the address; what makes no sense is left out. */
export function readUserFilter(search: Record<string, unknown>): UserFilter {
  return {
    q: text(search.q)?.slice(0, 200),
    channel: text(search.channel),
    consent: among(consentWords, search.consent),
    last: among(lastWords, search.last),
    from: day(search.from),
    to: day(search.to),
  }
}

export function isFiltered({ q, channel, consent, last }: UserFilter): boolean {
  return Boolean(q || channel || consent || last)
}

/** @returns the query for the API; days begin and end at the operator's midnight. */
export function queryOf(filter: UserFilter, now: Date): Omit<MessagingUserQuery, 'cursor' | 'limit'> {
  return { q: filter.q, channelId: filter.channel, consentStatus: filter.consent, ...lastMessageRange(filter, now) }
}

function lastMessageRange({ last, from, to }: UserFilter, now: Date) {
  if (!last) return {}
  if (last === 'custom') {
    return {
      lastMessageAfter: from && new Date(`${from}T00:00:00`).toISOString(),
      lastMessageBefore: to && new Date(`${to}T23:59:59.999`).toISOString(),
    }
  }
  return { lastMessageAfter: new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysBack[last]).toISOString() }
}
