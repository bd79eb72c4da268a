import { Type, type Static } from 'typebox'
import { Strict, Time } from './common.ts'

/** What the web chat in a browser speaks with Muster (`/chat/v1/:channelId/…`). */
export const ChatSettings = Type.Object({ title: Type.String(), welcome: Type.String() })
export type ChatSettings = Static<typeof ChatSettings>

/** A guest of this browser; `token` proves it and is kept there. */
export const ChatGuest = Type.Object({ guestId: Type.String(), token: Type.String() })
export type ChatGuest = Static<typeof ChatGuest>

export const ChatSend = Strict({
  id: Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$', description: 'Made by the client; sending it again changes nothing' }),
  text: Type.String({ minLength: 1, maxLength: 4000, pattern: '\\S' }),
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
})
export type ChatSend = Static<typeof ChatSend>

export const ChatMessage = Type.Object({ id: Type.String(), direction: Type.Enum(['inbound', 'outbound']), text: Type.String(), sentAt: Time })
export type ChatMessage = Static<typeof ChatMessage>
export const ChatHistory = Type.Object({
  items: Type.Array(ChatMessage),
  isAnswering: Type.Boolean({ description: 'Somebody of the business is writing to the guest' }),
})
export type ChatHistory = Static<typeof ChatHistory>
