import type { InboundEvent, MessageContent } from '../connector.ts'
import { attachmentsOf } from './media.ts'
import type { Item, Message } from './payload.ts'

/** What Muster gives its own messages along, and gets back with their echo. */
const OWN = /^msg_[0-9a-z]{26}$/

/** What every event of one item has. */
interface Base {
  occurredAt: Date
  account: string
  user: { key: { kind: 'psid'; key: string } }
}

/** @returns a text, the reason, when the item is nothing the record can use. */
export function eventsOf(item: Item, account: string): InboundEvent[] | string {
  const { message, message_edit: edit, reaction, postback, optin, delivery, read, timestamp = delivery?.watermark } = item
  const person = (message?.is_echo ? item.recipient : item.sender)?.id
  if (person === undefined) return 'The event names no person'
  if (timestamp === undefined) return 'event.timestamp: is missing'
  const base: Base = { occurredAt: new Date(timestamp), account, user: { key: { kind: 'psid', key: person } } }

  if (message) return [messageEvent(message, base)]
  if (edit) return [{ ...base, kind: 'message.edited', eventId: `${edit.mid}:edit:${edit.num_edit ?? timestamp}`, messageId: edit.mid, text: edit.text }]
  if (reaction) return [reactionEvent(reaction, timestamp, base)]
  if (postback) {
    const id = postback.mid ?? `postback:${person}:${timestamp}`
    const { title } = postback
    return [received(base, { id, type: 'interactive', ...(title && { text: title }), content: { postback } })]
  }
  if (optin) return consentEvents(optin, person, timestamp, base)
  if (delivery?.mids?.length) {
    return delivery.mids.map(mid => ({ ...base, kind: 'message.status', eventId: `${mid}:delivered`, messageId: mid, status: 'delivered' }))
  }
  const told = read ?? delivery
  if (told) {
    const status = read ? 'read' : 'delivered'
    return [{ ...base, kind: 'messages.status', eventId: `${status}:${person}:${told.watermark}`, status, until: new Date(told.watermark) }]
  }
  return reasonFor(item)
}

const received = (base: Base, message: MessageContent): InboundEvent => ({ ...base, kind: 'message.received', eventId: message.id, message })

function messageEvent(message: Message, base: Base): InboundEvent {
  const { mid, is_echo: isEcho, metadata = '' } = message
  // What Muster itself sent is in the record already.
  if (isEcho && OWN.test(metadata)) return { ...base, kind: 'message.status', eventId: `${mid}:sent`, messageId: mid, status: 'sent' }
  const content = contentOf(message)
  return isEcho ? { ...base, kind: 'message.sent', eventId: mid, message: content } : received(base, content)
}

/** What the event already says in its own words. */
const envelope = new Set(['mid', 'text', 'is_echo', 'app_id', 'metadata', 'reply_to'])

function contentOf(message: Message): MessageContent {
  const parts = Object.entries(message).filter(([name]) => !envelope.has(name))
  const replyToId = message.reply_to?.mid
  return {
    id: message.mid,
    type: typeOf(message),
    ...(message.text !== undefined && { text: message.text }),
    ...(parts.length > 0 && { content: Object.fromEntries(parts) }),
    ...attachmentsOf(message),
    ...(replyToId && { replyToId }),
  }
}

const types = new Map([
  ['image', 'image'], ['video', 'video'], ['audio', 'audio'], ['file', 'document'], ['sticker', 'sticker'], ['location', 'location'],
  ['reel', 'video'], ['ig_reel', 'video'],
])

/** Older stickers are images with a number. */
function typeOf({ text, quick_reply: quickReply, attachments: [first] = [] }: Message): string {
  if (quickReply) return 'interactive'
  const type = first && (first.payload?.sticker_id ? 'sticker' : types.get(first.type))
  return type ?? (text === undefined ? 'other' : 'text')
}

/** A reaction has no id of its own. One that is withdrawn has no text. */
function reactionEvent(reaction: NonNullable<Item['reaction']>, timestamp: number, base: Base): InboundEvent {
  const { mid, action, emoji } = reaction
  const text = action === 'react' ? emoji : undefined
  return received(base, { id: `${mid}:${action}:${timestamp}`, type: 'reaction', ...(text && { text }), content: { reaction }, replyToId: mid })
}

/** Marketing messages: the first opt-in has no status. https://developers.facebook.com/docs/messenger-platform/reference/webhook-events/messaging_optins */
const marketing = new Map([
  [undefined, 'ExplicitlyOptedIn'], ['RESUME NOTIFICATIONS', 'ExplicitlyOptedIn'], ['STOP NOTIFICATIONS', 'OptedOut'],
] as const)

function consentEvents(optin: NonNullable<Item['optin']>, person: string, timestamp: number, base: Base): InboundEvent[] | string {
  if (optin.type !== 'notification_messages') return `Opt-in ${optin.type ?? 'without a type'}`
  const told = optin.notification_messages_status?.replaceAll('_', ' ')
  const status = marketing.get(told as Parameters<typeof marketing.get>[0])
  if (!status) return `Status of marketing messages: ${told}`
  const { title } = optin
  const eventId = `optin:${told ?? 'given'}:${person}:${timestamp}`
  return [{ ...base, kind: 'consent.changed', eventId, status, purpose: 'marketing', ...(title && { words: title }) }]
}

const routing = ['pass_thread_control', 'take_thread_control', 'request_thread_control', 'app_roles']

function reasonFor(item: Item): string {
  const names = Object.keys(item).filter(name => !['sender', 'recipient', 'timestamp'].includes(name))
  return names.some(name => routing.includes(name)) ? `Conversation routing: ${names.join(', ')}` : `Event ${names.join(', ') || 'without content'}`
}
