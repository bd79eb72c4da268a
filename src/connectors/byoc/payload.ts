import { Type, type TProperties } from 'typebox'
import { Compile } from 'typebox/compile'
import { Strict } from '../../contract/common.ts'
import { ConsentStatus } from '../../contract/consent.ts'
import { attachmentKinds } from '../../contract/inbound-event.ts'

// What another system of the operator sends: `POST { "events": [ … ] }`. See setup.md for examples.

const key = Type.String({ minLength: 1, maxLength: 255, description: 'Taken as it is: nothing is trimmed, and case counts' })
const shortText = Type.String({ minLength: 1, maxLength: 255 })
const longText = Type.String({ maxLength: 65_536 })
const language = Type.String({ maxLength: 35, pattern: '^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$' })
const name = Type.String({ minLength: 1, maxLength: 255, pattern: '\\S' })

/** Also finds what the pattern of ISO 8601 lets through: second 60, and years nobody wrote messages in. */
const time = Type.Refine(Type.String({ format: 'date-time', description: 'ISO 8601 with offset' }), value => {
  const year = new Date(value).getUTCFullYear()
  return year >= 1990 && year < 2100
}, () => 'must be a time from 1990 to 2099')

const user = {
  key,
  name: Type.Optional(name),
  externalId: Type.Optional(shortText),
  locale: Type.Optional(language),
  language: Type.Optional(language),
  isoCountryCode: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
  profilePictureUrl: Type.Optional(Type.String({ maxLength: 2000, pattern: '^https?://' })),
}
const attachment = Strict({
  kind: Type.Enum([...attachmentKinds]),
  url: Type.String({ maxLength: 2000, pattern: '^https?://\\S+$' }),
  mediaType: Type.Optional(Type.String({ maxLength: 255, pattern: '^[\\w.+-]+/[\\w.+-]+' })),
  fileName: Type.Optional(shortText),
  size: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 40 })),
  expires: Type.Optional(Type.Boolean()),
})
const message = Strict({
  id: key,
  type: Type.Optional(Type.Enum([
    'text', 'image', 'audio', 'video', 'document', 'sticker', 'location', 'contacts', 'reaction', 'interactive', 'other',
  ])),
  text: Type.Optional(longText),
  content: Type.Optional(Type.Unknown()),
  attachments: Type.Optional(Type.Array(attachment, { minItems: 1, maxItems: 30 })),
  replyToId: Type.Optional(key),
})

const frame = { id: key, occurredAt: time }
const event = <T extends string, P extends TProperties>(type: T, more: P) =>
  Compile(Strict({ ...frame, type: Type.Literal(type), user: Strict(user), ...more }))

export const checkBody = Compile(Strict({ events: Type.Array(Type.Object({ type: shortText }), { minItems: 1, maxItems: 1000 }) }))
export const checkUnknown = Compile(Type.Object(frame))
/** Every kind of event, by its type. */
export const checks = {
  'message.received': event('message.received', { message }),
  'message.sent': event('message.sent', { message }),
  'message.status': event('message.status', {
    message: Strict({ id: key }),
    status: Type.Enum(['sent', 'delivered', 'read', 'failed']),
    error: Type.Optional(Strict({ code: shortText, title: shortText })),
  }),
  'message.edited': event('message.edited', { message: Strict({ id: key, text: longText }) }),
  'message.deleted': event('message.deleted', { message: Strict({ id: key }) }),
  'history.imported': event('history.imported', {
    messages: Type.Array(Strict({ ...message.properties, direction: Type.Enum(['inbound', 'outbound']), sentAt: time }), { minItems: 1, maxItems: 1000 }),
  }),
  typing: event('typing', { isTyping: Type.Boolean() }),
  'user.renamed': event('user.renamed', { user: Strict({ ...user, name }) }),
  'user.readdressed': event('user.readdressed', { previousKey: key }),
  'consent.changed': event('consent.changed', {
    status: ConsentStatus,
    purpose: Type.Optional(Type.Enum(['all', 'marketing'])),
    words: Type.Optional(Type.String({ minLength: 1, maxLength: 4000 })),
  }),
  'session.closed': event('session.closed', {}),
}
