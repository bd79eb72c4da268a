import { Type, type Static } from 'typebox'
import { ChannelId, Id, MessagingUserId, Nullable, PageQuery, Strict, Time } from './common.ts'
import { MessagingUserQuery } from './messaging-users.ts'

export const ImportId = Id('imp', 'Id of an import')

/** What a column can mean. */
export const importFields = ['key', 'name', 'firstName', 'lastName', 'channel', 'consentStatus', 'consentSource', 'consentAt', 'locale', 'language',
  'isoCountryCode', 'profilePictureUrl', 'contact', 'account', 'lead', 'employee', 'personAccount'] as const
export type ImportField = (typeof importFields)[number]
export const importStatuses = [
  'uploading', 'ready', 'checking', 'running', 'paused', 'done', 'cancelled', 'failed', 'undoing', 'undone'] as const
export type ImportStatus = (typeof importStatuses)[number]
export const importOutcomes = ['created', 'changed', 'unchanged', 'rejected'] as const
export type ImportOutcome = (typeof importOutcomes)[number]
const undone = ['removed', 'reverted', 'kept'] as const

const counts = {
  rows: Type.Integer({ description: 'Rows that were read' }),
  created: Type.Integer(),
  matched: Type.Integer({ description: 'Those who were there: changed and unchanged together' }),
  changed: Type.Integer(),
  unchanged: Type.Integer(),
  rejected: Type.Integer(),
}

const sampleRow = Type.Object({ row: Type.Integer(), given: Type.String({ description: 'Who the row is about, as it says' }), reason: Nullable(Type.String()) })

/** What a dry run found. */
export const ImportTrial = Type.Object({
  ...counts,
  reasons: Type.Array(Type.Object({
    outcome: Type.Enum([...importOutcomes]),
    column: Nullable(Type.String()),
    reason: Type.String({ description: 'What differs from row to row is left out' }),
    count: Type.Integer(),
    rows: Type.Array(sampleRow, { description: 'Up to 20 of them' }),
  })),
  samples: Type.Object({ created: Type.Array(sampleRow), changed: Type.Array(sampleRow), unchanged: Type.Array(sampleRow) }),
})
export type ImportTrial = Static<typeof ImportTrial>

export const Import = Type.Object({
  id: ImportId,
  fileName: Type.String(),
  isFile: Type.Boolean({ description: 'False: rows are handed in at `/imports/:id/rows`' }),
  status: Type.Enum([...importStatuses]),
  failure: Nullable(Type.String()),
  channelId: Nullable(ChannelId),
  consentSource: Nullable(Type.String()),
  consentAt: Nullable(Time),
  encoding: Nullable(Type.String()),
  delimiter: Nullable(Type.String()),
  columns: Type.Array(Type.Object({
    name: Type.String(),
    field: Nullable(Type.Enum([...importFields], { description: 'What it means; null: it is passed over' })),
  })),
  sampleRows: Type.Array(Type.Array(Type.String())),
  size: Type.Integer({ description: 'Bytes of the file, in UTF-8' }),
  doneBytes: Type.Integer({ description: 'Also of a dry run that is under way' }),
  ...counts,
  trial: Nullable(ImportTrial),
  removed: Type.Integer({ description: 'Messaging users that undoing removed' }),
  reverted: Type.Integer({ description: 'Messaging users that undoing brought back to what they were' }),
  kept: Type.Integer({ description: 'Messaging users of whom undoing left something, because it was changed or used since' }),
  createdBy: Type.String(),
  createdAt: Time,
  startedAt: Nullable(Time),
  endedAt: Nullable(Time),
})
export type Import = Static<typeof Import>

const consentSource = Type.String({ minLength: 1, maxLength: 500, pattern: '\\S', description: 'Where the people gave their consent, for rows that do not say: a form, an event, another system' })
const fileName = Type.String({ minLength: 1, maxLength: 255, pattern: '\\S' })
const mappingName = Type.String({ minLength: 1, maxLength: 120, pattern: '\\S' })

export const ImportCreate = Strict({
  fileName: Type.Optional(fileName),
  channelId: Type.Optional(ChannelId),
  consentSource: Type.Optional(consentSource),
  consentAt: Type.Optional(Time),
  mapping: Type.Optional(Type.String({ maxLength: 120, description: 'Name of a saved mapping' })),
})
export type ImportCreate = Static<typeof ImportCreate>
export const ImportSettings = Strict({
  columns: Type.Optional(Type.Record(Type.String({ maxLength: 255 }), Nullable(Type.Enum([...importFields])), { description: 'What columns mean, by their names; those left out stay as they are' })),
  channelId: Type.Optional(Nullable(ChannelId)),
  consentSource: Type.Optional(Nullable(consentSource)),
  consentAt: Type.Optional(Nullable(Time)),
  saveAs: Type.Optional(mappingName),
})
export type ImportSettings = Static<typeof ImportSettings>
export const ImportQuery = Strict(PageQuery)

export const ImportRowsQuery = Strict({
  firstRow: Type.Optional(Type.Integer({ minimum: 1, description: 'Number of the first row that is sent; rows that are there already are answered as they were' })),
})
export const ImportRowOutcome = Type.Object({
  row: Type.Integer(),
  outcome: Type.Enum([...importOutcomes]),
  messagingUserId: Nullable(MessagingUserId),
  given: Type.String(),
  column: Nullable(Type.String()),
  reason: Nullable(Type.String()),
  undone: Nullable(Type.Enum([...undone])),
  undoReason: Nullable(Type.String()),
})
export type ImportRowOutcome = Static<typeof ImportRowOutcome>
export const ImportRowsResult = Type.Object({ nextRow: Type.Integer(), rows: Type.Array(ImportRowOutcome) })
export const ImportOutcomeQuery = Strict({
  ...PageQuery, outcome: Type.Optional(Type.Enum([...importOutcomes])), undone: Type.Optional(Type.Enum([...undone])),
})
export type ImportOutcomeQuery = Static<typeof ImportOutcomeQuery>

export const ImportMapping = Type.Object({ name: mappingName, columns: Type.Record(Type.String(), Type.Enum([...importFields])) })
export const ImportMappingInput = Strict({ columns: Type.Record(Type.String({ maxLength: 255 }), Type.Enum([...importFields])) })

const { cursor: _cursor, limit: _limit, ...filters } = MessagingUserQuery.properties
/** The same filters as the list. */
export const ExportQuery = Strict(filters)
export type ExportQuery = Static<typeof ExportQuery>
