import type { IndividualKind, IndividualQuery } from '../../../src/contract/individuals.ts'
import { among, rangeOf, readPeriod, text, type Period } from '../parts/address.ts'
import { kindWords } from '../parts/record-words.ts'

/** What the address of the list says. */
export interface ContactFilter extends Period {
  q?: string
  kind?: IndividualKind
  account?: string
}

export const noFilter: ContactFilter = { q: undefined, kind: undefined, account: undefined, last: undefined, from: undefined, to: undefined }

/** Reads the address; what makes no sense is left out. */
export function readContactFilter(search: Record<string, unknown>): ContactFilter {
  return {
    q: text(search.q)?.slice(0, 200),
    kind: among(kindWords, search.kind),
    account: text(search.account),
    ...readPeriod(search),
  }
}

export const isFiltered = (filter: ContactFilter): boolean => Object.values(filter).some((value) => value !== undefined)

/** @returns the query for the API. */
export function queryOf(filter: ContactFilter, now: Date): Omit<IndividualQuery, 'cursor' | 'limit'> {
  const { after, before } = rangeOf(filter, now)
  return { q: filter.q, kind: filter.kind, accountId: filter.account, createdAfter: after, createdBefore: before }
}
