import type { MessagingUser } from '../../../src/contract/messaging-users.ts'
import { emptyPhone, type ContactValues } from './contact-values.ts'

/** What a new contact can begin with, of what is known about a messaging user. */
export function contactOf({ name, nameSource, externalId, language, isoCountryCode }: MessagingUser): Partial<ContactValues> {
  const words = nameSource === 'default' ? [] : name.trim().split(/\s+/)
  const isPhone = externalId !== null && /^\+\d{6,15}$/.test(externalId)
  return {
    // Only two words can be told apart into first and last name.
    ...(words.length === 2 ? { firstName: words[0]!, lastName: words[1]! } : { name: words.join(' ') }),
    language: language ?? '',
    isoCountryCode: isoCountryCode ?? '',
    phones: isPhone ? [{ ...emptyPhone, number: externalId }] : [],
  }
}
