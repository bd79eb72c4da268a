import { type InboundEvent, type MessageContent, type RawRequest, UnparseableError } from '../connector.ts'
import { describeError, isObject, parseJson, unsupported } from '../reading.ts'
import { attachmentsOf } from './media.ts'
import * as payload from './payload.ts'

/** Events in a list, which is empty when the operator presses *Verify*. One that is delivered again has the id it had. */
export function parse(request: RawRequest): InboundEvent[] {
  const body = parseJson(request.body)
  if (!isObject(body) || typeof body.destination !== 'string') throw new UnparseableError('destination: must be string')
  if (!Array.isArray(body.events)) throw new UnparseableError('events: must be array')
  const account = body.destination
  return body.events.map(event => {
    const keep = (reason: string) => unsupported(reason, event, request.receivedAt, account)
    if (!payload.event.Check(event)) return keep(describeError(payload.event.Errors(event), 'event'))
    const outcome = eventOf(event, account)
    return typeof outcome === 'string' ? { ...keep(outcome), eventId: event.webhookEventId } : outcome
  })
}

/** @returns a text, the reason, when the event is nothing the record can use. */
function eventOf(event: payload.Event, account: string): InboundEvent | string {
  const { type, source, message, unsend, postback } = event
  if (source && source.type !== 'user') return `Event ${type} of a ${source.type}: what is said there is not said to the business alone`
  if (!source?.userId) return `Event ${type} names no person`
  const user = { key: { kind: 'user_id', key: source.userId } }
  const base = { eventId: event.webhookEventId, occurredAt: new Date(event.timestamp), account, user }

  const said = type === 'message' && message ? contentOf(message)
    : type === 'postback' && postback ? { id: base.eventId, type: 'interactive', content: { postback } } : undefined
  // In standby, another module of the account answers.
  if (said) return { ...base, kind: 'message.received', message: said, ...(event.mode === 'standby' && { answeredElsewhere: true }) }
  if (type === 'unsend' && unsend) return { ...base, kind: 'message.deleted', messageId: unsend.messageId }
  if (type === 'unfollow') return { ...base, kind: 'consent.changed', status: 'OptedOut', purpose: 'all' }
  if (type === 'follow') {
    // Who ends the block takes back what the block said; who adds the account for the first time has said less.
    return { ...base, kind: 'consent.changed', status: event.follow?.isUnblocked ? 'ExplicitlyOptedIn' : 'ImplicitlyOptedIn', purpose: 'all' }
  }
  return `Event ${type}`
}

const types = new Map([
  ['text', 'text'], ['image', 'image'], ['video', 'video'], ['audio', 'audio'], ['file', 'document'], ['location', 'location'], ['sticker', 'sticker'],
])
/** What the event already says in its own words, and tokens that are of use for a moment only. */
const envelope = new Set(['id', 'type', 'text', 'quoteToken', 'quotedMessageId', 'markAsReadToken'])

function contentOf(message: payload.Message): MessageContent {
  const { id, type, text, quotedMessageId } = message
  const parts = Object.entries(message).filter(([name]) => !envelope.has(name))
  return {
    id,
    type: types.get(type) ?? 'other',
    ...(text !== undefined && { text }),
    ...(parts.length > 0 && { content: Object.fromEntries(parts) }),
    ...attachmentsOf(message),
    ...(quotedMessageId && { replyToId: quotedMessageId }),
  }
}
