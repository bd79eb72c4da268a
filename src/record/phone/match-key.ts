import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max'
import { isPlainE164 } from './plain.ts'

/** Rises when the rules below change, or which identifiers are numbers: keys of older versions are made anew (`rekey`). */
export const PHONE_MATCH_VERSION = 2

export interface PhoneKey {
  /** The number in E.164 where it can be told; not the key of a platform, which stays as it was sent. */
  e164: string | null
  /** Equal for two spellings of one subscriber. For comparing only: nobody can be reached at it. */
  matchKey: string | null
}

/** The key of what is no number. */
export const noNumber: PhoneKey = { e164: null, matchKey: null }
/** The longest a number can be (ITU-T E.164), and shorter than any subscriber's: short codes, emergency numbers. */
const DIGITS_MAX = 15
const DIGITS_MIN = 8

/**
 * What a phone number means and is compared by.
 * @param number in any human spelling; with `+` or `00`, or national to `country`
 * @param country ISO 3166 alpha-2, for numbers without a country code
 */
export function phoneKey(number: string, country?: string | null): PhoneKey {
  if (isPlainE164(number)) return { e164: number, matchKey: subscriber(number) }
  const text = number.trim().replace(/^[a-z]+:/i, '')
  if (!/\d/.test(text) || /[A-Za-z]/.test(text.replace(/(ext|x)\.?\s*\d+$/i, ''))) return noNumber
  const spelled = text.replace(/^00(?=\d)/, '+')
  const parsed = parsePhoneNumberFromString(spelled, { extract: false, ...(country && { defaultCountry: country as CountryCode }) })
  // What the library finds impossible can be real all the same: platforms keep numbers as they once were.
  const e164 = parsed?.isValid() ? parsed.number : spelled.startsWith('+') ? untrunked(`+${spelled.replaceAll(/\D/g, '')}`) : parsed?.number
  if (!e164 || e164.length - 1 > DIGITS_MAX || e164.length - 1 < DIGITS_MIN) return noNumber
  return { e164, matchKey: subscriber(e164) }
}

/**
 * What an address of a phone channel means: platforms write numbers in full, some without the plus.
 * @param country of the channel, for those that are national all the same
 */
export const addressKey = (address: string, country?: string | null): PhoneKey => phoneKey(/^[1-9]/.test(address) ? `+${address}` : address, country)

/** `+44 (0)20 …` as people write it: the zero is for callers inside the country. Not in Italy and its like, where it belongs to the number. */
function untrunked(e164: string): string {
  const without = e164.replace(/^(\+(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3}))0/, '$1')
  return without !== e164 && parsePhoneNumberFromString(without)?.isValid() ? without : e164
}

/**
 * Countries in which one subscriber has two spellings:
 * - Brazil put a 9 before mobile numbers from 2012 to 2016 (Anatel, Resolução 553/2010); accounts made before keep the old spelling.
 *   Mobile numbers began with 6 to 9, so landlines (2 to 5) and 0800 never look alike.
 * - Mexico dialled a 1 before mobile numbers until August 2019 (IFT, Plan Técnico Fundamental de Numeración).
 * - Argentina puts a 9 before mobile numbers when called from abroad, and 15 after the area code inside the country.
 */
function subscriber(e164: string): string {
  const brazil = /^\+55([1-9]\d)9([6-9]\d{7})$/.exec(e164)
  if (brazil) return `+55${brazil[1]}${brazil[2]}`
  const mexico = /^\+521(\d{10})$/.exec(e164)
  if (mexico) return `+52${mexico[1]}`
  const argentina = /^\+549(\d{10})$/.exec(e164)
  if (argentina) return `+54${argentina[1]}`
  return e164
}
