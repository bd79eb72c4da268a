import type { RecordObject } from './external-ids.ts'
import { phoneKey } from './phone/match-key.ts'

type Value = string | number | boolean | null
/** A row as the database has it, by column. */
export type Row = Record<string, unknown> & { id: string }
interface PhoneRow extends Row {
  number: string
  e164: string | null
  is_verified: boolean
  is_shared: boolean
}
interface EmailRow extends Row {
  email: string
  match_key: string
  is_verified: boolean
}
/** A record that is merged: its row, its phones and its e-mails (none of an account). */
export interface Side {
  record: Row & { name: string; attributes: Record<string, Value> }
  phones: PhoneRow[]
  emails: EmailRow[]
}
/** Whose value stays, by the field's name in the API. */
export type Choices = Record<string, 'kept' | 'merged'>

/** What can be chosen, by the names of the API, with the columns. Attributes are chosen as `attributes.<name>`. */
export const mergeFields: Record<RecordObject, Record<string, string>> = {
  individual: {
    name: 'name', firstName: 'first_name', lastName: 'last_name', accountId: 'account_id', language: 'language', isoCountryCode: 'iso_country_code',
  },
  account: { name: 'name', website: 'website', isoCountryCode: 'iso_country_code' },
}

type Fields = Map<string, Value>

/** A record's values by field; a field without one is not in it. */
export function fieldsOf(object: RecordObject, { record }: Side): Fields {
  const own = Object.entries(mergeFields[object]).map(([field, column]) => [field, record[column] as Value] as const)
  const attributes = Object.entries(record.attributes).map(([name, value]) => [`attributes.${name}`, value] as const)
  return new Map([...own, ...attributes].filter(([, value]) => value !== null))
}

function withFields(object: RecordObject, side: Side, fields: Fields): Side {
  const own = Object.entries(mergeFields[object]).map(([field, column]) => [column, fields.get(field) ?? null])
  const attributes = [...fields].filter(([field]) => field.startsWith('attributes.')).map(([field, value]) => [field.slice('attributes.'.length), value])
  return { ...side, record: { ...side.record, ...Object.fromEntries(own), attributes: Object.fromEntries(attributes) } }
}

/**
 * What the kept record becomes: of each field the chosen value, else its own, else the other's; the phones and e-mails of both, where
 * one that both have is verified or shared if it was in either.
 */
export function merged(object: RecordObject, kept: Side, other: Side, choices: Choices): Side {
  const [mine, theirs] = [fieldsOf(object, kept), fieldsOf(object, other)]
  const fields: Fields = new Map()
  for (const field of new Set([...mine.keys(), ...theirs.keys()])) {
    const value = choices[field] === 'kept' ? mine.get(field) : choices[field] === 'merged' ? theirs.get(field) : mine.get(field) ?? theirs.get(field)
    if (value !== undefined) fields.set(field, value)
  }
  return {
    ...withFields(object, kept, fields),
    phones: union(kept.phones, other.phones, phoneIdentity, phoneFlags),
    emails: union(kept.emails, other.emails, emailIdentity, emailFlags),
  }
}

const ATTRIBUTES_MAX = 100
/** Phones, and e-mails. */
const LIST_MAX = 20
/** What a record would have too many of to be saved again. */
export function tooManyOf({ record, phones, emails }: Side): string | undefined {
  const counts = { attributes: Object.keys(record.attributes).length, phones: phones.length, 'e-mails': emails.length }
  const [what] = Object.entries(counts).find(([what, count]) => count > (what === 'attributes' ? ATTRIBUTES_MAX : LIST_MAX)) ?? []
  return what && `other ${what}: together they would be more than ${what === 'attributes' ? ATTRIBUTES_MAX : LIST_MAX}`
}

/**
 * Takes a change back, but for what was edited since: where `now` still is as `made`, it becomes as `wanted`. Phones and e-mails that
 * were added since stay, and what was removed since stays away.
 */
export function takenBack(object: RecordObject, made: Side, now: Side, wanted: Side): Side {
  const [was, is, will] = [fieldsOf(object, made), fieldsOf(object, now), fieldsOf(object, wanted)]
  const fields: Fields = new Map()
  for (const field of new Set([...is.keys(), ...will.keys()])) {
    const value = is.get(field) === was.get(field) ? will.get(field) : is.get(field)
    if (value !== undefined) fields.set(field, value)
  }
  return {
    ...withFields(object, now, fields),
    phones: listTakenBack(made.phones, now.phones, wanted.phones, numberOf, phoneFlags),
    emails: listTakenBack(made.emails, now.emails, wanted.emails, emailIdentity, emailFlags),
  }
}

/** Equal for two spellings of one number. Reckoned anew, because what was noted long ago may have a key of an older version. */
export const phoneIdentity = ({ number, e164 }: Pick<PhoneRow, 'number' | 'e164'>): string => (e164 === null ? null : phoneKey(e164).matchKey) ?? number
/** Within a record: it may have one number in both spellings. */
const numberOf = ({ number, e164 }: PhoneRow) => e164 ?? number
const emailIdentity = (email: EmailRow) => email.match_key
const phoneFlags = ['is_verified', 'is_shared'] as const
const emailFlags = ['is_verified'] as const

function union<T extends Row>(mine: T[], theirs: T[], identity: (item: T) => string, flags: readonly (keyof T)[]): T[] {
  const known = new Set(mine.map(identity))
  const both = mine.map(item => {
    const same = theirs.filter(other => identity(other) === identity(item))
    return { ...item, ...Object.fromEntries(flags.map(flag => [flag, item[flag] || same.some(other => other[flag])])) }
  })
  return [...both, ...theirs.filter(item => !known.has(identity(item)))]
}

function listTakenBack<T extends Row>(made: T[], now: T[], wanted: T[], identity: (item: T) => string, flags: readonly (keyof T)[]): T[] {
  const find = (items: T[], item: T) => items.find(other => identity(other) === identity(item))
  return now.flatMap(item => {
    const [before, after] = [find(made, item), find(wanted, item)]
    if (!before) return [item]
    if (!after) return []
    return [{ ...item, ...Object.fromEntries(flags.map(flag => [flag, item[flag] === before[flag] ? after[flag] : item[flag]])) }]
  })
}
