import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'

// What of the Cloud API's payload is read. Everything else may be there, and is kept.

const text = Type.String({ minLength: 1 })
const media = Type.Object({ caption: Type.Optional(Type.String()) })
const titled = Type.Object({ title: Type.Optional(Type.String()) })

/** Seconds since 1970, in a string. */
const timestamp = Type.String({ pattern: '^\\d{1,12}$' })

const Contact = Type.Object({
  profile: Type.Optional(Type.Object({ name: Type.Optional(Type.String()), username: Type.Optional(Type.String()) })),
  wa_id: Type.Optional(text),
  user_id: Type.Optional(text),
  parent_user_id: Type.Optional(text),
})
export type Contact = Static<typeof Contact>

/** The frame of a change of the fields that are understood; what its lists hold is checked one by one. */
const Value = Type.Object({
  metadata: Type.Object({ phone_number_id: text }),
  contacts: Type.Optional(Type.Array(Type.Unknown())),
  messages: Type.Optional(Type.Array(Type.Unknown())),
  message_echoes: Type.Optional(Type.Array(Type.Unknown())),
  statuses: Type.Optional(Type.Array(Type.Unknown())),
  user_preferences: Type.Optional(Type.Array(Type.Unknown())),
  errors: Type.Optional(Type.Array(Type.Unknown())),
})

/** What a message of each type says, under the key of its type. */
const said = {
  text: Type.Optional(Type.Object({ body: Type.String() })),
  image: Type.Optional(media),
  video: Type.Optional(media),
  document: Type.Optional(media),
  button: Type.Optional(Type.Object({ text: Type.Optional(Type.String()) })),
  interactive: Type.Optional(Type.Object({
    button_reply: Type.Optional(titled),
    list_reply: Type.Optional(titled),
    nfm_reply: Type.Optional(Type.Object({ body: Type.Optional(Type.String()) })),
  })),
  reaction: Type.Optional(Type.Object({ message_id: Type.String(), emoji: Type.Optional(Type.String()) })),
  order: Type.Optional(Type.Object({ text: Type.Optional(Type.String()) })),
}
const Said = Type.Object(said)
export type Said = Static<typeof Said>

const Message = Type.Object({
  id: text,
  timestamp,
  type: Type.String(),
  from: Type.Optional(text),
  from_user_id: Type.Optional(text),
  from_parent_user_id: Type.Optional(text),
  to: Type.Optional(text),
  to_user_id: Type.Optional(text),
  context: Type.Optional(Type.Object({ id: Type.Optional(text) })),
  ...said,
  edit: Type.Optional(Type.Object({ original_message_id: text, message: Said })),
  revoke: Type.Optional(Type.Object({ original_message_id: text })),
  system: Type.Optional(Type.Object({
    type: Type.String(),
    wa_id: Type.Optional(text),
    user_id: Type.Optional(text),
    parent_user_id: Type.Optional(text),
    previous_user_id: Type.Optional(text),
    previous_parent_user_id: Type.Optional(text),
  })),
})
export type Message = Static<typeof Message>

const Status = Type.Object({
  id: text,
  status: Type.String(),
  timestamp,
  recipient_type: Type.Optional(Type.String()),
  recipient_id: Type.Optional(text),
  recipient_user_id: Type.Optional(text),
  // Meta's own pages name the parent in two ways.
  parent_recipient_user_id: Type.Optional(text),
  parent_user_id: Type.Optional(text),
  recipient_participant_id: Type.Optional(text),
  errors: Type.Optional(Type.Array(Type.Object({
    code: Type.Union([Type.Number(), Type.String()]),
    title: Type.Optional(Type.String()),
    error_data: Type.Optional(Type.Object({ details: Type.Optional(Type.String()) })),
  }))),
})

const Preference = Type.Object({
  wa_id: Type.Optional(text),
  user_id: Type.Optional(text),
  parent_user_id: Type.Optional(text),
  category: Type.String(),
  value: Type.String(),
  // A number here, unlike everywhere else.
  timestamp: Type.Union([timestamp, Type.Integer({ minimum: 0 })]),
})

export const contact = Compile(Contact)
export const value = Compile(Value)
export const message = Compile(Message)
export const status = Compile(Status)
export const preference = Compile(Preference)
