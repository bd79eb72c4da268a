import { uuidv7 } from 'uuidv7'
import type { ConsentStatus } from '../../contract/consent.ts'
import type { LinkKind } from '../../contract/links.ts'
import { stateOf } from '../consent/change.ts'
import { appendLines, saveConsent } from '../consent/ledger.ts'
import { followAccounts, linkColumns, linkUsers, unlinkUsers } from '../links.ts'
import type { Run, Statement } from '../statement.ts'
import { fields } from './plan.ts'
import { UNDONE, type Before, type Undone } from './row.ts'
import { writeHistory, type Importer } from './write.ts'

/** Somebody an import changed, as they are now, and what they were. */
export interface Reverting {
  id: string
  channel_id: string
  row: number
  image: Before | null
  consent_status: ConsentStatus | null
  consent_pending_until: Date | null
  consent_before_pending: ConsentStatus | null
  consent_since: Date | null
  consent_line_count: number
}

const columns = { ...fields, nameSource: 'name_source' } as const
type Column = keyof typeof columns
/** What is there of a messaging user, by column. */
const valueOf = (row: Reverting, column: string) => (row as unknown as Record<string, string | null>)[column] ?? null

/** Makes of people what they were, as far as they were not changed again. */
export async function revert(run: Run, rows: Reverting[], importer: Importer): Promise<Undone[]> {
  const plans = rows.map(row => ({ row, ...planOf(row) }))
  await revertFields(run, plans, importer)
  await revertConsent(run, plans.filter(plan => plan.consent).map(({ row }) => row), importer)
  await revertLinks(run, plans, importer)
  return plans.map(({ row, left }) => (left.length === 0
    ? { row: row.row, undone: 'reverted', reason: null }
    : { row: row.row, undone: 'kept', reason: `Changed since: ${left.join(', ')}` }))
}

interface Plan {
  row: Reverting
  fields: Column[]
  consent: boolean
  links: NonNullable<Before['links']>
  /** What stays, because it was changed since. */
  left: string[]
}

function planOf(row: Reverting): Omit<Plan, 'row'> {
  const { fields: changed = {}, consent, links = [] } = row.image ?? {}
  const isAsLeft = (field: string) => valueOf(row, columns[field as Column]) === changed[field]!.is
  // A name goes back together with what it came from.
  const nameStays = changed.name !== undefined && !(isAsLeft('name') && isAsLeft('nameSource'))
  const stays = (field: string) => (['name', 'nameSource'].includes(field) ? nameStays : !isAsLeft(field))
  // What somebody said since stays, and so does an opt-out, whoever told of it.
  const consentStays = consent !== undefined && (row.consent_line_count !== consent.line || row.consent_status === 'OptedOut')
  const linkStays = ({ kind, is }: { kind: LinkKind; is: string }) => valueOf(row, linkColumns[kind]) !== is
  return {
    fields: Object.keys(changed).filter(field => !stays(field)) as Column[],
    consent: consent !== undefined && !consentStays,
    links: links.filter(link => !linkStays(link)),
    left: [...Object.keys(changed).filter(field => field !== 'nameSource' && stays(field)), ...consentStays ? ['consent'] : [],
      ...links.filter(linkStays).map(({ kind }) => kind)],
  }
}

const update: Statement = {
  name: 'revert_users',
  text: `
    update messaging_users u set name = i.name, locale = i.locale, language = i.language, iso_country_code = i.iso_country_code,
      profile_picture_url = i.profile_picture_url, name_source = i.name_source, updated_at = now()
    from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
      as i(id, name, locale, language, iso_country_code, profile_picture_url, name_source) where u.id = i.id`,
}

async function revertFields(run: Run, plans: Plan[], importer: Importer): Promise<void> {
  const reverting = plans.filter(plan => plan.fields.length > 0)
  if (reverting.length === 0) return
  const after = ({ row, fields: reverted }: Plan, field: Column) => (reverted.includes(field) ? row.image!.fields![field]!.was : valueOf(row, columns[field]))
  await run(update, [reverting.map(({ row }) => row.id), ...(Object.keys(columns) as Column[]).map(field => reverting.map(plan => after(plan, field)))])
  const lines = reverting.flatMap(({ row, fields: reverted }) => reverted.map(field => ({ id: row.id, field, ...row.image!.fields![field]! })))
  await run(writeHistory, [
    lines.map(({ id }) => id), lines.map(() => uuidv7()), lines.map(({ field }) => field), lines.map(({ is }) => is), lines.map(({ was }) => was),
    importer.source, importer.name,
  ])
}

const dateOf = (text: string | null) => (text === null ? null : new Date(text))

async function revertConsent(run: Run, rows: Reverting[], importer: Importer): Promise<void> {
  const image = (row: Reverting) => row.image!.consent!
  await appendLines(run, rows.map(row => ({
    userId: row.id, channelId: row.channel_id, number: row.consent_line_count + 1, purpose: 'all', from: row.consent_status, to: image(row).was,
    pendingUntil: dateOf(image(row).pendingUntil), source: 'import', actor: importer.actor, language: null, words: null, messageId: null, note: UNDONE,
    happenedAt: new Date(),
  })))
  await saveConsent(run, rows.map(row => {
    const { was, since, pendingUntil, beforePending } = image(row)
    return {
      userId: row.id, before: stateOf(row), since: dateOf(since), linesBefore: row.consent_line_count, linesAfter: row.consent_line_count + 1,
      after: { status: was, pending: pendingUntil ? { until: new Date(pendingUntil), before: beforePending } : null },
      actor: importer.actor ?? importer.name,
    }
  }))
}

const stillThere: Statement = {
  name: 'records_to_link_again',
  text: `
    select id from individuals where id = any($1::uuid[]) and merged_into is null and deleted_at is null
    union all select id from accounts where id = any($1::uuid[]) and merged_into is null and deleted_at is null`,
}
const setManual: Statement = {
  name: 'revert_manual_accounts',
  text: 'update messaging_users u set account_is_manual = i.is_manual from unnest($1::uuid[], $2::boolean[]) as i(id, is_manual) where u.id = i.id',
}

async function revertLinks(run: Run, plans: Plan[], importer: Importer): Promise<void> {
  const reverting = plans.filter(plan => plan.links.length > 0)
  if (reverting.length === 0) return
  const links = reverting.flatMap(({ row, links }) => links.map(link => ({ userId: row.id, ...link })))
  const there = new Set((await run<{ id: string }>(stillThere, [links.map(({ was }) => was)])).map(({ id }) => id))
  const isBack = ({ was }: { was: string | null }) => was !== null && there.has(was)
  await linkUsers(run, links.filter(isBack).map(({ userId, kind, was }) => (
    { userId, kind, recordId: was!, source: 'import', reason: UNDONE, actor: importer.actor })))
  await unlinkUsers(run, links.filter(link => !isBack(link)), { reason: UNDONE, actor: importer.actor })
  await run(setManual, [reverting.map(({ row }) => row.id), reverting.map(({ row }) => row.image!.accountWasManual ?? false)])
  await followAccounts(run, reverting.filter(({ links }) => links.some(({ kind }) => kind === 'contact')).map(({ row }) => row.id))
}
