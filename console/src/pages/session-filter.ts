import type { EndedBy, SessionOrigin, SessionQuery, SessionStatus } from '../../../src/contract/sessions.ts'
import { among, rangeOf, readPeriod, text, type Period } from '../parts/address.ts'
import { endedByWords, originWords, sessionWords } from '../parts/words.ts'

/** What the address of the list says. */
export interface SessionFilter extends Period {
  q?: string
  status?: SessionStatus[]
  open?: true
  origin?: SessionOrigin
  channel?: string
  owner?: string
  endedBy?: EndedBy
}

export const noFilter: SessionFilter = {
  q: undefined,
  status: undefined,
  open: undefined,
  origin: undefined,
  channel: undefined,
  owner: undefined,
  endedBy: undefined,
  last: undefined,
  from: undefined,
  to: undefined,
}

/** Reads the address; what makes no sense is left out. */
export function readSessionFilter(search: Record<string, unknown>): SessionFilter {
  const statuses = [search.status].flat().flatMap((status) => among(sessionWords, status) ?? [])
  return {
    q: text(search.q)?.slice(0, 200),
    status: statuses.length > 0 ? [...new Set(statuses)] : undefined,
    open: search.open === true ? true : undefined,
    origin: among(originWords, search.origin),
    channel: text(search.channel),
    owner: text(search.owner),
    endedBy: among(endedByWords, search.endedBy),
    ...readPeriod(search),
  }
}

export const isFiltered = (filter: SessionFilter): boolean => Object.values(filter).some((value) => value !== undefined)

/** @returns the query for the API. */
export function queryOf(filter: SessionFilter, now: Date): Omit<SessionQuery, 'cursor' | 'limit'> {
  const { q, status, open, origin, channel, owner, endedBy } = filter
  const { after, before } = rangeOf(filter, now)
  return { q, status, open, origin, channelId: channel, ownerId: owner, endedBy, startedAfter: after, startedBefore: before }
}
