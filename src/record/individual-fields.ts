import type { IndividualKind, IndividualUpsert } from '../contract/individuals.ts'
import type { ExternalId } from './external-ids.ts'
import { phoneKey } from './phone/match-key.ts'
import { refused, type Refusal } from './save.ts'

export interface StoredPhone {
  number: string
  label: string | null
  e164: string | null
  matchKey: string | null
  isVerified: boolean
  isShared: boolean
}
export interface StoredEmail {
  email: string
  label: string | null
  isVerified: boolean
}
export type Attributes = Record<string, string | number | boolean | null>

/** What an individual consists of. `accountId` is a UUID. */
export interface IndividualFields {
  kind: IndividualKind
  name: string
  firstName: string | null
  lastName: string | null
  accountId: string | null
  language: string | null
  isoCountryCode: string | null
  attributes: Attributes
  phones: StoredPhone[]
  emails: StoredEmail[]
  externalIds: ExternalId[]
}

const ATTRIBUTES_MAX = 100
const NAME_MAX = 255

/**
 * The individual that a change makes of another, or of nobody. What the change leaves out stays; so do label, verification and
 * sharing of a phone or e-mail that is given again without them.
 * @param accounts ids of accounts that are there
 */
export function changedIndividual(before: IndividualFields | undefined, change: IndividualUpsert, accounts: Set<string>): IndividualFields | Refusal {
  const kind = before?.kind ?? change.kind
  if (!kind) return refused('invalid', 'kind', 'is required to create an individual')
  if (change.kind && change.kind !== kind) return refused('conflict', 'kind', `is ${kind}, and does not change`)
  if (change.accountId && kind !== 'contact') return refused('invalid', 'accountId', 'is for contacts alone')
  if (change.accountId && !accounts.has(change.accountId)) return refused('invalid', 'accountId', 'is not the id of an account')
  const name = nameOf(before, change)
  if (!name) return refused('invalid', 'name', 'is required, or firstName or lastName')
  const attributes = mergedAttributes(before?.attributes, change.attributes)
  if (!attributes) return refused('invalid', 'attributes', `may be ${ATTRIBUTES_MAX} at most`)
  const { phones = before?.phones ?? [], emails = before?.emails ?? [] } = change
  const isoCountryCode = changed(change.isoCountryCode, before?.isoCountryCode)
  return {
    kind,
    name,
    firstName: changed(change.firstName, before?.firstName)?.trim() ?? null,
    lastName: changed(change.lastName, before?.lastName)?.trim() ?? null,
    accountId: changed(change.accountId, before?.accountId),
    language: changed(change.language, before?.language),
    isoCountryCode,
    attributes,
    phones: firstOfEach(phones.map(given => phoneOf(given, before?.phones ?? [], isoCountryCode)), phone => phone.e164 ?? phone.number),
    emails: firstOfEach(emails.map(given => emailOf(given, before?.emails ?? [])), emailKey),
    externalIds: before?.externalIds ?? [],
  }
}

/** What e-mails are compared by: two that differ in case alone are one. */
export const emailKey = ({ email }: { email: string }): string => email.toLowerCase()

const changed = <T>(wanted: T | null | undefined, before: T | null | undefined): T | null => (wanted === undefined ? before ?? null : wanted)

/** The name as given, else made of first and last name; one that was made of them follows them. */
function nameOf(before: IndividualFields | undefined, change: IndividualUpsert): string | undefined {
  if (change.name !== undefined) return change.name.trim()
  const full = fullName({ firstName: changed(change.firstName, before?.firstName), lastName: changed(change.lastName, before?.lastName) })
  if (!before) return full
  return before.name === fullName(before) && full ? full : before.name
}
const fullName = ({ firstName, lastName }: Pick<IndividualFields, 'firstName' | 'lastName'>) =>
  [firstName, lastName].flatMap(part => part?.trim() || []).join(' ').slice(0, NAME_MAX)

/** @returns undefined when there are too many */
export function mergedAttributes(before: Attributes | undefined, change: Attributes | undefined): Attributes | undefined {
  const kept = Object.entries({ ...before, ...change }).filter(([, value]) => value !== null)
  return kept.length > ATTRIBUTES_MAX ? undefined : Object.fromEntries(kept)
}

function phoneOf(given: NonNullable<IndividualUpsert['phones']>[number], known: StoredPhone[], country: string | null): StoredPhone {
  const number = given.number.trim()
  const { e164, matchKey } = phoneKey(number, country)
  const same = known.find(phone => phone.number === number || (e164 !== null && phone.e164 === e164))
  return {
    number,
    label: changed(given.label, same?.label),
    e164,
    matchKey,
    isVerified: given.isVerified ?? same?.isVerified ?? false,
    isShared: given.isShared ?? same?.isShared ?? false,
  }
}

function emailOf(given: NonNullable<IndividualUpsert['emails']>[number], known: StoredEmail[]): StoredEmail {
  const same = known.find(email => emailKey(email) === emailKey(given))
  return { email: given.email, label: changed(given.label, same?.label), isVerified: given.isVerified ?? same?.isVerified ?? false }
}

function firstOfEach<T>(items: T[], keyOf: (item: T) => string): T[] {
  const first = new Map<string, T>()
  for (const item of items) if (!first.has(keyOf(item))) first.set(keyOf(item), item)
  return [...first.values()]
}
