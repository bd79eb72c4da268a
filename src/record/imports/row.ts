import type { ConsentStatus } from '../../contract/consent.ts'
import type { Identifier, Profile } from '../../contract/inbound-event.ts'
import type { ImportOutcome } from '../../contract/imports.ts'
import type { LinkKind } from '../../contract/links.ts'
import type { PhoneKey } from '../phone/match-key.ts'

/** Whom a row wants to link somebody to: by our id (uuid), or by what another system calls the record. */
export interface WantedLink {
  kind: LinkKind
  ref: { id: string } | { system: string; externalId: string }
  /** As it is in the file. */
  given: string
  column: string
}

/** A row of an import that has been understood. */
export interface ImportRow {
  /** As a spreadsheet counts them. */
  number: number
  /** Who it is about, as it is in the file. */
  given: string
  channelId: string
  /** Any of these finds who is there already. */
  lookUp: string[]
  /** What a new messaging user is known by, the platform key first; none when it cannot be told from `given`. */
  keys: Identifier[]
  phone: PhoneKey
  profile: Profile
  consent?: { status: ConsentStatus; source: string; at: Date; column: string }
  links: WantedLink[]
  keyColumn: string
}

/** A row that cannot be used, and why. */
export interface BadRow {
  number: number
  given: string
  /** Null: the row as a whole. */
  column: string | null
  reason: string
}

export const isBad = (row: ImportRow | BadRow): row is BadRow => 'reason' in row

/** What becomes of a row. */
export interface RowOutcome {
  number: number
  given: string
  outcome: ImportOutcome
  userId: string | null
  column: string | null
  reason: string | null
  before: Before | null
}

/** What was and what is of a messaging user that an import changed. */
export interface Before {
  fields?: Record<string, { was: string | null; is: string | null }>
  /** The number of the line that the import added to the ledger, and what was before. */
  consent?: { line: number; was: ConsentStatus | null; since: string | null; pendingUntil: string | null; beforePending: ConsentStatus | null }
  links?: { kind: LinkKind; was: string | null; is: string }[]
  accountWasManual?: boolean
}

export const rejected = ({ number, given }: Pick<BadRow, 'number' | 'given'>, column: string | null, reason: string): RowOutcome =>
  ({ number, given, outcome: 'rejected', userId: null, column, reason, before: null })

/** What undoing an import did with a row. */
export interface Undone {
  row: number
  undone: 'removed' | 'reverted' | 'kept'
  reason: string | null
}
/** The reason in what undoing writes. */
export const UNDONE = 'The import was undone'
