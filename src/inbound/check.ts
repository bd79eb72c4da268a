import type { ChannelEvent } from '../record/event.ts'

const KEY_MAX = 255
const NAME_MAX = 255
const EVENT_ID_MAX = 512
const TEXT_MAX = 100_000
const EVENT_BYTES_MAX = 512 * 1024
const EARLIEST = Date.UTC(2000, 0, 1)
const AHEAD_MS_MAX = 24 * 3_600_000

/** NUL and lone surrogates as `JSON.stringify` writes them. PostgreSQL holds neither. */
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/

/**
 * What a connector may hand over although the platform sent it, but the record cannot or should not hold.
 * @returns the reason, naming the field, or undefined if all is well.
 */
export function problemOf({ event }: ChannelEvent, receivedAt: Date): string | undefined {
  const time = event.occurredAt.getTime()
  if (!(time >= EARLIEST && time <= receivedAt.getTime() + AHEAD_MS_MAX)) return 'occurredAt: is not a time between the year 2000 and tomorrow'
  if (event.eventId === '' || event.eventId.length > EVENT_ID_MAX) return `eventId: must have 1 to ${EVENT_ID_MAX} characters`
  const { key, aliases = [], handles = [] } = event.user
  for (const identifier of [key, ...aliases, ...handles, ...(event.kind === 'user.readdressed' ? event.previous : [])]) {
    if (identifier.key === '' || identifier.key.length > KEY_MAX) return `user: the ${identifier.kind} must have 1 to ${KEY_MAX} characters`
  }
  for (const [field, value] of Object.entries(event.profile ?? {})) {
    if (value !== undefined && value.length > (field === 'profilePictureUrl' ? 2048 : NAME_MAX)) return `profile.${field}: is too long`
  }
  if (event.profile?.isoCountryCode && !/^[A-Z]{2}$/.test(event.profile.isoCountryCode)) return 'profile.isoCountryCode: must be two capital letters'
  return problemOfMessage(event)
}

function problemOfMessage(event: ChannelEvent['event']): string | undefined {
  const messageId = 'message' in event ? event.message.id : 'messageId' in event ? event.messageId : 'none'
  if (messageId === '' || messageId.length > EVENT_ID_MAX) return `message.id: must have 1 to ${EVENT_ID_MAX} characters`
  const text = 'message' in event ? event.message.text : 'text' in event ? event.text : undefined
  if (text !== undefined && text.length > TEXT_MAX) return `message.text: must not have more than ${TEXT_MAX} characters`
  const json = JSON.stringify(event)
  if (json.length > EVENT_BYTES_MAX) return 'the event is larger than 512 KiB'
  if (unstorable.test(json)) return 'a text holds a NUL character or half of a surrogate pair'
  return undefined
}
