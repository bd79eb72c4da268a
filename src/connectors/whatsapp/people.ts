import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { Identifier, Profile, UserReference } from '../connector.ts'
import type { Contact } from './payload.ts'

/** What a payload says of one person. Since 2026 any of them may be missing: a person may be known by a BSUID alone. */
export interface Ids {
  /** The phone-like id: digits, country code included, no `+`. */
  waId?: string
  /** The number the person writes from, where Meta gives it and it is not the `wa_id` (Brazil, Mexico, Argentina). */
  phone?: string
  /** Business-scoped user id, e.g. `IT.90817263544536`. A change of number changes it. */
  userId?: string
  /** The same across linked business portfolios. */
  parentId?: string
}

/** All identifiers, the one that becomes the platform key first. */
export function identifiers(ids: Ids): Identifier[] {
  return [
    ...(ids.waId ? [{ kind: 'phone', key: ids.waId }] : []),
    ...(ids.phone ? [{ kind: 'phone', key: ids.phone }] : []),
    ...(ids.userId ? [{ kind: 'bsuid', key: ids.userId }] : []),
    ...(ids.parentId ? [{ kind: 'parent_bsuid', key: ids.parentId }] : []),
  ]
}

/** @returns undefined when the payload names nobody. */
export function userOf(ids: Ids, contact?: Contact): UserReference | undefined {
  const [key, ...aliases] = identifiers(ids)
  if (!key) return undefined
  const username = usernameOf(contact)
  return { key, ...(aliases.length > 0 && { aliases }), ...(username && { handles: [{ kind: 'username', key: username }] }) }
}

/** Joined by id: the two lists of a payload need not be in the same order. */
export function contactOf(ids: Ids, contacts: Contact[]): Contact | undefined {
  return contacts.find(contact => (ids.waId && contact.wa_id === ids.waId) || (ids.userId && contact.user_id === ids.userId))
}

/** The ids of a message, completed by those of its contact. What a message calls `from` may be another number than `wa_id`. */
export function withContact(ids: Ids, contact?: Contact): Ids {
  const waId = contact?.wa_id ?? ids.waId
  return {
    waId,
    ...(ids.waId !== waId && { phone: ids.waId }),
    userId: ids.userId ?? contact?.user_id,
    parentId: ids.parentId ?? contact?.parent_user_id,
  }
}

export function profileOf(ids: Ids, contact?: Contact): Profile {
  const name = contact?.profile?.name
  const externalId = phoneOf(ids) ?? usernameOf(contact)
  const isoCountryCode = countryOf(ids)
  return { ...(name && { name }), ...(externalId && { externalId }), ...(isoCountryCode && { isoCountryCode }) }
}

/** Meta shows usernames with and without `@`, in any case; they are the same. */
function usernameOf(contact?: Contact): string | undefined {
  const name = contact?.profile?.username?.replace(/^@/, '').toLowerCase()
  return name ? `@${name}` : undefined
}

function phoneOf(ids: Ids): string | undefined {
  return ids.waId && /^\d+$/.test(ids.waId) ? `+${ids.waId}` : undefined
}

/** A BSUID begins with the country; before there were BSUIDs only the dialling code tells it. */
function countryOf(ids: Ids): string | undefined {
  const phone = phoneOf(ids)
  return ids.userId?.match(/^([A-Z]{2})\./)?.[1] ?? (phone && parsePhoneNumberFromString(phone)?.country)
}
