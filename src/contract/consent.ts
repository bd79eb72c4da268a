import { Type, type Static } from 'typebox'
import { ChannelId, Id, MessageId, MessagingUserId, Nullable, PageQuery, Strict, Time } from './common.ts'

const ConsentEventId = Id('ce', 'Id of a line of the consent ledger')
export const ConsentReviewId = Id('cr', 'Id of a consent review')

export const consentStatuses = ['ImplicitlyOptedIn', 'ExplicitlyOptedIn', 'DoublyOptedIn', 'OptedOut'] as const
export const ConsentStatus = Type.Enum([...consentStatuses])
export type ConsentStatus = Static<typeof ConsentStatus>

export const consentTypes = ['ImplicitOptIn', 'ExplicitOptIn', 'DoubleOptIn'] as const
export const ConsentType = Type.Enum([...consentTypes], { description: 'The consent a person must have given before the business may write' })
export type ConsentType = Static<typeof ConsentType>

const Words = Type.Array(Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' }), { maxItems: 50 })
const Reply = Nullable(Type.String({ minLength: 1, maxLength: 1600, pattern: '\\S' }))

/** What one language's people say to a channel, and what it answers. A reply that is null is not sent. */
export const Keywords = Strict({
  optOut: Words,
  optIn: Words,
  doubleOptIn: Words,
  help: Words,
  custom: Words,
  optOutConfirmation: Reply,
  optInConfirmation: Reply,
  optInPrompt: Reply,
  doubleOptInPrompt: Reply,
  helpResponse: Reply,
  customResponse: Reply,
})
export type Keywords = Static<typeof Keywords>

export const keywordKinds = ['optOut', 'doubleOptIn', 'optIn', 'help', 'custom'] as const
export type KeywordKind = (typeof keywordKinds)[number]

/** BCP 47, or `general`: the list every language falls back to. */
export const KeywordLanguage = Type.String({ pattern: '^(general|[a-z]{2,3}(-[A-Za-z0-9]{2,8})*)$', maxLength: 35 })
export const LanguageKeywords = Type.Object({
  language: KeywordLanguage,
  languageName: Type.String(),
  isDefault: Type.Boolean({ description: 'Are these the words Muster ships, unchanged?' }),
  keywords: Keywords,
})
export type LanguageKeywords = Static<typeof LanguageKeywords>

/** What a message from somebody would do, without doing it. */
export const KeywordTrial = Strict({
  text: Type.String({ minLength: 1, maxLength: 4000 }),
  language: Type.Optional(Nullable(Type.String({ maxLength: 35 }))),
  consentStatus: Type.Optional(Nullable(ConsentStatus)),
  pending: Type.Optional(Type.Boolean({ description: 'Does a double opt-in wait for its second word?' })),
})
export type KeywordTrial = Static<typeof KeywordTrial>
export const KeywordTrialResult = Type.Object({
  keyword: Nullable(Type.Object({ kind: Type.Enum([...keywordKinds]), word: Type.String(), language: Type.String() })),
  revocation: Nullable(Type.Object({ phrase: Type.String(), language: Type.String() }, { description: 'It reads like a revocation and would go to the review queue' })),
  consentStatus: Nullable(ConsentStatus),
  pending: Type.Boolean(),
  isFullyOptedIn: Type.Boolean(),
  reply: Nullable(Type.String()),
  sessionStatus: Type.Enum(['Consent', 'Waiting', 'Ended']),
})
export type KeywordTrialResult = Static<typeof KeywordTrialResult>

export const Purpose = Type.Object({
  key: Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' }),
  label: Type.String({ minLength: 1, maxLength: 80 }),
  minimumConsent: Nullable(Type.Enum([...consentTypes], { description: 'Null: what the channel asks for' })),
})
export type Purpose = Static<typeof Purpose>
export const PurposeCreate = Strict(Purpose.properties)
export const PurposeUpdate = Strict({
  label: Type.Optional(Purpose.properties.label),
  minimumConsent: Type.Optional(Purpose.properties.minimumConsent),
}, { minProperties: 1 })

export const consentSources = ['message', 'keyword', 'platform', 'carrier', 'console', 'api', 'import', 'merge', 'review', 'timer', 'migration'] as const

/** One line of the append-only consent ledger. */
export const ConsentEvent = Type.Object({
  id: ConsentEventId,
  number: Type.Integer({ description: 'Place in this messaging user’s chain, from 1' }),
  purpose: Type.String({ description: '`all`, or the key of a purpose' }),
  fromStatus: Nullable(ConsentStatus),
  toStatus: Nullable(ConsentStatus),
  pendingUntil: Nullable(Time),
  source: Type.Enum([...consentSources]),
  actor: Nullable(Type.String({ description: 'Operator or API key; null: the person, or Muster itself' })),
  language: Nullable(Type.String()),
  words: Nullable(Type.String({ description: 'Word for word what the person said or was asked' })),
  messageId: Nullable(MessageId),
  note: Nullable(Type.String()),
  happenedAt: Time,
  recordedAt: Time,
  hash: Type.String({ description: 'SHA-256, hexadecimal' }),
  previousHash: Nullable(Type.String()),
})
export type ConsentEvent = Static<typeof ConsentEvent>

/** A change somebody at the business, or another system, records; with the evidence for it. */
export const ConsentEventCreate = Strict({
  status: ConsentStatus,
  purpose: Type.Optional(Type.String({ maxLength: 40, default: 'all', description: '`all`, or the key of a purpose' })),
  evidence: Type.String({ minLength: 1, maxLength: 255, pattern: '\\S', description: 'Where the person said so: a form, a phone call, a paper' }),
  note: Type.Optional(Type.String({ maxLength: 2000 })),
  words: Type.Optional(Type.String({ maxLength: 4000, description: 'Word for word what the person was asked or said' })),
  language: Type.Optional(Type.String({ maxLength: 35 })),
  happenedAt: Type.Optional(Time),
})
export type ConsentEventCreate = Static<typeof ConsentEventCreate>

/**
 * What a person consented to and withdrew, for themselves or for whoever asks for proof. Names of fields as in
 * ISO/IEC TS 27560:2023, Annex B (JSON), in its snake case.
 */
export const ConsentReceipt = Type.Object({
  schema_version: Type.String(),
  record_id: Type.String(),
  pii_principal_id: Type.String(),
  jurisdiction: Nullable(Type.String()),
  collected_at: Nullable(Time),
  pii_controllers: Type.Array(Type.Object({ name: Type.String(), contact: Type.String() })),
  pii_principal: Type.Object({ channel: Type.String(), identifier: Type.String(), name: Type.String() }),
  purposes: Type.Array(Type.Object({
    purpose: Type.String(),
    lawful_basis: Type.Literal('consent'),
    status: Type.String(),
    pii_information: Type.Array(Type.String()),
  })),
  events: Type.Array(Type.Object({
    event_id: Type.String(),
    event_type: Type.Enum(['consent given', 'consent withdrawn', 'consent renewed', 'consent requested', 'consent expired']),
    event_time: Time,
    event_state: Nullable(ConsentStatus),
    purpose: Type.String(),
    entity: Type.String(),
    method: Type.String(),
    language: Nullable(Type.String()),
    words: Nullable(Type.String()),
    note: Nullable(Type.String()),
    hash: Type.String(),
  })),
  created_at: Time,
})
export type ConsentReceipt = Static<typeof ConsentReceipt>

/** May this person be written to? Nothing is sent. */
export const SendCheck = Strict({
  messagingUserId: MessagingUserId,
  purpose: Type.Optional(Type.String({ maxLength: 40, default: 'service' })),
})
export const sendCheckCodes = [
  'opted_out', 'not_opted_in', 'consent_too_low', 'purpose_opted_out', 'opted_out_elsewhere', 'blocked', 'channel_inactive', 'channel_cannot_send',
  'business_initiated_not_allowed', 'reply_window_closed', 'served_by_another', 'no_address',
] as const
export const SendCheckResult = Type.Object({
  allowed: Type.Boolean(),
  reasons: Type.Array(Type.Object({
    code: Type.Enum([...sendCheckCodes]),
    message: Type.String(),
    consentEventId: Nullable(ConsentEventId),
  }), { description: 'Every reason against it; empty when allowed' }),
  consentStatus: Nullable(ConsentStatus),
  requiredConsent: ConsentType,
  consentEventId: Nullable(Type.String({ description: 'The line of the ledger the answer rests on' })),
})
export type SendCheckResult = Static<typeof SendCheckResult>

export const ConsentReview = Type.Object({
  id: ConsentReviewId,
  messagingUserId: MessagingUserId,
  messagingUserName: Type.String(),
  channelId: ChannelId,
  channelName: Type.String(),
  messageId: MessageId,
  text: Nullable(Type.String()),
  phrase: Type.String({ description: 'What reads like a revocation' }),
  language: Nullable(Type.String()),
  flaggedAt: Time,
  dueAt: Type.String({ format: 'date-time', description: 'Ten business days after the message' }),
  decision: Nullable(Type.Enum(['OptedOut', 'NoRevocation'])),
  decidedAt: Nullable(Time),
  decidedBy: Nullable(Type.String()),
  note: Nullable(Type.String()),
})
export type ConsentReview = Static<typeof ConsentReview>
export const ConsentReviewQuery = Strict({ ...PageQuery, open: Type.Optional(Type.Boolean({ default: true })) })
export const ConsentReviewDecision = Strict({
  decision: Type.Enum(['OptedOut', 'NoRevocation']),
  note: Type.Optional(Type.String({ maxLength: 2000 })),
})
