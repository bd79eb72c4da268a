import type { AttachmentPart, HistoricMessage, MessageContent } from '../contract/inbound-event.ts'
import type { ChannelEvent } from '../record/event.ts'

const KEY_MAX = 255
const NAME_MAX = 255
const EVENT_ID_MAX = 512
const TEXT_MAX = 100_000
const CONTENT_MAX = 512 * 1024
const ATTACHMENTS_MAX = 100
const ATTACHMENT_FIELD_MAX = 4096
const URL_MAX = 2048
const EARLIEST = Date.UTC(2000, 0, 1)
const AHEAD_MS_MAX = 24 * 3_600_000

/** NUL and lone surrogates as `JSON.stringify` writes them. */
const unstorableEscape = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/

/** PostgreSQL holds neither NUL nor lone surrogates, in text as in JSON. */
const isStorable = (text: string) => text.isWellFormed() && !text.includes('\0')

/**
 * What a connector may hand over although the platform sent it, but the record cannot or should not hold.
 * @returns the reason, naming the field, or undefined if all is well.
 */
export function problemOf({ event }: ChannelEvent, receivedAt: Date): string | undefined {
  if (!isBelievable(event.occurredAt, receivedAt)) return 'occurredAt: is not a time between the year 2000 and tomorrow'
  const { key, aliases = [], handles = [] } = event.user
  for (const identifier of [key, ...aliases, ...handles, ...(event.kind === 'user.readdressed' ? event.previous : [])]) {
    const problem = problemOfText(`user ${identifier.kind}`, identifier.key, KEY_MAX, 1)
    if (problem) return problem
  }
  for (const [field, value] of Object.entries(event.profile ?? {})) {
    const problem = value && problemOfText(`profile.${field}`, value, field === 'profilePictureUrl' ? URL_MAX : NAME_MAX)
    if (problem) return problem
  }
  if (event.profile?.isoCountryCode && !/^[A-Z]{2}$/.test(event.profile.isoCountryCode)) return 'profile.isoCountryCode: must be two capital letters'
  return problemOfText('eventId', event.eventId, EVENT_ID_MAX, 1) ?? problemOfMessage(event, receivedAt)
}

/** @param time after the spool it is text */
function isBelievable(time: Date, receivedAt: Date): boolean {
  const at = new Date(time).getTime()
  return at >= EARLIEST && at <= receivedAt.getTime() + AHEAD_MS_MAX
}

function problemOfHistory(messages: HistoricMessage[], receivedAt: Date): string | undefined {
  if (messages.length === 0) return 'messages: are none'
  for (const message of messages) {
    if (!isBelievable(message.sentAt, receivedAt)) return `message ${message.id}: sentAt is not a time between the year 2000 and tomorrow`
    const problem = problemOfContents(message)
    if (problem) return problem
  }
  return undefined
}

function problemOfMessage(event: ChannelEvent['event'], receivedAt: Date): string | undefined {
  if (event.kind === 'messages.status') return isBelievable(event.until, receivedAt) ? undefined : 'until: is not a time between the year 2000 and tomorrow'
  if (event.kind === 'history.imported') return problemOfHistory(event.messages, receivedAt)
  if ('text' in event) return problemOfText('text', event.text, TEXT_MAX) ?? problemOfText('messageId', event.messageId, EVENT_ID_MAX, 1)
  if ('messageId' in event) return problemOfText('messageId', event.messageId, EVENT_ID_MAX, 1)
  return 'message' in event ? problemOfContents(event.message) : undefined
}

function problemOfContents({ id, text, replyToId, content, attachments }: MessageContent): string | undefined {
  return problemOfText('message.id', id, EVENT_ID_MAX, 1)
    ?? (text === undefined ? undefined : problemOfText('message.text', text, TEXT_MAX))
    ?? (replyToId === undefined ? undefined : problemOfText('message.replyToId', replyToId, EVENT_ID_MAX))
    ?? (content === undefined ? undefined : problemOfContent(content))
    ?? (attachments === undefined ? undefined : problemOfAttachments(attachments))
}

function problemOfAttachments(attachments: AttachmentPart[]): string | undefined {
  if (attachments.length > ATTACHMENTS_MAX) return `message.attachments: are more than ${ATTACHMENTS_MAX}`
  for (const { platformId, url, mediaType, fileName, size } of attachments) {
    if (size !== undefined && !(Number.isSafeInteger(size) && size >= 0)) return 'message.attachments: size must be a number of bytes'
    for (const [field, value] of Object.entries({ platformId, url, mediaType, fileName })) {
      const problem = value === undefined ? undefined : problemOfText(`message.attachments ${field}`, value, ATTACHMENT_FIELD_MAX)
      if (problem) return problem
    }
  }
  return undefined
}

function problemOfText(field: string, text: string, max: number, min = 0): string | undefined {
  if (text.length < min || text.length > max) return `${field}: must have ${min} to ${max} characters`
  return isStorable(text) ? undefined : `${field}: holds a NUL character or half of a surrogate pair`
}

function problemOfContent(content: unknown): string | undefined {
  const json = JSON.stringify(content)
  if (json.length > CONTENT_MAX) return `message.content: is larger than ${CONTENT_MAX} characters`
  return unstorableEscape.test(json) ? 'message.content: holds a NUL character or half of a surrogate pair' : undefined
}
