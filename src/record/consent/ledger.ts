import { uuidv7 } from 'uuidv7'
import type { ConsentStatus, consentSources } from '../../contract/consent.ts'
import { sparse } from '../parameter.ts'
import type { Run, Statement } from '../statement.ts'
import type { ConsentState } from './state.ts'

/** The purpose of a line that is about everything. */
export const ALL = 'all'

/** What a line of the ledger says beside its place in the chain. */
export interface Evidence {
  source: (typeof consentSources)[number]
  /** Operator or API key; null: the person, or Muster itself. */
  actor: string | null
  language: string | null
  /** Word for word what the person said or was asked. */
  words: string | null
  messageId: string | null
  note: string | null
  /** The platform's time. */
  happenedAt: Date
}

export interface NewLine extends Evidence {
  userId: string
  channelId: string
  /** Place in the person's chain, from 1. */
  number: number
  purpose: string
  from: ConsentStatus | null
  to: ConsentStatus | null
  pendingUntil: Date | null
}

const append: Statement = {
  name: 'append_consent_events',
  // In the order of each chain: the trigger looks up the hash of the line before.
  text: `
    insert into consent_events (messaging_user_id, number, id, channel_id, purpose, from_status, to_status, pending_until, source, actor,
                                language, words, message_id, note, happened_at)
    select * from unnest($1::uuid[], $2::int[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::text[],
                         $10::text[], $11::text[], $12::text[], $13::uuid[], $14::text[], $15::timestamptz[])
      as i(user_id, number, id, channel_id, purpose, from_status, to_status, pending_until, source, actor, language, words, message_id,
           note, happened_at)
    order by user_id, number`,
}

/** Appends lines. Whoever calls this has the persons' rows, or sees by their line counts (`saveConsent`) that nobody else had them. */
export async function appendLines(run: Run, lines: NewLine[]): Promise<void> {
  if (lines.length === 0) return
  const column = (field: keyof NewLine) => sparse(lines.map(line => line[field]))
  await run(append, [
    column('userId'), column('number'), lines.map(() => uuidv7()), column('channelId'), column('purpose'), column('from'), column('to'),
    column('pendingUntil'), column('source'), column('actor'), column('language'), column('words'), column('messageId'), column('note'),
    column('happenedAt'),
  ])
}

export interface ConsentChange {
  userId: string
  before: ConsentState
  after: ConsentState
  /** When the status was said, by the platform's time. */
  since: Date | null
  /** Lines in the ledger before and after. */
  linesBefore: number
  linesAfter: number
  /** For the history; null: the platform or the person. */
  actor: string | null
}

const save: Statement = {
  name: 'save_consent',
  text: `
    with i as (
      select * from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::int[], $6::int[], $7::uuid[], $8::text[], $9::text[],
                           $10::timestamptz[])
        as i(id, status, pending_until, before_pending, lines_before, lines_after, history_id, status_before, actor, since)
    ), u as (
      update messaging_users u set consent_status = i.status, consent_pending_until = i.pending_until, consent_before_pending = i.before_pending,
        consent_line_count = i.lines_after, consent_since = i.since, updated_at = now()
      from i where u.id = i.id and u.consent_line_count = i.lines_before
      returning u.id
    ), h as (
      insert into messaging_user_history (messaging_user_id, id, field, old_value, new_value, source, actor)
      select i.id, i.history_id, 'consentStatus', to_jsonb(i.status_before), to_jsonb(i.status),
             case when i.actor is null then 'platform' else 'operator' end, i.actor
      from i where i.status is distinct from i.status_before
    )
    select collide_unless((select count(*) from u) = cardinality($1))`,
}

/**
 * Writes the persons' new state and their place in the ledger.
 * @throws a collision if somebody else added a line since the state was read
 */
export async function saveConsent(run: Run, changes: ConsentChange[]): Promise<void> {
  if (changes.length === 0) return
  await run(save, [
    changes.map(change => change.userId),
    changes.map(({ after }) => after.status),
    changes.map(({ after }) => after.pending?.until ?? null),
    changes.map(({ after }) => after.pending?.before ?? null),
    changes.map(change => change.linesBefore),
    changes.map(change => change.linesAfter),
    changes.map(() => uuidv7()),
    changes.map(({ before }) => before.status),
    changes.map(change => change.actor),
    changes.map(change => change.since),
  ])
}

const savePurpose: Statement = {
  name: 'save_purpose_consent',
  text: `
    insert into messaging_user_purposes (messaging_user_id, purpose, consent_status) select * from unnest($1::uuid[], $2::text[], $3::text[])
    on conflict (messaging_user_id, purpose) do update set consent_status = excluded.consent_status`,
}
/** Writes what was said about single purposes; one entry for each person and purpose. */
export async function savePurposes(run: Run, rows: { userId: string; purpose: string; status: ConsentStatus | null }[]): Promise<void> {
  if (rows.length > 0) await run(savePurpose, [rows.map(row => row.userId), rows.map(row => row.purpose), rows.map(row => row.status)])
}

const findPurposes: Statement = {
  name: 'find_purpose_consents',
  text: `select messaging_user_id, purpose, consent_status from messaging_user_purposes where messaging_user_id = any($1::uuid[])`,
}
/** What people said about single purposes, by `userId/purpose`. */
export async function purposesOf(run: Run, userIds: string[]): Promise<Map<string, ConsentStatus | null>> {
  if (userIds.length === 0) return new Map()
  const rows = await run<{ messaging_user_id: string; purpose: string; consent_status: ConsentStatus | null }>(findPurposes, [userIds])
  return new Map(rows.map(row => [`${row.messaging_user_id}/${row.purpose}`, row.consent_status]))
}
