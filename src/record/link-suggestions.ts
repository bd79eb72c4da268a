import type { Pool } from 'pg'
import type { LinkKind } from '../contract/links.ts'
import { again } from './collision.ts'
import { followAccounts, linkUsers } from './links.ts'
import { runner } from './statement.ts'
import { inTransaction } from './transaction.ts'

export type SuggestionOutcome =
  | { outcome: 'decided'; userId: string; channelId: string }
  | { outcome: 'absent' }
  | { outcome: 'decided before' }
  | { outcome: 'obsolete' }

/**
 * Takes a suggestion (the link is made, and others of its kind for the same person are no longer asked) or dismisses it for good.
 * `obsolete`: the individual is gone, or was merged, or the messaging user has a link of this kind by now.
 */
export async function decideSuggestion(pool: Pool, id: string, decision: 'taken' | 'dismissed', actor: string): Promise<SuggestionOutcome> {
  return again(() => inTransaction(pool, async (client): Promise<SuggestionOutcome> => {
    const { rows: [found] } = await client.query<{ messaging_user_id: string }>('select messaging_user_id from link_suggestions where id = $1', [id])
    if (!found) return { outcome: 'absent' }
    const userId = found.messaging_user_id
    const { rows: [user] } = await client.query<{ channel_id: string } & Record<string, string | null>>(`
      select channel_id, contact_id as contact, lead_id as lead, employee_id as employee, person_account_id as person_account
      from messaging_users where id = $1 for no key update`, [userId])
    const { rows: [row] } = await client.query<{ kind: LinkKind; record_id: string; decision: string | null; reasons: { message: string }[]; is_alive: boolean }>(`
      select s.kind, s.record_id, s.decision, s.reasons, i.merged_into is null and i.deleted_at is null and i.converted_into is null as is_alive
      from link_suggestions s join individuals i on i.id = s.record_id
      where s.messaging_user_id = $1 and s.id = $2 for update of s for key share of i`, [userId, id])
    if (row!.decision !== null) return { outcome: 'decided before' }
    const { kind, record_id: recordId, reasons } = row!
    const isObsolete = decision === 'taken' && (!row!.is_alive || user![kind] !== null)
    const decide = (suggestions: string, value: string) => client.query(
      `update link_suggestions set decision = $2, decided_at = now(), decided_by = $3 where messaging_user_id = $1 and decision is null and ${suggestions}`,
      [userId, value, actor, ...suggestions.includes('$4') ? [suggestions.startsWith('id') ? id : kind] : []])
    if (isObsolete) {
      await decide('id = $4', 'obsolete')
      return { outcome: 'obsolete' }
    }
    await decide('id = $4', decision)
    if (decision === 'taken') {
      await decide('kind = $4', 'obsolete')
      const run = runner(client, false)
      await linkUsers(run, [{ userId, kind, recordId, source: 'suggestion', reason: reasons.map(({ message }) => message).join('. '), actor }])
      if (kind === 'contact') await followAccounts(run, [userId])
    }
    return { outcome: 'decided', userId, channelId: user!.channel_id }
  }))
}
