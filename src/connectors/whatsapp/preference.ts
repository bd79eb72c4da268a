import type { InboundEvent } from '../connector.ts'
import { describeError } from '../reading.ts'
import { NotUnderstood, type Place, timeOf } from './inner.ts'
import * as payload from './payload.ts'
import { contactOf, type Ids, profileOf, userOf, withContact } from './people.ts'

/** What a person can choose in WhatsApp itself, about a business's marketing alone. */
const statuses = { stop: 'OptedOut', resume: 'ExplicitlyOptedIn' } as const

/** One of `user_preferences`. @throws {NotUnderstood} */
export function preferenceEvent(item: unknown, place: Place): InboundEvent {
  if (!payload.preference.Check(item)) throw new NotUnderstood(describeError(payload.preference.Errors(item), 'user_preference'))
  const { category, value, timestamp } = item
  if (category !== 'marketing_messages') throw new NotUnderstood(`Preference about ${category}`)
  if (value !== 'stop' && value !== 'resume') throw new NotUnderstood(`Preference ${value}`)

  const ids: Ids = { waId: item.wa_id, userId: item.user_id, parentId: item.parent_user_id }
  const contact = contactOf(ids, place.contacts)
  const all = withContact(ids, contact)
  const user = userOf(all, contact)
  if (!user) throw new NotUnderstood('The preference names no person')
  return {
    kind: 'consent.changed',
    eventId: `${category}:${value}:${user.key.key}:${timestamp}`,
    occurredAt: timeOf(String(timestamp)),
    account: place.account,
    user,
    profile: profileOf(all, contact),
    status: statuses[value],
    purpose: 'marketing',
  }
}
