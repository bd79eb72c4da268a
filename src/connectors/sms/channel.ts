// What every SMS channel has in common, whichever provider carries it.
import { Type } from 'typebox'
import type { Identifier, Traits } from '../connector.ts'

export const traits: Traits = { massCreate: true, businessInitiated: true, keyKind: 'phone', tiers: true }

/** For what a provider gives to prove who is who: one word, shown once. */
export const secretWord = { secret: true, minLength: 1, maxLength: 128, pattern: '^\\S+$' }

/** The business's own number. @param example as the provider writes it */
export const phoneNumber = (example: string) => Type.String({
  title: 'Phone number', description: `The business’s number or short code, e.g. ${example}`, pattern: '^\\+?\\d{3,15}$',
})

/** For providers that write numbers with and without the plus: without it, both are the same. */
export const withoutPlus = (number: string): string => number.replace(/^\+/, '')

/** Whoever has a number, as all write it who write the plus. */
export const keysOfPhone = (e164: string): Identifier[] => [{ kind: 'phone', key: e164 }]
/** As those write it who leave the plus away; with it, they are what everybody else writes. */
export const keysWithoutPlus = (e164: string): Identifier[] => [{ kind: 'phone', key: withoutPlus(e164) }, ...keysOfPhone(e164)]
