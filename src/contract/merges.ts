import { Type, type Static } from 'typebox'
import { Id, MessagingUserId, Nullable, PageQuery, Strict, Time } from './common.ts'
import { ConsentStatus } from './consent.ts'
import { AccountId, Email, ExternalId, IndividualId, Phone } from './individuals.ts'

export const MergeId = Id('mg', 'Id of a merge')
const MergeObject = Type.Enum(['individual', 'account'])
const RecordId = Type.Union([IndividualId, AccountId])

/** Two records of one person, or of one organisation, made one. */
export const Merge = Type.Object({
  id: MergeId,
  object: MergeObject,
  keptId: Type.String(),
  keptName: Type.String(),
  mergedId: Type.String({ description: 'Reading this id leads to the kept record' }),
  mergedName: Type.String(),
  mergedAt: Time,
  mergedBy: Nullable(Type.String()),
  undoneAt: Nullable(Time),
  undoneBy: Nullable(Type.String()),
})
export type Merge = Static<typeof Merge>
/** `fields` says for each field whose value stays; left out: the kept record's, or the other's where it has none. */
export const MergeCreate = Strict({
  keptId: RecordId,
  mergedId: RecordId,
  fields: Type.Optional(Type.Record(Type.String({ maxLength: 80 }), Type.Enum(['kept', 'merged']), {
    description: 'By field: name, firstName, lastName, accountId, language, isoCountryCode, website, or attributes.<name>',
  })),
})
export type MergeCreate = Static<typeof MergeCreate>
export const MergeQuery = Strict({ ...PageQuery, recordId: RecordId })

const value = Nullable(Type.Union([Type.String(), Type.Number(), Type.Boolean()]))
/** What would become of two records, with nothing done. */
export const MergePreview = Type.Object({
  object: MergeObject,
  keptId: Type.String(),
  mergedId: Type.String(),
  fields: Type.Array(Type.Object({ field: Type.String(), kept: value, merged: value, result: value })),
  phones: Type.Array(Phone),
  emails: Type.Array(Email),
  externalIds: Type.Array(ExternalId),
  messagingUserCounts: Type.Object({ kept: Type.Integer(), merged: Type.Integer() }),
  messagingUsers: Type.Array(Type.Object({
    id: MessagingUserId,
    name: Type.String(),
    channelName: Type.String(),
    linkedTo: Type.Enum(['kept', 'merged']),
    consentStatus: Nullable(ConsentStatus),
  }), { description: 'Up to 100 of each record' }),
  contactCount: Type.Integer({ description: 'Contacts of a merged account, who get the kept one' }),
  consent: Type.String({ description: 'What the merge means for consent: nothing' }),
})
export type MergePreview = Static<typeof MergePreview>

export const MergeCandidateQuery = Strict({ ...PageQuery, object: Type.Optional(MergeObject) })
/** Two records that may be of one person, or of one organisation. */
export const MergeCandidate = Type.Object({
  keptId: Type.String({ description: 'The older of the two' }),
  keptName: Type.String(),
  mergedId: Type.String(),
  mergedName: Type.String(),
  score: Type.Integer({ minimum: 1, maximum: 100 }),
  reasons: Type.Array(Type.Object({ code: Type.Enum(['phone', 'email', 'name']), message: Type.String() })),
})
export type MergeCandidate = Static<typeof MergeCandidate>

/** A lead becomes a contact: this one, or a new one with what is known of the lead. */
export const ConversionCreate = Strict({ contactId: Type.Optional(IndividualId), accountId: Type.Optional(AccountId) })
export const Conversion = Type.Object({
  leadId: IndividualId,
  contactId: IndividualId,
  movedCount: Type.Integer({ description: 'Messaging users who are linked to the contact now' }),
  keptCount: Type.Integer({ description: 'Messaging users of the lead who had another contact already, and keep it' }),
})
export type Conversion = Static<typeof Conversion>
