import type { AttachmentPart, InboundEvent, Profile, RawRequest } from '../connector.ts'
import { UnparseableError } from '../connector.ts'
import { describeError, parseJson } from '../reading.ts'
import { checkBody, checks, checkUnknown } from './payload.ts'

/** All or nothing: one event that is not right refuses the request, and the sender is told which field of which event. */
export function parse(request: RawRequest): InboundEvent[] {
  const body = parseJson(request.body)
  if (request.body.includes('\\u')) requireStorable(body, '') // valid UTF-8 and JSON have neither unless they are spelt out
  requireValid(checkBody, body, '')
  return body.events.map((event, index) => parseEvent(event, `events[${index}]`))
}

function parseEvent(event: { type: string }, at: string): InboundEvent {
  switch (event.type) {
    case 'message.received':
      requireValid(checks['message.received'], event, at)
      return { ...baseOf(event), kind: event.type, message: messageOf(event.message) }
    case 'message.sent':
      requireValid(checks['message.sent'], event, at)
      return { ...baseOf(event), kind: event.type, message: messageOf(event.message) }
    case 'message.status':
      requireValid(checks['message.status'], event, at)
      return {
        ...baseOf(event), kind: event.type, messageId: event.message.id, status: event.status,
        ...(event.error && { error: event.error }),
      }
    case 'message.edited':
      requireValid(checks['message.edited'], event, at)
      return { ...baseOf(event), kind: event.type, messageId: event.message.id, text: event.message.text }
    case 'message.deleted':
      requireValid(checks['message.deleted'], event, at)
      return { ...baseOf(event), kind: event.type, messageId: event.message.id }
    case 'history.imported':
      requireValid(checks['history.imported'], event, at)
      return {
        ...baseOf(event), kind: event.type, messages: event.messages.map(message => ({ ...messageOf(message), sentAt: new Date(message.sentAt) })),
      }
    case 'typing':
      requireValid(checks.typing, event, at)
      return { ...baseOf(event), kind: event.type, isTyping: event.isTyping }
    case 'user.renamed':
      requireValid(checks['user.renamed'], event, at)
      return { ...baseOf(event), kind: event.type }
    case 'user.readdressed':
      requireValid(checks['user.readdressed'], event, at)
      return { ...baseOf(event), kind: event.type, previous: [identifier(event.previousKey)] }
    case 'consent.changed':
      requireValid(checks['consent.changed'], event, at)
      return {
        ...baseOf(event), kind: event.type, status: event.status, purpose: event.purpose ?? 'all',
        ...(event.words && { words: event.words }),
      }
    case 'session.closed':
      requireValid(checks['session.closed'], event, at)
      return { ...baseOf(event), kind: event.type }
    default:
      requireValid(checkUnknown, event, at)
      return {
        kind: 'unsupported', eventId: event.id, occurredAt: new Date(event.occurredAt),
        reason: `Event type ${event.type}`, payload: event,
      }
  }
}

function baseOf(event: { id: string; occurredAt: string; user: { key: string } & Profile }) {
  const { key, ...profile } = event.user
  return { eventId: event.id, occurredAt: new Date(event.occurredAt), user: { key: identifier(key) }, profile }
}

function identifier(key: string) {
  return { kind: 'user_id', key }
}

function messageOf<M extends { type?: string; text?: string; attachments?: AttachmentPart[] }>(message: M) {
  const [file] = message.attachments ?? []
  const type = file ? (file.kind === 'file' ? 'document' : file.kind) : message.text === undefined ? 'other' : 'text'
  return { ...message, type: message.type ?? type }
}

interface Check<T> {
  Check(value: unknown): value is T
  Errors(value: unknown): Parameters<typeof describeError>[0]
}

function requireValid<T>(schema: Check<T>, value: unknown, at: string): asserts value is T {
  if (!schema.Check(value)) throw new UnparseableError(describeError(schema.Errors(value), at))
}

/** Refuses text no database can hold: NUL and halves of surrogate pairs, in values and names of fields. */
function requireStorable(value: unknown, at: string): void {
  if (typeof value === 'string') {
    if (value.includes('\0') || !value.isWellFormed()) {
      throw new UnparseableError(`${at || 'body'}: must be text without NUL and unpaired surrogates`)
    }
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => requireStorable(item, `${at}[${index}]`))
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      requireStorable(name, at)
      requireStorable(item, at ? `${at}.${name}` : name)
    }
  }
}
