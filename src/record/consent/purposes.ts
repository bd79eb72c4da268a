import type { Pool } from 'pg'
import type { Purpose } from '../../contract/consent.ts'

/** @returns the field that is taken, or undefined when it was added */
export async function createPurpose(pool: Pool, { key, label, minimumConsent }: Purpose): Promise<'key' | 'label' | undefined> {
  const { rows: [same] } = await pool.query<{ key: string }>('select key from purposes where key = $1 or label = $2', [key, label])
  if (same) return same.key === key ? 'key' : 'label'
  await pool.query('insert into purposes (key, label, minimum_consent) values ($1, $2, $3)', [key, label, minimumConsent])
  return undefined
}

/** @returns the purpose as it is now; undefined if there is none, `taken` if another has the label */
export async function updatePurpose(pool: Pool, key: string, change: Partial<Pick<Purpose, 'label' | 'minimumConsent'>>): Promise<Purpose | 'taken' | undefined> {
  const { rows: [same] } = await pool.query('select 1 from purposes where label = $1 and key <> $2', [change.label, key])
  if (same) return 'taken'
  const { rows } = await pool.query<Purpose>(`
    update purposes set label = coalesce($2, label), minimum_consent = case when $3 then $4 else minimum_consent end
    where key = $1 returning key, label, minimum_consent as "minimumConsent"`,
    [key, change.label ?? null, change.minimumConsent !== undefined, change.minimumConsent ?? null])
  return rows[0]
}

/** Service and marketing stay; and so does whatever the ledger speaks of. */
export async function deletePurpose(pool: Pool, key: string): Promise<'deleted' | 'absent' | 'in use'> {
  if (key === 'service' || key === 'marketing') return 'in use'
  const { rows: [used] } = await pool.query('select 1 from messaging_user_purposes where purpose = $1 limit 1', [key])
  if (used) return 'in use'
  const { rowCount } = await pool.query('delete from purposes where key = $1', [key])
  return rowCount ? 'deleted' : 'absent'
}
