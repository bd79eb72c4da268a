import { Type, type Static } from 'typebox'
import { Id, Nullable, PageQuery, Strict, Time } from './common.ts'

export const IndividualId = Id('in', 'Id of an individual: a contact, lead, employee or person account')
export const AccountId = Id('ac', 'Id of an account')

export const individualKinds = ['contact', 'lead', 'employee', 'person_account'] as const
export const IndividualKind = Type.Enum([...individualKinds])
export type IndividualKind = Static<typeof IndividualKind>

const name = Type.String({ minLength: 1, maxLength: 255, pattern: '\\S' })
const optionalName = Nullable(Type.String({ minLength: 1, maxLength: 120, pattern: '\\S' }))
const country = Nullable(Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166 alpha-2' }))
const language = Nullable(Type.String({ minLength: 2, maxLength: 35, pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$' }))
const label = Nullable(Type.String({ maxLength: 40 }))
const attributes = Type.Record(Type.String({ minLength: 1, maxLength: 60 }), Type.Union([Type.String({ maxLength: 2000 }), Type.Number(), Type.Boolean(), Type.Null()]), {
  description: 'Whatever else the business notes, up to 100 of them', maxProperties: 100,
})

const linkCount = Type.Integer({ description: 'In lists it is counted up to 100' })

export const Phone = Type.Object({
  number: Type.String({ description: 'As it was given' }),
  e164: Nullable(Type.String({ description: 'What it means, where it can be told' })),
  label,
  isVerified: Type.Boolean(),
  isShared: Type.Boolean({ description: 'A family’s or a switchboard’s: nobody is linked by it without a person’s decision' }),
})
export const Email = Type.Object({ email: Type.String(), label, isVerified: Type.Boolean() })
export const ExternalId = Type.Object({ system: Type.String(), externalId: Type.String() })

const PhoneInput = Strict({
  number: Type.String({ minLength: 3, maxLength: 40 }),
  label: Type.Optional(label),
  isVerified: Type.Optional(Type.Boolean()),
  isShared: Type.Optional(Type.Boolean()),
})
const EmailInput = Strict({
  email: Type.String({ format: 'email', maxLength: 254 }),
  label: Type.Optional(label),
  isVerified: Type.Optional(Type.Boolean()),
})
const ExternalIdInput = Strict({
  system: Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,59}$', description: 'The other system, e.g. salesforce' }),
  externalId: Type.String({ minLength: 1, maxLength: 255 }),
})

export const Individual = Type.Object({
  id: IndividualId,
  kind: IndividualKind,
  name: Type.String(),
  firstName: optionalName,
  lastName: optionalName,
  accountId: Nullable(AccountId),
  accountName: Nullable(Type.String()),
  language,
  isoCountryCode: country,
  phones: Type.Array(Phone),
  emails: Type.Array(Email),
  externalIds: Type.Array(ExternalId),
  attributes,
  messagingUserCount: linkCount,
  convertedInto: Nullable(Type.String({ description: 'The contact a lead became' })),
  createdAt: Time,
  updatedAt: Time,
})
export type Individual = Static<typeof Individual>

const individualFields = {
  name: Type.Optional(name),
  firstName: Type.Optional(optionalName),
  lastName: Type.Optional(optionalName),
  accountId: Type.Optional(Nullable(AccountId)),
  language: Type.Optional(language),
  isoCountryCode: Type.Optional(country),
  phones: Type.Optional(Type.Array(PhoneInput, { maxItems: 20 })),
  emails: Type.Optional(Type.Array(EmailInput, { maxItems: 20 })),
  externalIds: Type.Optional(Type.Array(ExternalIdInput, { maxItems: 20 })),
  attributes: Type.Optional(attributes),
}
/** A name, or a first or last name it can be made of. */
export const IndividualCreate = Strict({ kind: IndividualKind, ...individualFields })
export type IndividualCreate = Static<typeof IndividualCreate>
export const IndividualUpdate = Strict(individualFields, { minProperties: 1 })
export type IndividualUpdate = Static<typeof IndividualUpdate>
/** The kind is needed to create; later it only says what is expected, for it does not change. */
export const IndividualUpsert = Strict({ kind: Type.Optional(IndividualKind), ...individualFields })
export type IndividualUpsert = Static<typeof IndividualUpsert>

export const IndividualQuery = Strict({
  ...PageQuery,
  q: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Part of a name, phone or e-mail; a name may have a typo' })),
  kind: Type.Optional(IndividualKind),
  accountId: Type.Optional(AccountId),
  createdAfter: Type.Optional(Time),
  createdBefore: Type.Optional(Time),
})
export type IndividualQuery = Static<typeof IndividualQuery>

export const Account = Type.Object({
  id: AccountId,
  name: Type.String(),
  website: Nullable(Type.String()),
  isoCountryCode: country,
  externalIds: Type.Array(ExternalId),
  attributes,
  contactCount: linkCount,
  messagingUserCount: linkCount,
  createdAt: Time,
  updatedAt: Time,
})
export type Account = Static<typeof Account>
const accountFields = {
  name: Type.Optional(name),
  website: Type.Optional(Nullable(Type.String({ format: 'uri', maxLength: 2048 }))),
  isoCountryCode: Type.Optional(country),
  externalIds: Type.Optional(Type.Array(ExternalIdInput, { maxItems: 20 })),
  attributes: Type.Optional(attributes),
}
export const AccountCreate = Strict({ ...accountFields, name })
export type AccountCreate = Static<typeof AccountCreate>
export const AccountUpdate = Strict(accountFields, { minProperties: 1 })
export type AccountUpdate = Static<typeof AccountUpdate>
/** The name is needed to create. */
export const AccountUpsert = Strict(accountFields)
export type AccountUpsert = Static<typeof AccountUpsert>
export const AccountQuery = Strict({ ...PageQuery, q: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })) })
export type AccountQuery = Static<typeof AccountQuery>

/** `PUT …/external/:system/:id` creates or changes the record of this external id. */
export const ExternalParams = Strict({ system: ExternalIdInput.properties.system, externalId: ExternalIdInput.properties.externalId })

export const ImportQuery = Strict({ dryRun: Type.Optional(Type.Boolean({ default: false, description: 'Tell what would happen, and change nothing' })) })
/** What became of the rows of a CSV file. */
export const ImportResult = Type.Object({
  created: Type.Integer(),
  updated: Type.Integer(),
  unchanged: Type.Integer(),
  rejectedCount: Type.Integer(),
  rejected: Type.Array(Type.Object({
    line: Type.Integer({ description: 'Where the row ends; the first line of the file is 1' }),
    field: Nullable(Type.String()),
    reason: Type.String(),
  }), { description: 'The first 1,000' }),
  dryRun: Type.Boolean(),
})
export type ImportResult = Static<typeof ImportResult>
