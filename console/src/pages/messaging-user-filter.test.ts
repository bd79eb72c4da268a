import { expect, test } from 'vitest'
import { isFiltered, queryOf, readUserFilter } from './messaging-user-filter.ts'

const noon = new Date(2026, 2, 10, 12)
const midnight = (day: number) => new Date(2026, 2, day).toISOString()

test('what makes no sense in the address is left out', () => {
  const filter = readUserFilter({ q: '', consent: 'toString', last: 'never', from: '10.3.2026', other: 'x' })
  expect(isFiltered(filter)).toBe(false)
  expect(queryOf(filter, noon)).toEqual({ q: undefined, channelId: undefined, consentStatus: undefined })
})

test('a phone number in the address stays text', () => {
  expect(readUserFilter({ q: 393205551000 }).q).toBe('393205551000')
})

test('days begin at the operator’s midnight and include the last one', () => {
  expect(queryOf({ last: 'today' }, noon).lastMessageAfter).toBe(midnight(10))
  expect(queryOf({ last: '7d' }, noon).lastMessageAfter).toBe(midnight(4))
  const { lastMessageAfter, lastMessageBefore } = queryOf({ last: 'custom', from: '2026-03-01', to: '2026-03-02' }, noon)
  expect(lastMessageAfter).toBe(midnight(1))
  expect(new Date(lastMessageBefore!).getTime()).toBe(new Date(2026, 2, 3).getTime() - 1)
})
