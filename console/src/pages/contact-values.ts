import type { Individual, IndividualKind, IndividualUpdate } from '../../../src/contract/individuals.ts'
import { attributeRows, changedAttributes, type AttributeRow } from '../parts/attribute-rows.ts'
import type { Choice } from '../parts/record-picker.tsx'

/** What the form holds. */
export interface ContactValues {
  kind: IndividualKind
  firstName: string
  lastName: string
  /** Empty as long as it is made of first and last name. */
  name: string
  account: Choice | null
  language: string
  isoCountryCode: string
  phones: { number: string; label: string; isVerified: boolean; isShared: boolean }[]
  emails: { email: string; label: string; isVerified: boolean }[]
  externalIds: Individual['externalIds']
  attributes: AttributeRow[]
}

export const emptyPhone = { number: '', label: '', isVerified: false, isShared: false }
export const emptyEmail = { email: '', label: '', isVerified: false }

export const emptyContact: ContactValues = {
  kind: 'contact', firstName: '', lastName: '', name: '', account: null, language: '', isoCountryCode: '',
  phones: [], emails: [], externalIds: [], attributes: [],
}

const joined = (first: string | null, last: string | null) => [first, last].filter(Boolean).join(' ')

export function valuesOf(individual: Individual): ContactValues {
  const { kind, name, firstName, lastName, accountId, accountName, language, isoCountryCode, phones, emails, externalIds, attributes } = individual
  return {
    kind,
    firstName: firstName ?? '',
    lastName: lastName ?? '',
    name: name === joined(firstName, lastName) ? '' : name,
    account: accountId ? { id: accountId, name: accountName ?? accountId } : null,
    language: language ?? '',
    isoCountryCode: isoCountryCode ?? '',
    phones: phones.map(({ number, label, isVerified, isShared }) => ({ number, label: label ?? '', isVerified, isShared })),
    emails: emails.map(({ email, label, isVerified }) => ({ email, label: label ?? '', isVerified })),
    externalIds,
    attributes: attributeRows(attributes),
  }
}

const orNull = (text: string) => text.trim() || null

const listsOf = ({ phones, emails, externalIds }: ContactValues) => ({
  phones: phones.map((phone) => ({ ...phone, number: phone.number.trim(), label: orNull(phone.label) })),
  emails: emails.map((email) => ({ ...email, email: email.email.trim(), label: orNull(email.label) })),
  externalIds: externalIds.map(({ system, externalId }) => ({ system: system.trim(), externalId: externalId.trim() })),
})

/**
 * What is sent to create or change an individual. A name that is not given is made of first and last name by the server. Lists that were not
 * touched are left out: what somebody else did to them meanwhile stays.
 */
export function bodyOf(values: ContactValues, before?: Individual): IndividualUpdate {
  const lists = listsOf(values)
  const known = before && listsOf(valuesOf(before))
  const isTouched = (list: keyof typeof lists) => !known || JSON.stringify(lists[list]) !== JSON.stringify(known[list])
  const name = values.name.trim() || joined(values.firstName.trim(), values.lastName.trim())
  return {
    ...(name !== '' && name !== before?.name && { name }),
    firstName: orNull(values.firstName),
    lastName: orNull(values.lastName),
    // An account is for contacts alone.
    ...(values.kind === 'contact' && { accountId: values.account?.id ?? null }),
    language: orNull(values.language),
    isoCountryCode: orNull(values.isoCountryCode.toUpperCase()),
    ...(isTouched('phones') && { phones: lists.phones }),
    ...(isTouched('emails') && { emails: lists.emails }),
    ...(isTouched('externalIds') && { externalIds: lists.externalIds }),
    attributes: changedAttributes(before?.attributes ?? {}, values.attributes),
  }
}
