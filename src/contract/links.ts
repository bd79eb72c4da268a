import { Type, type Static } from 'typebox'
import { Id, MessagingUserId, Nullable, PageQuery, SessionId, Strict, Time } from './common.ts'
import { AccountId, IndividualId, IndividualKind, individualKinds } from './individuals.ts'

export const linkKinds = [...individualKinds, 'account'] as const
export const LinkKind = Type.Enum([...linkKinds])
export type LinkKind = Static<typeof LinkKind>
export const linkSources = ['console', 'api', 'rule', 'suggestion', 'import', 'merge', 'conversion', 'contact'] as const

/** A link of a messaging user, past or present. */
export const Link = Type.Object({
  id: Id('ln', 'Id of a link'),
  kind: LinkKind,
  recordId: Type.String({ description: 'Id of the individual or account' }),
  recordName: Nullable(Type.String()),
  source: Type.Enum([...linkSources]),
  reason: Nullable(Type.String()),
  linkedAt: Time,
  linkedBy: Nullable(Type.String()),
  unlinkedAt: Nullable(Time),
  unlinkedBy: Nullable(Type.String()),
  unlinkReason: Nullable(Type.String()),
})
export type Link = Static<typeof Link>

const reason = Type.Optional(Type.String({ minLength: 1, maxLength: 500 }))

/** `PUT /messaging-users/:id/links/:kind` links, or links anew. */
export const LinkInput = Strict({
  recordId: Type.Union([IndividualId, AccountId]),
  reason,
  replaces: Type.Optional(Type.Union([IndividualId, AccountId, Type.Null()], {
    description: 'The record that the caller saw linked, null if none: if another is linked by now, nothing changes and the answer is 409. Without it the last one wins',
  })),
})
export type LinkInput = Static<typeof LinkInput>

/** `DELETE` of the same unlinks. */
export const UnlinkQuery = Strict({
  reason,
  recordId: Type.Optional(Type.Union([IndividualId, AccountId], {
    description: 'The record that the caller saw linked: if another is linked by now, nothing changes and the answer is 409',
  })),
})
export type UnlinkQuery = Static<typeof UnlinkQuery>

const matchFields = ['phone', 'email', 'user_id', 'external_id'] as const
export const idFields: readonly string[] = ['user_id', 'external_id'] satisfies (typeof matchFields)[number][]
export const LinkRule = Type.Object({
  channelType: Type.String({ maxLength: 40, description: 'Type of a connector, or * for all that have no rule of their own' }),
  kind: IndividualKind,
  isActive: Type.Boolean(),
  matchOn: Type.Array(Type.Enum([...matchFields]), { minItems: 1, uniqueItems: true }),
  externalIdSystem: Nullable(Type.String({
    minLength: 1, maxLength: 60, description: 'System whose ids of individuals are compared: needed for user_id and external_id, as the same id is somebody else’s in another',
  })),
  whenNone: Type.Enum(['create', 'prompt'], { description: 'Nobody fits: create the individual and link, or leave it to a person' }),
  whenOne: Type.Enum(['auto', 'prompt'], { description: 'Exactly one fits: link, or suggest. Several are always only suggested' }),
})
export type LinkRule = Static<typeof LinkRule>

export const LinkSuggestion = Type.Object({
  id: Id('ls', 'Id of a link suggestion'),
  messagingUserId: MessagingUserId,
  messagingUserName: Type.String(),
  channelName: Type.String(),
  kind: IndividualKind,
  recordId: IndividualId,
  recordName: Type.String(),
  score: Type.Integer({ minimum: 1, maximum: 100 }),
  reasons: Type.Array(Type.Object({ code: Type.String(), message: Type.String() })),
  suggestedAt: Time,
  decision: Nullable(Type.Enum(['taken', 'dismissed', 'obsolete'])),
  decidedAt: Nullable(Time),
  decidedBy: Nullable(Type.String()),
})
export type LinkSuggestion = Static<typeof LinkSuggestion>
export const LinkSuggestionQuery = Strict({
  ...PageQuery,
  messagingUserId: Type.Optional(MessagingUserId),
  open: Type.Optional(Type.Boolean({ default: true })),
})
export const LinkSuggestionDecision = Strict({ decision: Type.Enum(['taken', 'dismissed']) })

/** Applying the rules to everybody: first as a trial, which changes nothing. */
export const LinkRun = Type.Object({
  id: Type.String(),
  isTrial: Type.Boolean(),
  status: Type.Enum(['running', 'done', 'failed', 'cancelled']),
  total: Type.Integer(),
  done: Type.Integer(),
  linked: Type.Integer(),
  created: Type.Integer(),
  suggested: Type.Integer(),
  ambiguous: Type.Integer(),
  startedAt: Time,
  endedAt: Nullable(Time),
})
export type LinkRun = Static<typeof LinkRun>
export const LinkRunCreate = Strict({ isTrial: Type.Boolean() })

export const ExternalReference = Type.Object({
  id: Id('er', 'Id of an external reference'),
  sessionId: Nullable(SessionId),
  sessionName: Nullable(Type.String()),
  system: Type.String(),
  object: Type.String({ description: 'What it is there: case, order …' }),
  externalId: Type.String(),
  url: Nullable(Type.String()),
  label: Nullable(Type.String()),
  createdAt: Time,
  createdBy: Nullable(Type.String()),
})
export type ExternalReference = Static<typeof ExternalReference>
export const ExternalReferenceCreate = Strict({
  sessionId: Type.Optional(Nullable(SessionId)),
  system: Type.String({ minLength: 1, maxLength: 60 }),
  object: Type.String({ minLength: 1, maxLength: 60 }),
  externalId: Type.String({ minLength: 1, maxLength: 255 }),
  url: Type.Optional(Nullable(Type.String({ format: 'uri', pattern: '^https?://', maxLength: 2048 }))),
  label: Type.Optional(Nullable(Type.String({ maxLength: 120 }))),
})
