import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'

// What of the Bot API's updates is read. Everything else may be there, and is kept.

/** Up to 52 bits; a number that is not safe has lost digits. */
const id = Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER })
/** Seconds since 1970. */
const time = Type.Integer({ minimum: 0, maximum: 4e9 })
const name = Type.Optional(Type.String())

const Chat = Type.Object({ id, type: Type.String() })
const User = Type.Object({ id, first_name: name, last_name: name, username: name, language_code: name })
export type User = Static<typeof User>

const Message = Type.Object({
  message_id: id,
  date: time,
  edit_date: Type.Optional(time),
  chat: Chat,
  from: User,
  text: Type.Optional(Type.String()),
  caption: Type.Optional(Type.String()),
  reply_to_message: Type.Optional(Type.Object({ message_id: id })),
})
export type Message = Static<typeof Message>

const Membership = Type.Object({ chat: Chat, from: User, date: time, new_chat_member: Type.Object({ status: Type.String() }) })
export type Membership = Static<typeof Membership>

export const message = Compile(Message)
export const membership = Compile(Membership)
