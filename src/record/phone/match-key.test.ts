import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { phoneKey } from './match-key.ts'

describe('one subscriber, several spellings', () => {
  test.each([
    ['Brazil, mobile with and without the ninth digit', ['+5511987654321', '+551187654321', '0055 11 98765-4321', 'whatsapp:+5511987654321']],
    ['Mexico, with and without the 1', ['+5215512345678', '+525512345678', '+52 55 1234 5678']],
    ['Argentina, with and without the 9', ['+5491123456789', '+541123456789', '+54 9 11 2345-6789']],
    ['United Kingdom, with the zero in brackets', ['+44 (0)20 7946 0958', '+442079460958', '0044 20 7946 0958']],
    ['Germany, with the zero in brackets', ['+49 (0) 151 23456789', '+4915123456789']],
  ])('%s', (_, spellings) => {
    const keys = spellings.map(number => phoneKey(number).matchKey)
    expect(keys[0]).not.toBeNull()
    expect(new Set(keys)).toEqual(new Set([keys[0]]))
  })

  test.each([
    ['DE', '0151 23456789', '+4915123456789'],
    ['AR', '011 15 2345-6789', '+5491123456789'],
    ['GB', '020 7946 0958', '+442079460958'],
    ['IT', '06 6982 1234', '+390669821234'],
    ['US', '(415) 555-2671', '+14155552671'],
  ])('a number national to %s: %s', (country, national, international) => {
    expect(phoneKey(national, country).matchKey).toBe(phoneKey(international).matchKey)
    expect(phoneKey(national, country).matchKey).not.toBeNull()
  })
})

describe('numbers that are different stay different', () => {
  test.each([
    ['a Brazilian landline and a mobile number', '+551132345678', '+5511932345678'],
    ['Brazilian areas', '+5511987654321', '+5521987654321'],
    ['an Italian landline with its zero and a mobile number without', '+390612345678', '+39612345678'],
    ['Brazilian toll-free numbers', '+558001234567', '+5580901234567'],
    ['countries', '+4915123456789', '+4315123456789'],
  ])('%s', (_, one, other) => {
    expect(phoneKey(one).matchKey).not.toBe(phoneKey(other).matchKey)
  })
})

test('what is no subscriber’s number has no key', () => {
  for (const text of ['', 'unknown', '110', '12345', 'Acme', '1e5', '+', '+12', '4.91512E+12', '++++++', '123456789012345678', '0151 23456789']) {
    expect(phoneKey(text)).toEqual({ e164: null, matchKey: null })
  }
})

test('keys are the same for a key’s own key, and nothing makes it throw', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\+?[0-9 ()-]{0,20}$/)), fc.constantFrom(undefined, 'DE', 'BR', 'XX'), (text, country) => {
    const { e164, matchKey } = phoneKey(text, country)
    expect(matchKey === null).toBe(e164 === null)
    expect(matchKey === null ? null : phoneKey(matchKey).matchKey).toBe(matchKey)
  }), { numRuns: 2000 })
})
