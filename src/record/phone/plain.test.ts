import fc from 'fast-check'
import { getCountries, getCountryCallingCode, getExampleNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import examples from 'libphonenumber-js/examples.mobile.json' with { type: 'json' }
import { expect, test } from 'vitest'
import { isPlainE164 } from './plain.ts'

/** What the library makes of it. */
const isSame = (text: string) => {
  const parsed = parsePhoneNumberFromString(text, { extract: false })
  return parsed?.isValid() === true && parsed.number === text
}

test('what is taken for a plain number is one for the library too, in every country', () => {
  const taken = new Map<string, number>()
  const digits = fc.stringMatching(/^\d{4,12}$/)
  const near = fc.tuple(fc.constantFrom(...getCountries()), fc.nat(12), fc.nat(9), fc.boolean()).map(([country, place, digit, isLonger]) => {
    const number = getExampleNumber(country, examples)!.number
    return isLonger ? `${number.slice(0, place + 2)}${digit}${number.slice(place + 2)}` : `${number.slice(0, place + 2)}${digit}${number.slice(place + 3)}`
  })
  const any = fc.tuple(fc.constantFrom(...getCountries()), digits).map(([country, rest]) => `+${getCountryCallingCode(country)}${rest}`)
  fc.assert(fc.property(fc.oneof(near, any), text => {
    if (!isPlainE164(text)) return
    taken.set(text.slice(0, 3), 1)
    expect([text, isSame(text)]).toEqual([text, true])
  }), { numRuns: 20_000 })
  expect(taken.size).toBeGreaterThan(50)
})

test('usual numbers are plain, and others are left to the library', () => {
  expect(['+4915123456789', '+436641234567', '+5511987654321', '+33612345678', '+34612345678'].map(isPlainE164)).toEqual(Array(5).fill(true))
  expect(['4915123456789', '+49 1512 3456789', '+4901512345678', '+12125551234', '+393331234567', '+37582004910060', '+491', '+999123456789', ''].map(isPlainE164)).toEqual(Array(9).fill(false))
})
