import type { MessagingUserQuery } from '../../../src/contract/messaging-users.ts'
import { among, rangeOf, readPeriod, text, type Period } from '../parts/address.ts'
import { consentWords } from '../parts/words.ts'

/** What the address of the list says. */
export interface UserFilter extends Period {
  q?: string
  channel?: string
  consent?: MessagingUserQuery['consentStatus']
}

/** Reads the address; what makes no sense is left out. */
export function readUserFilter(search: Record<string, unknown>): UserFilter {
  return {
    q: text(search.q)?.slice(0, 200),
    channel: text(search.channel),
    consent: among(consentWords, search.consent),
    ...readPeriod(search),
  }
}

export function isFiltered({ q, channel, consent, last }: UserFilter): boolean {
  return Boolean(q || channel || consent || last)
}

/** @returns the query for the API. */
export function queryOf(filter: UserFilter, now: Date): Omit<MessagingUserQuery, 'cursor' | 'limit'> {
  const { after, before } = rangeOf(filter, now)
  return {
    q: filter.q,
    channelId: filter.channel,
    consentStatus: filter.consent,
    lastMessageAfter: after,
    lastMessageBefore: before,
  }
}
