import type { Import, ImportRowOutcome } from '../contract/imports.ts'
import { toTypeId } from '../ids.ts'
import type { ImportRecord } from '../record/imports/imports.ts'

/** An import as the API shows it. */
export const showImport = (row: ImportRecord): Import => ({
  id: toTypeId('imp', row.id),
  fileName: row.file_name,
  isFile: row.is_file,
  status: row.status,
  failure: row.failure,
  channelId: row.channel_id && toTypeId('ch', row.channel_id),
  consentSource: row.consent_source,
  consentAt: row.consent_at?.toISOString() ?? null,
  encoding: row.encoding,
  delimiter: row.delimiter,
  columns: row.header.map((name, i) => ({ name, field: row.mapping[i] ?? null })),
  sampleRows: row.sample,
  size: row.size,
  doneBytes: row.status === 'checking' ? row.trial_byte : row.byte,
  rows: row.created + row.changed + row.unchanged + row.rejected,
  created: row.created,
  matched: row.changed + row.unchanged,
  changed: row.changed,
  unchanged: row.unchanged,
  rejected: row.rejected,
  trial: row.trial,
  removed: row.removed,
  reverted: row.reverted,
  kept: row.kept,
  createdBy: row.actor_name,
  createdAt: row.created_at.toISOString(),
  startedAt: row.started_at?.toISOString() ?? null,
  endedAt: row.ended_at?.toISOString() ?? null,
})

/** What became of a row, as it is stored. */
export interface OutcomeRow {
  row: number
  outcome: ImportRowOutcome['outcome']
  messaging_user_id: string | null
  given: string
  field: string | null
  reason: string | null
  undone: ImportRowOutcome['undone']
  undo_reason: string | null
}

export const showOutcome = (row: OutcomeRow): ImportRowOutcome => ({
  row: row.row,
  outcome: row.outcome,
  messagingUserId: row.messaging_user_id && toTypeId('mu', row.messaging_user_id),
  given: row.given,
  column: row.field,
  reason: row.reason,
  undone: row.undone,
  undoReason: row.undo_reason,
})
