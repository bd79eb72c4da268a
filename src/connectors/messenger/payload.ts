import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'

// What of the Messenger Platform's payload is read. Everything else may be there, and is kept.

const text = Type.String({ minLength: 1 })
/** Milliseconds since 1970. */
const time = Type.Integer({ minimum: 0, maximum: 4e12 })
const party = Type.Object({ id: Type.Optional(text) })
const list = Type.Optional(Type.Array(Type.Unknown()))

const Message = Type.Object({
  mid: text,
  text: Type.Optional(Type.String()),
  is_echo: Type.Optional(Type.Boolean()),
  metadata: Type.Optional(Type.String()),
  quick_reply: Type.Optional(Type.Object({})),
  reply_to: Type.Optional(Type.Object({ mid: Type.Optional(text) })),
  attachments: Type.Optional(Type.Array(Type.Object({
    type: Type.String(),
    payload: Type.Optional(Type.Union([Type.Null(), Type.Object({ sticker_id: Type.Optional(Type.Unknown()), url: Type.Optional(Type.Unknown()) })])),
  }))),
})
export type Message = Static<typeof Message>

const Item = Type.Object({
  sender: Type.Optional(party),
  recipient: Type.Optional(party),
  timestamp: Type.Optional(time),
  message: Type.Optional(Message),
  message_edit: Type.Optional(Type.Object({ mid: text, text: Type.String(), num_edit: Type.Optional(Type.Integer()) })),
  reaction: Type.Optional(Type.Object({ mid: text, action: Type.String(), emoji: Type.Optional(Type.String()) })),
  postback: Type.Optional(Type.Object({ mid: Type.Optional(text), title: Type.Optional(Type.String()) })),
  optin: Type.Optional(Type.Object({
    type: Type.Optional(Type.String()), title: Type.Optional(Type.String()), notification_messages_status: Type.Optional(Type.String()),
  })),
  delivery: Type.Optional(Type.Object({ watermark: time, mids: Type.Optional(Type.Array(text)) })),
  read: Type.Optional(Type.Object({ watermark: time })),
})
export type Item = Static<typeof Item>

const Entry = Type.Object({ id: text, messaging: list, standby: list, changes: list })

export const entry = Compile(Entry)
export const item = Compile(Item)
