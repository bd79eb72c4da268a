import { expect, test } from 'vitest'
import { formatDuration, formatRelative, humanise, initials } from './format.ts'

test.each([
  ['Ana Maria Rossi', 'AR'],
  ['zé', 'Z'],
  ['田中 美咲', '田美'],
  ['🦊 Foxy 🦊', 'F'],
  ['+39 320 555 1007', '07'],
  ['🦊', '#'],
  ['O’Brien', 'OB'],
])('the initials of %s are %s', (name, expected) => expect(initials(name)).toBe(expected))

test.each([
  [10, 'just now'],
  [5 * 60, '5 min. ago'],
  [3 * 3600, '3 hr. ago'],
  [26 * 3600, 'yesterday'],
  [40 * 86_400, '29 Jan 2026'],
])('%i seconds ago is %s', (seconds, expected) => {
  const now = Date.UTC(2026, 2, 10, 12)
  expect(formatRelative(new Date(now - seconds * 1000).toISOString(), now)).toBe(expected)
})

test('names of fields become words', () => expect(humanise('isoCountryCode')).toBe('Iso country code'))

test.each([
  [0, '0 s'],
  [59, '59 s'],
  [89, '1 min'],
  [3599, '1 h'],
  [5400, '1 h 30 min'],
  [3 * 86_400 + 7 * 3600 + 125, '3 d 7 h'],
])('%i seconds last %s', (seconds, expected) => expect(formatDuration(seconds)).toBe(expected))
