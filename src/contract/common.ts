import { Type, type Static, type TProperties, type TSchema } from 'typebox'

/** Ids on the wire are TypeIDs: a prefix that tells the kind, an underscore and 26 characters. */
export const Id = (prefix: string, description: string) =>
  Type.String({ pattern: `^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`, description, examples: [`${prefix}_01jd3m5xe8f4kvh2n6q9rstvwx`] })

export const ChannelId = Id('ch', 'Id of a channel')
export const MessagingUserId = Id('mu', 'Id of a messaging user')
export const SessionId = Id('ms', 'Id of a session')
export const MessageId = Id('msg', 'Id of a message')
export const RejectId = Id('rj', 'Id of a reject')

export const Time = Type.String({ format: 'date-time', description: 'ISO 8601, UTC' })
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
/** An object that refuses unknown fields: what a caller may send. */
export const Strict = <T extends TProperties>(properties: T, options: object = {}) =>
  Type.Object(properties, { additionalProperties: false, ...options })

export const PageQuery = {
  cursor: Type.Optional(Type.String({ maxLength: 500, description: '`nextCursor` of the page before' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 50 })),
}
export const Page = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), nextCursor: Nullable(Type.String({ description: 'Ask for the next page with it; null on the last' })) })

export const errorCodes = [
  'bad_request', 'invalid_field', 'invalid_cursor', 'unauthenticated', 'invalid_signature', 'forbidden', 'not_found', 'conflict', 'send_refused',
  'too_large', 'unsupported_media_type', 'rate_limited', 'unavailable', 'internal',
] as const
export type ErrorCode = (typeof errorCodes)[number]

/** Every error of the API. `details` names the fields of a refused request. */
export const ErrorBody = Type.Object({
  error: Type.Object({
    code: Type.Enum([...errorCodes]),
    message: Type.String(),
    details: Type.Optional(Type.Array(Type.Object({ field: Type.String(), message: Type.String() }))),
  }),
})
export type ErrorBody = Static<typeof ErrorBody>
