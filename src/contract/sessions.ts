import { Type, type Static } from 'typebox'
import { ChannelId, MessageId, MessagingUserId, Nullable, PageQuery, SessionId, Strict, Time } from './common.ts'

const sessionStatuses = ['New', 'Waiting', 'Active', 'Inactive', 'Paused', 'Consent', 'Ended', 'Error'] as const
const sessionOrigins = [
  'InboundInitiated', 'AgentInitiated', 'TriggeredOutbound', 'Help', 'OptIn', 'OptOut', 'ConversationClose', 'ConversationControlLost',
] as const

export const Session = Type.Object({
  id: SessionId,
  name: Type.String({ description: 'Running number, e.g. MS-00000012' }),
  messagingUserId: MessagingUserId,
  messagingUserName: Type.String(),
  channelId: ChannelId,
  channelName: Type.String(),
  channelType: Type.String(),
  status: Type.Enum([...sessionStatuses]),
  origin: Type.Enum([...sessionOrigins]),
  startedAt: Time,
  endedAt: Nullable(Time),
  lastMessageAt: Nullable(Time),
  endUserMessageCount: Type.Integer(),
  agentMessageCount: Type.Integer(),
  preview: Nullable(Type.String({ description: 'The last thing said, shortened' })),
})
export type Session = Static<typeof Session>

export const SessionQuery = Strict({
  ...PageQuery,
  channelId: Type.Optional(ChannelId),
  messagingUserId: Type.Optional(MessagingUserId),
  status: Type.Optional(Type.Enum([...sessionStatuses])),
})
export type SessionQuery = Static<typeof SessionQuery>

export const Message = Type.Object({
  id: MessageId,
  messagingUserId: MessagingUserId,
  sessionId: SessionId,
  direction: Type.Enum(['inbound', 'outbound']),
  type: Type.String({ description: '`text`, `image`, `audio`, `video`, `document`, `sticker`, `location`, `contacts`, `reaction`, `interactive`, `other`' }),
  text: Nullable(Type.String()),
  content: Type.Unknown({ description: 'What is not plain text, as the platform sent it' }),
  platformMessageId: Type.String(),
  replyToPlatformMessageId: Nullable(Type.String()),
  sentAt: Type.String({ format: 'date-time', description: 'The platform’s own time' }),
  receivedAt: Type.String({ format: 'date-time', description: 'When Muster committed it' }),
  deliveredAt: Nullable(Time),
  readAt: Nullable(Time),
  failedAt: Nullable(Time),
  failure: Nullable(Type.String()),
  editedAt: Nullable(Time),
  deletedAt: Nullable(Time),
})
export type Message = Static<typeof Message>

/** Newest first; `nextCursor` leads to older ones. */
export const MessageQuery = Strict({ ...PageQuery })
