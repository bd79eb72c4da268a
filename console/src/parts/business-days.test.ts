import { expect, test } from 'vitest'
import { businessDaysLeft } from './business-days.ts'

// Wednesday is 4 March 2026.
test.each([
  ['2026-03-04T10:00Z', '2026-03-04T16:00Z', 0],
  ['2026-03-04T10:00Z', '2026-03-04T09:59Z', -1],
  ['2026-03-04T10:00Z', '2026-03-05T09:00Z', 1],
  ['2026-03-06T10:00Z', '2026-03-09T09:00Z', 1],
  ['2026-03-07T10:00Z', '2026-03-10T09:00Z', 2],
  ['2026-03-04T10:00Z', '2026-03-18T10:00Z', 10],
])('from %s to %s there are %i business days', (now, due, days) => {
  expect(businessDaysLeft(Date.parse(now), Date.parse(due))).toBe(days)
})
