import type { ConsentType } from '../../contract/consent.ts'
import type { LinkKind } from '../../contract/links.ts'
import { isOvertaken } from '../consent/overtaken.ts'
import { decide, type ConsentState } from '../consent/state.ts'
import { linkKey, type Known, type KnownPeople, type LinkTarget, type LinkTargets } from './find.ts'
import { isBad, rejected, type BadRow, type Before, type ImportRow, type RowOutcome } from './row.ts'

/** Fields of a messaging user that a row can change, and their columns. */
export const fields = {
  name: 'name', locale: 'locale', language: 'language', isoCountryCode: 'iso_country_code', profilePictureUrl: 'profile_picture_url',
} as const
export type Field = keyof typeof fields

export interface Link extends LinkTarget {
  kind: LinkKind
  given: string
}

/** Somebody who is to be created. */
export interface Creation {
  row: ImportRow
  links: Link[]
  consent: ConsentState
}
/** Somebody who is to be changed. */
export interface Change {
  row: ImportRow
  user: Known
  fields: Partial<Record<Field, string>>
  links: Link[]
  consent: ConsentState | null
  before: Before
}
export interface Plan {
  creations: Creation[]
  changes: Change[]
  /** Of all rows; who is created gets the id when written. */
  outcomes: RowOutcome[]
}

export interface PlanContext {
  known: KnownPeople
  targets: LinkTargets
  levels: Map<string, ConsentType>
  /** By user id, or by `personOf`: the row that was first. */
  seen: Map<string, number>
  now: Date
}

/** Who a row is about, if nobody is there: one for all spellings of a number. */
export const personOf = ({ channelId, phone, keys }: ImportRow): string => `${channelId} ${phone.matchKey ?? keys[0]?.key ?? ''}`

/** What is to become of rows. Pure. */
export function planRows(rows: (ImportRow | BadRow)[], context: PlanContext): Plan {
  const plan: Plan = { creations: [], changes: [], outcomes: [] }
  const here = new Map<string, number>()
  for (const row of rows) {
    if (isBad(row)) {
      plan.outcomes.push(rejected(row, row.column, row.reason))
      continue
    }
    const user = context.known.get(row.number)
    const person = user?.id ?? personOf(row)
    const first = context.seen.get(person) ?? here.get(person)
    const problem = problemOf(row, user, context.targets) ?? (first === undefined ? undefined : [row.keyColumn, `The same person is in row “${first}” already`] as const)
    if (problem) {
      plan.outcomes.push(rejected(row, ...problem))
      continue
    }
    here.set(person, row.number)
    const links = row.links.map(({ kind, ref, given }) => ({ kind, given, ...context.targets.get(linkKey({ kind, ref })) as LinkTarget }))
    plan.outcomes.push(user ? change(plan, row, user, links, context) : create(plan, row, links, context))
  }
  return plan
}

/** @returns the column that keeps a row from being used, and why */
export function problemOf(row: ImportRow, user: Known | undefined, targets: LinkTargets): [column: string, reason: string] | undefined {
  if (!user && row.keys.length === 0) return [row.keyColumn, 'This is not a phone number: write it with + and the country code']
  for (const link of row.links) {
    const target = targets.get(linkKey(link))
    if (typeof target === 'string') return [link.column, target]
  }
  return undefined
}

function create(plan: Plan, row: ImportRow, links: Link[], { levels, now }: PlanContext): RowOutcome {
  const nothing: ConsentState = { status: null, pending: null }
  const consent = row.consent ? decide(nothing, { kind: 'import', status: row.consent.status }, levels.get(row.channelId)!, now).state : nothing
  plan.creations.push({ row, links, consent })
  return { number: row.number, given: row.given, outcome: 'created', userId: null, column: null, reason: null, before: null }
}

function change(plan: Plan, row: ImportRow, user: Known, links: Link[], context: PlanContext): RowOutcome {
  const wanted = (Object.keys(fields) as Field[]).filter(field => row.profile[field] && row.profile[field] !== user[fields[field]]?.trim())
  const newLinks = links.filter(link => user.links[link.kind] !== link.recordId)
  const { state, note } = consentOf(row, user, context)
  const told = { number: row.number, given: row.given, userId: user.id, column: note ? row.consent!.column : null, reason: note }
  if (wanted.length === 0 && newLinks.length === 0 && !state) return { ...told, outcome: 'unchanged', before: null }
  const before: Before = {
    ...wanted.length > 0 && { fields: Object.fromEntries([
      ...wanted.map(field => [field, { was: user[fields[field]], is: row.profile[field]! }]),
      ...wanted.includes('name') ? [['nameSource', { was: user.name_source, is: 'import' }]] : [],
    ]) },
    ...state && { consent: {
      line: user.consent_line_count + 1, was: user.consent.status, since: user.consent_since?.toISOString() ?? null,
      pendingUntil: user.consent.pending?.until.toISOString() ?? null, beforePending: user.consent.pending?.before ?? null,
    } },
    ...newLinks.length > 0 && {
      links: newLinks.map(({ kind, recordId }) => ({ kind, was: user.links[kind], is: recordId })), accountWasManual: user.account_is_manual },
  }
  plan.changes.push({ row, user, fields: Object.fromEntries(wanted.map(field => [field, row.profile[field]!])), links: newLinks, consent: state, before })
  return { ...told, outcome: 'changed', before }
}

/** @returns the new state, if there is one; and why the file's word does not count */
function consentOf({ consent, channelId }: ImportRow, user: Known, { levels, now }: PlanContext): { state: ConsentState | null; note: string | null } {
  if (!consent) return { state: null, note: null }
  const decided = decide(user.consent, { kind: 'import', status: consent.status }, levels.get(channelId)!, now)
  if (decided.outcome === 'refused') return { state: null, note: decided.reason! }
  if (decided.outcome === 'none') return { state: null, note: null }
  if (isOvertaken(user.consent, user.consent_since, decided.state.status === 'OptedOut', consent.at)) {
    return { state: null, note: 'The person has said something else since' }
  }
  return { state: decided.state, note: null }
}
