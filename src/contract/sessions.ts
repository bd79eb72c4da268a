import { Type, type Static } from 'typebox'
import { Attachment } from './attachments.ts'
import { PlatformType } from './channels.ts'
import { ChannelId, MessageId, MessagingUserId, Nullable, PageQuery, SessionId, Strict, Time } from './common.ts'

export const sessionStatuses = ['New', 'Waiting', 'Active', 'Inactive', 'Paused', 'Consent', 'Ended', 'Error'] as const
export type SessionStatus = (typeof sessionStatuses)[number]
export const sessionOrigins = [
  'InboundInitiated', 'AgentInitiated', 'TriggeredOutbound', 'Help', 'OptIn', 'OptOut', 'ConversationClose', 'ConversationControlLost',
] as const
export type SessionOrigin = (typeof sessionOrigins)[number]
export const agentTypes = ['Agent', 'Bot', 'BotToAgent', 'System'] as const
export type AgentType = (typeof agentTypes)[number]
export const endedBys = ['Agent', 'Bot', 'EndUser', 'System'] as const
export type EndedBy = (typeof endedBys)[number]

const OperatorId = Type.String({ pattern: '^op_[0-7][0-9a-hjkmnp-tv-z]{25}$', description: 'Id of an operator' })
const Seconds = Nullable(Type.Integer({ minimum: 0 }))

const links = (when: string) => {
  const linkedTo = (what: string) => Nullable(Type.String({ description: `The ${what} the person ${when}` }))
  return {
    contactId: linkedTo('contact'),
    contactName: Nullable(Type.String()),
    accountId: linkedTo('account'),
    leadId: linkedTo('lead'),
    employeeId: linkedTo('employee'),
    personAccountId: linkedTo('person account'),
  }
}

export const Session = Type.Object({
  id: SessionId,
  name: Type.String({ description: 'Running number, e.g. MS-00000012' }),
  messagingUserId: MessagingUserId,
  messagingUserName: Type.String(),
  channelId: ChannelId,
  channelName: Type.String(),
  channelType: Type.String(),
  platformType: PlatformType,
  status: Type.Enum([...sessionStatuses]),
  origin: Type.Enum([...sessionOrigins]),
  ownerId: Nullable(Type.String({ description: 'Operator who serves it' })),
  ownerName: Nullable(Type.String()),
  agentType: Nullable(Type.Enum([...agentTypes])),
  startedAt: Time,
  acceptedAt: Nullable(Time),
  endedAt: Nullable(Time),
  endedBy: Nullable(Type.Enum([...endedBys])),
  endUserLanguage: Nullable(Type.String()),
  lastMessageAt: Nullable(Time),
  endUserMessageCount: Type.Integer(),
  agentMessageCount: Type.Integer(),
  firstResponseSeconds: Seconds,
  averageResponseSeconds: Seconds,
  preview: Nullable(Type.String({ description: 'The last thing said, shortened' })),
  ...links('was linked to when the session ended, or is linked to while it runs'),
  currentLinks: Type.Object(links('is linked to now'), { description: 'Whom the person is linked to now' }),
})
export type Session = Static<typeof Session>

const Statuses = Type.Enum([...sessionStatuses])

export const SessionQuery = Strict({
  ...PageQuery,
  q: Type.Optional(Type.String({ maxLength: 200, description: 'Part of the person’s name, number, handle or key' })),
  channelId: Type.Optional(ChannelId),
  messagingUserId: Type.Optional(MessagingUserId),
  status: Type.Optional(Type.Union([Statuses, Type.Array(Statuses, { maxItems: 8 })], { description: 'Can be given more than once' })),
  open: Type.Optional(Type.Boolean({ description: 'Neither Ended nor Error' })),
  origin: Type.Optional(Type.Enum([...sessionOrigins])),
  ownerId: Type.Optional(OperatorId),
  endedBy: Type.Optional(Type.Enum([...endedBys])),
  startedAfter: Type.Optional(Time),
  startedBefore: Type.Optional(Time),
})
export type SessionQuery = Static<typeof SessionQuery>

/** Who serves the session from now on. */
export const SessionOwner = Strict({
  operatorId: Type.Optional(Type.Unsafe<string>({
    ...OperatorId, description: 'The operator who takes it over; left out: the caller, unless somebody else serves it',
  })),
})
export const SessionStatusChange = Strict({ status: Type.Enum(['Active', 'Inactive', 'Paused']) })

export const Message = Type.Object({
  id: MessageId,
  messagingUserId: MessagingUserId,
  sessionId: SessionId,
  direction: Type.Enum(['inbound', 'outbound']),
  type: Type.String({ description: '`text`, `image`, `audio`, `video`, `document`, `sticker`, `location`, `contacts`, `reaction`, `interactive`, `template`, `other`' }),
  text: Nullable(Type.String()),
  content: Type.Unknown({ description: 'What is not plain text, as the platform sent it, or as it was sent to the platform' }),
  attachments: Type.Array(Attachment, { description: 'The files that came with it, in their order' }),
  sender: Type.Enum(['EndUser', 'Agent', 'Bot', 'System'], { description: 'Agent: a person at the business; Bot: a program; System: Muster’s own reply to a keyword' }),
  purpose: Nullable(Type.String({ description: 'What the business sent it for' })),
  platformMessageId: Nullable(Type.String({ description: 'Null until the platform took the message' })),
  replyToPlatformMessageId: Nullable(Type.String()),
  sentAt: Type.String({ format: 'date-time', description: 'The platform’s own time' }),
  receivedAt: Type.String({ format: 'date-time', description: 'When Muster committed it' }),
  acceptedAt: Nullable(Type.String({ format: 'date-time', description: 'When the platform took what Muster sent' })),
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

/** A message the platform has approved beforehand, and what fills its gaps. What else it must be is the platform's to say. */
export const MessageTemplate = Strict({
  name: Type.String({ minLength: 1, maxLength: 512 }),
  language: Type.String({ minLength: 2, maxLength: 35 }),
  category: Type.Optional(Type.Enum(['marketing', 'utility', 'authentication'], { description: 'As approved; `marketing` takes the purpose `marketing`' })),
  components: Type.Optional(Type.Array(Type.Unknown(), { maxItems: 50 })),
}, { description: 'Where the platform has templates: see `templates` of `/api/v1/connectors`' })
export type MessageTemplate = Static<typeof MessageTemplate>

/** Text or a template for a messaging user. */
export const MessageSend = Strict({
  messagingUserId: MessagingUserId,
  text: Type.Optional(Type.String({ minLength: 1, maxLength: 4096, pattern: '\\S' })),
  template: Type.Optional(MessageTemplate),
  purpose: Type.Optional(Type.String({ maxLength: 40, description: 'Text has `service`, if nothing else is said; a template’s has to be said' })),
  idempotencyKey: Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: 'The same key for the same person is sent once' })),
})
