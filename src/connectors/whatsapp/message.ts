import type { Identifier, InboundEvent, MessageContent } from '../connector.ts'
import { describeError } from '../reading.ts'
import { NotUnderstood, type Place, timeOf } from './inner.ts'
import { attachmentsOf } from './media.ts'
import * as payload from './payload.ts'
import type { Message, Said } from './payload.ts'
import { contactOf, type Ids, identifiers, profileOf, userOf, withContact } from './people.ts'

const sameWord = new Set([
  'text', 'image', 'audio', 'video', 'document', 'sticker', 'location', 'contacts', 'reaction', 'interactive',
])
/** What the event already says in its own words; the rest of a message is its content. */
const envelope = new Set(['id', 'timestamp', 'type', 'from', 'from_user_id', 'from_parent_user_id', 'to', 'to_user_id', 'text'])

/**
 * One of `messages` (said by the person) or of `message_echoes` (said by the business in the WhatsApp Business app).
 * @throws {NotUnderstood}
 */
export function messageEvent(item: unknown, place: Place, kind: 'message.received' | 'message.sent'): InboundEvent {
  if (!payload.message.Check(item)) throw new NotUnderstood(describeError(payload.message.Errors(item), 'message'))
  const base = { eventId: item.id, occurredAt: timeOf(item.timestamp), account: place.account }
  if (item.type === 'system') return { ...base, ...readdressed(item) }

  const ids: Ids = kind === 'message.received'
    ? { waId: item.from, userId: item.from_user_id, parentId: item.from_parent_user_id }
    : { waId: item.to, userId: item.to_user_id }
  const contact = contactOf(ids, place.contacts)
  const all = withContact(ids, contact)
  const user = userOf(all, contact)
  if (!user) throw new NotUnderstood('The message names no person')
  const event = { ...base, user, profile: profileOf(all, contact) }

  if (item.type === 'revoke' && item.revoke) {
    return { ...event, kind: 'message.deleted', messageId: item.revoke.original_message_id }
  }
  if (item.type === 'edit' && item.edit) {
    return { ...event, kind: 'message.edited', messageId: item.edit.original_message_id, text: textOf(item.edit.message) ?? '' }
  }
  return { ...event, kind, message: contentOf(item) }
}

function contentOf(item: Message): MessageContent {
  const said = textOf(item)
  const parts = Object.entries(item).filter(([name]) => !envelope.has(name))
  const replyToId = item.reaction?.message_id ?? item.context?.id
  return {
    id: item.id,
    type: sameWord.has(item.type) ? item.type : item.type === 'button' ? 'interactive' : 'other',
    ...(said !== undefined && { text: said }),
    ...(parts.length > 0 && { content: Object.fromEntries(parts) }),
    ...attachmentsOf({ ...item }),
    ...(replyToId && { replyToId }),
  }
}

/** What a person would read. The emoji of a withdrawn reaction is missing. */
function textOf(said: Said): string | undefined {
  const { interactive } = said
  return said.text?.body ?? (said.image ?? said.video ?? said.document)?.caption ?? said.button?.text
    ?? interactive?.button_reply?.title ?? interactive?.list_reply?.title ?? interactive?.nfm_reply?.body
    ?? said.reaction?.emoji ?? said.order?.text
}

/**
 * The person took another number (`from` is the old one, and the BSUID changes with it), or only the BSUID changed because
 * no number may be shown. The same person goes on, so this is never a new record.
 */
function readdressed(item: Message) {
  const system = item.system
  if (system?.type !== 'user_changed_number' && system?.type !== 'user_changed_user_id') {
    throw new NotUnderstood(`System message ${system?.type}`)
  }
  const newNumber = system.type === 'user_changed_number'
  if (newNumber && !system.wa_id) throw new NotUnderstood('message.system.wa_id: is missing')
  const now: Ids = { waId: system.wa_id ?? item.from, userId: system.user_id, parentId: system.parent_user_id }
  const before: Ids = { waId: item.from, userId: system.previous_user_id, parentId: system.previous_parent_user_id }

  const user = userOf(now)
  const kept = new Set(identifiers(now).map(identifier => identifier.key))
  const previous: Identifier[] = identifiers(before).filter(identifier => !kept.has(identifier.key))
  if (!user || previous.length === 0) throw new NotUnderstood('The change of address names no old or no new address')
  return { kind: 'user.readdressed' as const, user, profile: profileOf(now), previous }
}
