import { randomBytes } from 'node:crypto'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { ChatSend } from '../../contract/chat.ts'
import { type Connector, type InboundEvent, type RawRequest, UnparseableError } from '../connector.ts'
import { describeError, parseJson } from '../reading.ts'
import { claimedGuest, guestKey, newGuest, verifiedGuest } from './guest.ts'

const config = Type.Object({
  title: Type.String({ title: 'Title', description: 'Above the conversation', minLength: 1, maxLength: 80, pattern: '\\S' }),
  welcome: Type.String({ title: 'Welcome', description: 'What a visitor reads before writing', maxLength: 500 }),
  secret: Type.String({
    title: 'Signing secret', description: 'Made by Muster; a new one signs all visitors out',
    secret: true, minLength: 32, maxLength: 128,
  }),
}, { additionalProperties: false })

const send = Compile(ChatSend)

/** The chat on the business's own pages. Muster itself is the platform; visitors are anonymous. */
export const webChat: Connector<typeof config> = {
  type: 'web-chat',
  label: 'Web chat',
  messageType: 'EmbeddedMessaging',
  config,
  traits: { massCreate: false, businessInitiated: false, keyKind: 'opaque' },
  webhook: false,
  maxBodyBytes: 64 * 1024,
  defaults: () => ({ title: 'Chat with us', welcome: 'Hello! How can we help?', secret: randomBytes(32).toString('base64url') }),
  verify: (request, config) => verifiedGuest(request.headers.authorization, config.secret)
    ? { ok: true }
    : { ok: false, reason: 'The token is no guest’s of this channel' },
  parse,
  // The visitor's browser reads the record itself, so what is in it has arrived.
  send: message => Promise.resolve({ ok: true, messageId: message.id }),
  guests: {
    create: config => newGuest(config.secret),
    keyOf: (request, config) => {
      const guestId = verifiedGuest(request.headers.authorization, config.secret)
      return guestId && guestKey(guestId)
    },
  },
}

/** One message of the guest whose verified token the request carries. The browser’s clock is not asked. */
function parse(request: RawRequest): InboundEvent[] {
  const guestId = claimedGuest(request.headers.authorization)
  if (!guestId) throw new UnparseableError('Authorization names no guest')
  const body = parseJson(request.body)
  if (!send.Check(body)) throw new UnparseableError(describeError(send.Errors(body)))
  const name = body.name?.trim()
  return [{
    kind: 'message.received',
    eventId: `${guestId}/${body.id}`, // the id is the browser's: no guest can claim another's
    occurredAt: request.receivedAt,
    user: { key: { kind: 'guest', key: guestKey(guestId) } },
    profile: { externalId: `Guest ${guestId.slice(0, 6)}`, ...(name && { name }) },
    message: { id: body.id, type: 'text', text: body.text },
  }]
}
