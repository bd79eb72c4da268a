import { type InboundEvent, type MessageContent, type Profile, type RawRequest, UnparseableError, type UserReference } from '../connector.ts'
import { describeError, isObject, parseJson, unsupported } from '../reading.ts'
import { attachmentsOf } from './media.ts'
import * as payload from './payload.ts'

/** One update a request; one that is sent again has the number it had. */
export function parse(request: RawRequest): InboundEvent[] {
  const update = parseJson(request.body)
  if (!isObject(update) || !Number.isSafeInteger(update.update_id)) throw new UnparseableError('update_id: must be integer')
  const eventId = String(update.update_id)
  const outcome = eventsOf(update, eventId)
  return typeof outcome === 'string' ? [{ ...unsupported(outcome, update, request.receivedAt), eventId }] : outcome
}

/** @returns a text, the reason, when the update is nothing the record can use. */
function eventsOf(update: Record<string, unknown>, eventId: string): InboundEvent[] | string {
  const { message, edited_message: edited, my_chat_member: membership } = update
  if (message !== undefined) {
    if (!payload.message.Check(message)) return describeError(payload.message.Errors(message), 'message')
    return elsewhere(message) ?? [{ ...baseOf(message, eventId), kind: 'message.received', message: contentOf(message) }]
  }
  if (edited !== undefined) {
    if (!payload.message.Check(edited)) return describeError(payload.message.Errors(edited), 'edited_message')
    const text = edited.text ?? edited.caption
    if (text === undefined) return 'An edit of something that has no text'
    const base = { ...baseOf(edited, eventId), occurredAt: timeOf(edited.edit_date ?? edited.date) }
    return elsewhere(edited) ?? [{ ...base, kind: 'message.edited', messageId: idOf(edited, edited.message_id), text }]
  }
  if (membership !== undefined) {
    if (!payload.membership.Check(membership)) return describeError(payload.membership.Errors(membership), 'my_chat_member')
    return elsewhere(membership) ?? membershipEvents(membership, eventId)
  }
  return `Update ${Object.keys(update).filter(name => name !== 'update_id').join(', ') || 'without content'}`
}

/** Why what happened in this chat is not recorded. */
function elsewhere({ chat }: { chat: { type: string } }): string | undefined {
  return chat.type === 'private' ? undefined : `In a ${chat.type}: what is said there is not said to the business alone`
}

function membershipEvents(membership: payload.Membership, eventId: string): InboundEvent[] | string {
  const { status } = membership.new_chat_member
  // Who starts the bot again says nothing about messages: their next words do.
  if (status === 'member') return []
  if (status !== 'kicked') return `The bot is ${status} in the chat`
  return [{ ...baseOf(membership, eventId), kind: 'consent.changed', status: 'OptedOut', purpose: 'all' }]
}

function baseOf({ from, date }: { from: payload.User; date: number }, eventId: string) {
  return { eventId, occurredAt: timeOf(date), user: userOf(from), profile: profileOf(from) }
}

const timeOf = (seconds: number) => new Date(seconds * 1000)

/** Telegram shows usernames in the case their owner chose; they are the same in any. */
const usernameOf = ({ username }: payload.User) => (username ? `@${username.toLowerCase()}` : undefined)

function userOf(from: payload.User): UserReference {
  const username = usernameOf(from)
  return { key: { kind: 'user_id', key: String(from.id) }, ...(username && { handles: [{ kind: 'username', key: username }] }) }
}

function profileOf(from: payload.User): Profile {
  const name = [from.first_name, from.last_name].filter(Boolean).join(' ')
  const externalId = usernameOf(from)
  const { language_code: language } = from
  return { ...(name && { name }), ...(externalId && { externalId }), ...(language && { language }) }
}

/** The number of a message counts in its chat alone. */
const idOf = ({ chat }: payload.Message, number: number) => `${chat.id}:${number}`

/** A message has one of these; an animation is a document as well. */
const types = new Map([
  ['photo', 'image'], ['animation', 'video'], ['video', 'video'], ['video_note', 'video'], ['audio', 'audio'], ['voice', 'audio'],
  ['document', 'document'], ['sticker', 'sticker'], ['venue', 'location'], ['location', 'location'], ['contact', 'contacts'], ['text', 'text'],
])
/** What the event already says in its own words. */
const envelope = new Set(['message_id', 'from', 'chat', 'date', 'edit_date', 'text', 'caption', 'reply_to_message'])

function contentOf(message: payload.Message): MessageContent {
  const text = message.text ?? message.caption
  const parts = Object.entries(message).filter(([name]) => !envelope.has(name))
  return {
    id: idOf(message, message.message_id),
    type: [...types].find(([name]) => name in message)?.[1] ?? 'other',
    ...(text !== undefined && { text }),
    ...(parts.length > 0 && { content: Object.fromEntries(parts) }),
    ...attachmentsOf(message),
    ...(message.reply_to_message && { replyToId: idOf(message, message.reply_to_message.message_id) }),
  }
}
