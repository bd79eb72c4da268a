import type { DeliveryStatus, InboundEvent } from '../connector.ts'
import { describeError } from '../reading.ts'
import { optedOutBy } from './errors.ts'
import { NotUnderstood, type Place, timeOf } from './inner.ts'
import * as payload from './payload.ts'
import { contactOf, type Ids, profileOf, userOf, withContact } from './people.ts'

/** `played`: a voice message was heard. */
const statuses: Record<string, DeliveryStatus | undefined> = {
  sent: 'sent', delivered: 'delivered', read: 'read', played: 'read', failed: 'failed',
}

/** One of `statuses`. Statuses come out of order, and `delivered` may be left out. @throws {NotUnderstood} */
export function statusEvent(item: unknown, place: Place): InboundEvent {
  if (!payload.status.Check(item)) throw new NotUnderstood(describeError(payload.status.Errors(item), 'status'))
  const status = Object.hasOwn(statuses, item.status) ? statuses[item.status] : undefined
  if (!status) throw new NotUnderstood(`Status ${item.status}`)

  // In a group `recipient_id` is the group.
  const ids: Ids = item.recipient_type === 'group'
    ? { waId: item.recipient_participant_id }
    : { waId: item.recipient_id, userId: item.recipient_user_id, parentId: item.parent_recipient_user_id ?? item.parent_user_id }
  const contact = contactOf(ids, place.contacts)
  const all = withContact(ids, contact)
  const user = userOf(all, contact)
  if (!user) throw new NotUnderstood('The status names no recipient')
  const error = item.errors?.[0]
  return {
    kind: 'message.status',
    eventId: `${item.id}:${item.status}:${ids.waId ?? ids.userId ?? user.key.key}`,
    occurredAt: timeOf(item.timestamp),
    account: place.account,
    user,
    profile: profileOf(all, contact),
    messageId: item.id,
    status,
    ...(error && { error: { code: String(error.code), title: titleOf(error), ...optedOutBy(String(error.code)) } }),
  }
}

/** Meta is about to remove the titles. */
function titleOf(error: { code: number | string; title?: string; error_data?: { details?: string } }): string {
  return error.error_data?.details ?? error.title ?? `Error ${error.code}`
}
