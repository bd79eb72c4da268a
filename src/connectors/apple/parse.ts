import { gunzipSync } from 'node:zlib'
import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { type InboundEvent, type MessageContent, type RawRequest, UnparseableError } from '../connector.ts'
import { describeError, parseJson, unsupported } from '../reading.ts'
import { attachmentsOf } from './media.ts'

/** In bytes. Apple puts whatever is larger than 10 KB elsewhere and sends a reference; a few KB can unpack to gigabytes. */
const UNPACKED_MAX = 4 * 1024 * 1024

const text = Type.String({ minLength: 1 })
const unknown = Type.Optional(Type.Unknown())
const Payload = Type.Object({
  id: text,
  type: Type.String(),
  /** The person: opaque, and the same for one Apple account and one business. */
  sourceId: text,
  /** The business. */
  destinationId: text,
  body: Type.Optional(Type.String()),
  locale: Type.Optional(Type.String()),
  replyToMessageId: Type.Optional(text),
  attachments: Type.Optional(Type.Array(Type.Object({
    mimeType: Type.Optional(Type.String()), url: unknown, key: unknown, owner: unknown, signature: unknown, name: unknown, size: unknown,
  }))),
})
type Payload = Static<typeof Payload>
const payload = Compile(Payload)

/** One thing a request; Apple tells no time, so that of receipt is taken. */
export function parse(request: RawRequest): InboundEvent[] {
  const body = parseJson(unpacked(request.body))
  if (!payload.Check(body)) return [unsupported(describeError(payload.Errors(body)), body, request.receivedAt)]
  const { id, type, sourceId, destinationId: account } = body
  const base = { occurredAt: request.receivedAt, account, user: { key: { kind: 'opaque_id', key: sourceId } }, profile: profileOf(body) }

  if (type === 'typing_start' || type === 'typing_end') return []
  if (type === 'text' || type === 'interactive') return [{ ...base, kind: 'message.received', eventId: id, message: contentOf(body) }]
  if (type === 'close') {
    // The person deleted the conversation: it is over, and nothing may be sent any more.
    return [
      { ...base, kind: 'session.closed', eventId: `${id}:closed` },
      { ...base, kind: 'consent.changed', eventId: `${id}:consent`, status: 'OptedOut', purpose: 'all' },
    ]
  }
  return [{ ...unsupported(`Type ${type}`, body, request.receivedAt, account), eventId: id }]
}

/** Apple packs every body; a proxy before Muster may have unpacked it. JSON never begins with these bytes. */
function unpacked(body: Buffer): Buffer {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body
  try {
    return gunzipSync(body, { maxOutputLength: UNPACKED_MAX })
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    throw new UnparseableError(isTooLarge ? `The body unpacks to more than ${UNPACKED_MAX} bytes` : 'The body cannot be unpacked')
  }
}

/** The language of the person's device is all that is told. */
function profileOf({ locale }: Payload) {
  const language = locale?.match(/^([a-z]{2,3})([_-]|$)/)?.[1]
  return { ...(locale && { locale }), ...(language && { language }) }
}

/** What the event already says in its own words. Where a person came from (`intent`, `group`) stays. */
const envelope = new Set(['v', 'id', 'type', 'sourceId', 'destinationId', 'body', 'locale', 'replyToMessageId'])

function contentOf(body: Payload): MessageContent {
  const parts = Object.entries(body).filter(([name]) => !envelope.has(name))
  // Stands in the text for each attachment.
  const said = body.body?.replaceAll('\uFFFC', '')
  const hasText = said !== undefined && (said.trim() !== '' || !body.attachments?.length)
  return {
    id: body.id,
    type: typeOf(body),
    ...(hasText && { text: said }),
    ...(parts.length > 0 && { content: Object.fromEntries(parts) }),
    ...attachmentsOf(body.attachments),
    ...(body.replyToMessageId && { replyToId: body.replyToMessageId }),
  }
}

function typeOf({ type, attachments: [first] = [] }: Payload): string {
  if (type === 'interactive') return 'interactive'
  if (!first) return 'text'
  const kind = first.mimeType?.split('/')[0] ?? ''
  if (['image', 'audio', 'video'].includes(kind)) return kind
  return /^text\/(x-)?vcard/.test(first.mimeType ?? '') ? 'contacts' : 'document'
}
