import { Type, type Static } from 'typebox'
import { ChannelId, MessagingUserId, Nullable, PageQuery, Strict, Time } from './common.ts'
import { consentStatuses, ConsentStatus } from './consent.ts'
import { AccountId, IndividualId } from './individuals.ts'

const linkId = (what: string) => Nullable(Type.String({ description: `Id of the linked ${what}` }))

export const MessagingUser = Type.Object({
  id: MessagingUserId,
  channelId: ChannelId,
  channelName: Type.String(),
  channelType: Type.String(),
  messageType: Type.String(),
  platformKey: Type.String({ description: 'The address exactly as the platform sent it; never changes' }),
  externalId: Nullable(Type.String({ description: 'What a person would recognise: a phone number, a username' })),
  name: Type.String(),
  nameSource: Type.Enum(['platform', 'business', 'import', 'default'], { description: 'Who gave the name; one given by the business is never overwritten' }),
  consentStatus: Nullable(ConsentStatus),
  isFullyOptedIn: Type.Boolean({ description: 'Is the consent at least what the channel asks for? Computed' }),
  locale: Nullable(Type.String()),
  language: Nullable(Type.String()),
  isoCountryCode: Nullable(Type.String()),
  profilePictureUrl: Nullable(Type.String()),
  hasInitialResponseSent: Type.Boolean(),
  contactId: linkId('contact'),
  accountId: linkId('account'),
  leadId: linkId('lead'),
  employeeId: linkId('employee'),
  personAccountId: linkId('person account'),
  ownerId: Nullable(Type.String({ description: 'Id of the operator who owns the record' })),
  isShared: Type.Boolean({ description: 'Several people write from this address: nobody is linked to it without a person’s decision' }),
  blocked: Type.Boolean(),
  blockedReason: Nullable(Type.String()),
  blockedUntil: Nullable(Type.String({ format: 'date-time', description: 'Null for a block without an end' })),
  consentPendingUntil: Nullable(Type.String({ format: 'date-time', description: 'Until when a double opt-in waits for its second word' })),
  firstMessageAt: Nullable(Time),
  lastMessageAt: Nullable(Time),
  sessionCount: Type.Integer(),
  messageCount: Type.Integer(),
  createdAt: Time,
  updatedAt: Time,
})
export type MessagingUser = Static<typeof MessagingUser>

export const MessagingUserQuery = Strict({
  ...PageQuery,
  q: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Part of a name, number, handle or key; one or two letters or digits are looked for at the beginning of words' })),
  channelId: Type.Optional(ChannelId),
  channelType: Type.Optional(Type.String({ maxLength: 40 })),
  consentStatus: Type.Optional(Type.Enum([...consentStatuses, 'none'])),
  blocked: Type.Optional(Type.Boolean()),
  lastMessageAfter: Type.Optional(Time),
  lastMessageBefore: Type.Optional(Time),
  createdAfter: Type.Optional(Time),
  createdBefore: Type.Optional(Time),
})
export type MessagingUserQuery = Static<typeof MessagingUserQuery>

const given = (minLength: number, maxLength: number) => Type.Optional(Type.String({ minLength, maxLength, pattern: '\\S' }))

/** Somebody who has not written yet, on a channel where people have an address before they do. */
export const MessagingUserCreate = Strict({
  channelId: ChannelId,
  key: Type.String({
    minLength: 1, maxLength: 255, pattern: '\\S',
    description: 'A phone number in any spelling, a national one being of the channel’s country; on a channel of your own, your key of the person',
  }),
  name: given(1, 255),
  locale: given(2, 35),
  language: given(2, 35),
  isoCountryCode: given(2, 2),
  contactId: Type.Optional(IndividualId),
  accountId: Type.Optional(AccountId),
  leadId: Type.Optional(IndividualId),
  employeeId: Type.Optional(IndividualId),
  personAccountId: Type.Optional(IndividualId),
  consent: Type.Optional(Strict({
    status: ConsentStatus,
    source: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S', description: 'Where and how the person gave it: a form, a phone call, a paper' }),
    at: Type.Optional(Time),
  })),
})
export type MessagingUserCreate = Static<typeof MessagingUserCreate>

/** What people at the business may change. Channel, type and key are the identity and never change; consent has its own ledger. */
export const MessagingUserUpdate = Strict({
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 255, pattern: '\\S' })),
  language: Type.Optional(Nullable(Type.String({ minLength: 2, maxLength: 35, pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$' }))),
  ownerId: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 64 }))),
}, { minProperties: 1 })
export type MessagingUserUpdate = Static<typeof MessagingUserUpdate>

export const Block = Strict({
  reason: Type.String({ minLength: 1, maxLength: 255, pattern: '\\S' }),
  until: Type.Optional(Nullable(Time)),
})
export type Block = Static<typeof Block>

/** One identifier of a messaging user, with the time it was theirs. */
export const Alias = Type.Object({
  kind: Type.String(),
  key: Type.String(),
  isPlatformKey: Type.Boolean(),
  since: Time,
  until: Nullable(Time),
  evidence: Type.String({ description: 'How Muster learnt of it' }),
})
export type Alias = Static<typeof Alias>

export const HistoryEntry = Type.Object({
  field: Type.String(),
  oldValue: Type.Unknown(),
  newValue: Type.Unknown(),
  source: Type.Enum(['platform', 'operator', 'api-key', 'system']),
  actor: Nullable(Type.String({ description: 'Name of the operator or API key' })),
  changedAt: Time,
})
export type HistoryEntry = Static<typeof HistoryEntry>

/** "This number now belongs to somebody else." */
export const Reassignment = Strict({
  at: Type.Optional(Time),
  note: Type.Optional(Type.String({ minLength: 1, maxLength: 500, pattern: '\\S', description: 'How the business knows' })),
})
export const ReassignmentResult = Type.Object({
  endedAt: Time,
  identifiers: Type.Array(Type.Object({ kind: Type.String(), key: Type.String() }), { description: 'What the messaging user is no longer reached at' }),
  sharedPhoneCount: Type.Integer({ description: 'Phones of individuals with this number, linked or not, now marked as shared' }),
  alsoAt: Type.Array(Type.Object({ messagingUserId: MessagingUserId, channelName: Type.String(), name: Type.String() }), {
    description: 'Messaging users who are reached at the same number on other channels, 20 at most: they keep their consent and links until it is said there, too',
  }),
})
export const Shared = Strict({ isShared: Type.Boolean() })
