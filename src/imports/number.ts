import { getCountryCallingCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { noNumber, phoneKey, type PhoneKey } from '../record/phone/match-key.ts'
import { isPlainE164 } from '../record/phone/plain.ts'

/**
 * What a number in a file means, in any human spelling. With a plus or 00 it is taken as it is, else as a number of `country`; if there
 * is no such number, or it begins with the country's own code, as one whose plus got lost.
 */
export function numberOf(text: string, country: string | null): PhoneKey {
  const spelled = text.trim().replace(/^[a-z]+:/i, '').trim() // providers write what it is a number of before it
  if (/^(?:\+|00)/.test(spelled)) return phoneKey(spelled)
  const national = () => (country ? phoneKey(spelled, country) : noNumber)
  const international = () => (/^[1-9]/.test(spelled) ? phoneKey(`+${spelled}`) : noNumber)
  const isOwnCode = country && isSupportedCountry(country) && spelled.startsWith(getCountryCallingCode(country))
  for (const read of isOwnCode ? [international, national] : [national, international]) {
    const key = read()
    if (key.e164 && (isPlainE164(key.e164) || parsePhoneNumberFromString(key.e164)?.isValid())) return key
  }
  return noNumber
}

/** As spreadsheets write long numbers that they took for amounts: the last digits are gone. */
export const isShortened = (text: string): boolean => /^\s*\d+(?:[.,]\d+)?e\+?\d+\s*$/i.test(text)
