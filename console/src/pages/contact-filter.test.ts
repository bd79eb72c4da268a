import { expect, test } from 'vitest'
import { isFiltered, queryOf, readContactFilter } from './contact-filter.ts'

test('an address is read, and what makes no sense is left out', () => {
  const filter = readContactFilter({ q: 'ada', kind: 'lead', last: 'today', account: '' })
  expect(filter).toMatchObject({ q: 'ada', kind: 'lead', last: 'today', account: undefined })
  expect(isFiltered(filter)).toBe(true)
  expect(isFiltered(readContactFilter({ kind: 'robot', last: 'ever' }))).toBe(false)
})

test('days begin at midnight', () => {
  const now = new Date(2026, 2, 10, 15, 30)
  expect(queryOf({ kind: 'contact', last: 'today' }, now)).toMatchObject({ kind: 'contact', createdAfter: new Date(2026, 2, 10).toISOString() })
})
