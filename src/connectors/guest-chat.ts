import { randomBytes, randomUUID } from 'node:crypto'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { type ChatGuest, ChatSend } from '../contract/chat.ts'
import { type Connector, type InboundEvent, type RawRequest, UnparseableError } from './connector.ts'
import { describeError, parseJson } from './reading.ts'
import { hmac, sameText } from './signature.ts'

// What the chats that Muster itself serves have in common: on a page, in an app. Each guest has a token, and a conversation of their own.

const config = Type.Object({
  title: Type.String({ title: 'Title', description: 'Above the conversation', minLength: 1, maxLength: 80, pattern: '\\S' }),
  welcome: Type.String({ title: 'Welcome', description: 'What a guest reads before writing', maxLength: 500 }),
  secret: Type.String({
    title: 'Signing secret', description: 'Made by Muster; a new one signs all guests out',
    secret: true, minLength: 32, maxLength: 128,
  }),
}, { additionalProperties: false })

const send = Compile(ChatSend)

/** A chat that Muster itself serves. @param businessInitiated may the business write first, to guests it knows? */
export const guestChat = (
  { businessInitiated, ...named }: { type: string; label: string; businessInitiated: boolean },
): Connector<typeof config> => ({
  ...named,
  messageType: 'EmbeddedMessaging',
  config,
  traits: { massCreate: false, businessInitiated, keyKind: 'opaque' },
  webhook: false,
  maxBodyBytes: 64 * 1024,
  defaults: () => ({ title: 'Chat with us', welcome: 'Hello! How can we help?', secret: randomBytes(32).toString('base64url') }),
  verify: (request, config) => verifiedGuest(request.headers.authorization, config.secret)
    ? { ok: true }
    : { ok: false, reason: 'The token is no guest’s of this channel' },
  parse,
  // The guest's client reads the record itself, so what is in it has arrived.
  send: message => Promise.resolve({ ok: true, messageId: message.id }),
  guests: {
    create: config => newGuest(config.secret),
    keyOf: (request, config) => {
      const guestId = verifiedGuest(request.headers.authorization, config.secret)
      return guestId && guestKey(guestId)
    },
  },
})

/** One message of the guest whose verified token the request carries. The client’s clock is not asked. */
function parse(request: RawRequest): InboundEvent[] {
  const guestId = claimedGuest(request.headers.authorization)
  if (!guestId) throw new UnparseableError('Authorization names no guest')
  const body = parseJson(request.body)
  if (!send.Check(body)) throw new UnparseableError(describeError(send.Errors(body)))
  const name = body.name?.trim()
  return [{
    kind: 'message.received',
    eventId: `${guestId}/${body.id}`, // the id is the client's: no guest can claim another's
    occurredAt: request.receivedAt,
    user: { key: { kind: 'guest', key: guestKey(guestId) } },
    profile: { externalId: `Guest ${guestId.slice(0, 6)}`, ...(name && { name }) },
    message: { id: body.id, type: 'text', text: body.text },
  }]
}

/** A new anonymous guest. The token `<guestId>.<signature>` is all that proves who they are later. */
function newGuest(secret: string): ChatGuest {
  const guestId = randomUUID()
  return { guestId, token: `${guestId}.${hmac('sha256', secret, guestId, 'base64url')}` }
}

/** The guest an `Authorization` header claims to be; undefined when there is none. Nothing is verified. */
function claimedGuest(authorization: string | undefined): string | undefined {
  return authorization?.match(/^Bearer ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.[\w-]{43}$/)?.[1]
}

/** The guest an `Authorization` header proves, in constant time; undefined when it proves nobody. */
function verifiedGuest(authorization: string | undefined, secret: string): string | undefined {
  const guestId = claimedGuest(authorization)
  if (!guestId || !authorization) return undefined
  return sameText(authorization, `Bearer ${guestId}.${hmac('sha256', secret, guestId, 'base64url')}`) ? guestId : undefined
}

/** How a guest is known in the record. */
const guestKey = (guestId: string) => `guest:${guestId}`
