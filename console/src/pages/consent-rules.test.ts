import { expect, test } from 'vitest'
import type { ConsentEvent } from '../../../src/contract/consent.ts'
import { consentTo, recordable, whyNot } from './consent-rules.ts'

test.each([
  [null, false, 'ImplicitlyOptedIn ExplicitlyOptedIn OptedOut'],
  ['ImplicitlyOptedIn', false, 'ImplicitlyOptedIn ExplicitlyOptedIn OptedOut'],
  ['ExplicitlyOptedIn', false, 'ExplicitlyOptedIn OptedOut'],
  ['ExplicitlyOptedIn', true, 'ExplicitlyOptedIn DoublyOptedIn OptedOut'],
  ['DoublyOptedIn', false, 'ExplicitlyOptedIn DoublyOptedIn OptedOut'],
  ['OptedOut', false, 'ExplicitlyOptedIn OptedOut'],
] as const)('of somebody who is %s (second word awaited: %s) one can record %s', (status, isPending, expected) => {
  expect(recordable({ status, isPending }).join(' ')).toBe(expected)
})

test('an opt-out is not undone by an implied consent', () => {
  expect(whyNot('ImplicitlyOptedIn', { status: 'OptedOut', isPending: false })).toMatch(/explicit yes/)
})

test('what the latest line says of a purpose counts, whatever others say', () => {
  const lines = [
    { purpose: 'all', toStatus: 'OptedOut' },
    { purpose: 'marketing', toStatus: 'ExplicitlyOptedIn' },
    { purpose: 'marketing', toStatus: 'OptedOut' },
  ] as ConsentEvent[]
  expect(consentTo('marketing', lines).status).toBe('ExplicitlyOptedIn')
  expect(consentTo('service', lines).status).toBeNull()
})
