import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'

// What of the Messaging API's payload is read. Everything else may be there, and is kept.

const text = Type.String({ minLength: 1 })

const Message = Type.Object({
  id: text,
  type: Type.String(),
  text: Type.Optional(Type.String()),
  quotedMessageId: Type.Optional(text),
  /** Who has the file: `line`, or who sent the message (`external`). */
  contentProvider: Type.Optional(Type.Object({ type: Type.Optional(Type.String()), originalContentUrl: Type.Optional(Type.String()) })),
  fileName: Type.Optional(Type.String()),
  fileSize: Type.Optional(Type.Integer({ minimum: 0 })),
})
export type Message = Static<typeof Message>

const Event = Type.Object({
  type: Type.String(),
  mode: Type.Optional(Type.String()),
  webhookEventId: text,
  /** Milliseconds since 1970. */
  timestamp: Type.Integer({ minimum: 0, maximum: 4e12 }),
  source: Type.Optional(Type.Object({ type: Type.String(), userId: Type.Optional(text) })),
  message: Type.Optional(Message),
  unsend: Type.Optional(Type.Object({ messageId: text })),
  follow: Type.Optional(Type.Object({ isUnblocked: Type.Optional(Type.Boolean()) })),
  postback: Type.Optional(Type.Object({})),
})
export type Event = Static<typeof Event>

export const event = Compile(Event)
