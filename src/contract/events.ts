import { Type, type Static } from 'typebox'
import { ChannelId, MessagingUserId } from './common.ts'
import { AccountId, IndividualId } from './individuals.ts'

/**
 * One line of the live stream (`GET /api/v1/events`, server-sent events of type `change`): what to read again.
 * It carries no content, so whoever listens sees only what reading would show. Nothing is replayed after a
 * reconnect: read again what is on screen.
 */
export const ChangeEvent = Type.Union([
  Type.Object({ type: Type.Literal('messaging-user'), id: MessagingUserId, channelId: ChannelId }),
  Type.Object({ type: Type.Literal('channel'), id: ChannelId }),
  /** Nothing to read: a person is writing, or has stopped. Who hears nothing more for a while takes them to have stopped. */
  Type.Object({ type: Type.Literal('typing'), id: MessagingUserId, channelId: ChannelId, isTyping: Type.Boolean() }),
  /** Nothing to read: somebody of the business is writing to the person. Told again every few seconds while it lasts. */
  Type.Object({ type: Type.Literal('answering'), id: MessagingUserId, channelId: ChannelId }),
  Type.Object({ type: Type.Literal('individual'), id: IndividualId }),
  Type.Object({ type: Type.Literal('account'), id: AccountId }),
  /** Too many changes to name each. */
  Type.Object({ type: Type.Literal('many') }),
])
export type ChangeEvent = Static<typeof ChangeEvent>
