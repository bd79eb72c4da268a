import type { Pool } from 'pg'
import { uuidv7 } from 'uuidv7'

/** A record of another system that a messaging user, or one of their sessions, is about. */
export interface NewReference {
  sessionId: string | null
  system: string
  object: string
  externalId: string
  url?: string | null
  label?: string | null
  createdBy: string
}

/** Notes a reference, once. @returns its id and the channel's, or why not */
export async function addReference(
  pool: Pool, userId: string, { sessionId, system, object, externalId, url = null, label = null, createdBy }: NewReference,
): Promise<{ id: string; channelId: string } | 'no user' | 'no session' | 'known'> {
  const { rows: [user] } = await pool.query<{ channel_id: string; has_session: boolean }>(`
    select channel_id, $2::uuid is null or exists (select 1 from sessions s where s.messaging_user_id = u.id and s.id = $2) as has_session
    from messaging_users u where u.id = $1`, [userId, sessionId])
  if (!user) return 'no user'
  if (!user.has_session) return 'no session'
  const id = uuidv7()
  const { rowCount } = await pool.query(`
    insert into external_references (messaging_user_id, id, session_id, system, object, external_id, url, label, created_by)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
    [userId, id, sessionId, system, object, externalId, url, label, createdBy])
  return rowCount ? { id, channelId: user.channel_id } : 'known'
}

/** @returns the channel's id, or undefined if there is no such reference */
export async function removeReference(pool: Pool, userId: string, id: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ channel_id: string }>(`
    delete from external_references r using messaging_users u
    where r.messaging_user_id = $1 and r.id = $2 and u.id = r.messaging_user_id returning u.channel_id`, [userId, id])
  return rows[0]?.channel_id
}
