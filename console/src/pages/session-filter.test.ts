import { expect, test } from 'vitest'
import { isFiltered, queryOf, readSessionFilter } from './session-filter.ts'

const noon = new Date(2026, 2, 10, 12)

test('what makes no sense in the address is left out', () => {
  const filter = readSessionFilter({ status: ['Nowhere'], open: 'yes', origin: 'toString', endedBy: 1, last: 'ever', other: 'x' })
  expect(isFiltered(filter)).toBe(false)
})

test('one status or several, each once', () => {
  expect(readSessionFilter({ status: 'Active' }).status).toEqual(['Active'])
  expect(readSessionFilter({ status: ['Active', 'Waiting', 'Active', 'x'] }).status).toEqual(['Active', 'Waiting'])
})

test('what the address says is what the API is asked', () => {
  const filter = readSessionFilter({ q: 'zoë', status: ['New'], open: true, origin: 'Help', channel: 'ch_1', owner: 'op_1', endedBy: 'Bot', last: 'today' })
  expect(queryOf(filter, noon)).toEqual({
    q: 'zoë',
    status: ['New'],
    open: true,
    origin: 'Help',
    channelId: 'ch_1',
    ownerId: 'op_1',
    endedBy: 'Bot',
    startedAfter: new Date(2026, 2, 10).toISOString(),
    startedBefore: undefined,
  })
})
