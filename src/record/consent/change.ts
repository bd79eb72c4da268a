import type { Pool, PoolClient } from 'pg'
import type { ConsentStatus, ConsentType } from '../../contract/consent.ts'
import { runner } from '../statement.ts'
import { inTransaction } from '../transaction.ts'
import { ALL, appendLines, purposesOf, saveConsent, savePurposes, type Evidence } from './ledger.ts'
import { isOvertaken } from './overtaken.ts'
import { decide, type ConsentAct, type ConsentState } from './state.ts'

/** What was asked for would break the rules of consent. Says why. */
export class ConsentRefusedError extends Error {
  override name = 'ConsentRefusedError'
}

/** A person's consent as it is stored. */
export interface ConsentRow {
  channel_id: string
  consent_status: ConsentStatus | null
  consent_pending_until: Date | null
  consent_before_pending: ConsentStatus | null
  consent_since: Date | null
  consent_line_count: number
}

export const stateOf = (row: Omit<ConsentRow, 'channel_id' | 'consent_since'>): ConsentState => ({
  status: row.consent_status,
  pending: row.consent_pending_until && { until: row.consent_pending_until, before: row.consent_before_pending },
})

/**
 * Changes one person's consent outside the inbound path, as the state machine decides, with a line of the ledger.
 * @param purpose `all`, or the key of a purpose that exists
 * @returns the channel's id, or undefined if there is no such messaging user. @throws {ConsentRefusedError}
 */
export async function changeConsent(
  pool: Pool, userId: string, act: ConsentAct, purpose: string, evidence: Evidence, now: Date,
): Promise<string | undefined> {
  return inTransaction(pool, client => changeConsentWithin(client, userId, act, purpose, evidence, now))
}

/** As `changeConsent`, in the caller's transaction. */
export async function changeConsentWithin(
  client: PoolClient, userId: string, act: ConsentAct, purpose: string, evidence: Evidence, now: Date,
): Promise<string | undefined> {
  const run = runner(client, false)
  const { rows: [row] } = await client.query<ConsentRow & { consent_type: ConsentType }>(`
    select u.channel_id, u.consent_status, u.consent_pending_until, u.consent_before_pending, u.consent_since, u.consent_line_count, c.consent_type
    from messaging_users u join channels c on c.id = u.channel_id where u.id = $1 for no key update of u`, [userId])
  if (!row) return undefined
  const general = stateOf(row)
  const before = purpose === ALL ? general : { status: (await purposesOf(run, [userId])).get(`${userId}/${purpose}`) ?? null, pending: null }
  const { state: after, outcome, reason } = decide(before, act, row.consent_type, now)
  if (outcome === 'refused') throw new ConsentRefusedError(reason)
  if (outcome === 'none') return row.channel_id
  if (purpose === ALL && isOvertaken(before, row.consent_since, after.status === 'OptedOut', evidence.happenedAt)) {
    throw new ConsentRefusedError(`The person has said something else since: ${before.status} at ${row.consent_since!.toISOString()}`)
  }
  const number = row.consent_line_count + 1
  const saved = purpose === ALL ? after : general
  await appendLines(run, [{
    ...evidence, userId, channelId: row.channel_id, number, purpose, from: before.status, to: after.status, pendingUntil: after.pending?.until ?? null,
  }])
  await saveConsent(run, [{ userId, before: general, after: saved, since: purpose === ALL ? evidence.happenedAt : row.consent_since, linesBefore: row.consent_line_count, linesAfter: number, actor: evidence.actor }])
  if (purpose !== ALL) await savePurposes(run, [{ userId, purpose, status: after.status }])
  return row.channel_id
}

/** Ends double opt-ins whose second word never came. @returns who changed */
export async function expirePending(pool: Pool, now: Date, limit = 500): Promise<{ userId: string; channelId: string }[]> {
  const changed: { userId: string; channelId: string }[] = []
  for (;;) {
    const { rows } = await pool.query<{ id: string }>(
      'select id from messaging_users where consent_pending_until <= $1 order by consent_pending_until limit $2', [now, limit])
    for (const { id } of rows) {
      const channelId = await changeConsent(pool, id, { kind: 'expire' }, ALL, {
        source: 'timer', actor: null, language: null, words: null, messageId: null, note: 'The second word did not come in time', happenedAt: now,
      }, now)
      if (channelId) changed.push({ userId: id, channelId })
    }
    if (rows.length < limit) return changed
  }
}
