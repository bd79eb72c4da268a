import type { Pool, PoolClient } from 'pg'
import { uuidv7 } from 'uuidv7'
import { again } from './collision.ts'
import { saveSessions } from './session-changes.ts'
import { after, type SessionRules, type SessionState } from './session-life.ts'
import { runner } from './statement.ts'
import { inTransaction } from './transaction.ts'
import type { Actor } from './users.ts'

export interface OtherAddress {
  messagingUserId: string
  channelName: string
  name: string
}

export type ReassignResult =
  | { outcome: 'reassigned'; channelId: string; identifiers: { kind: string; key: string }[]; sharedPhoneCount: number; alsoAt: OtherAddress[] }
  | { outcome: 'absent' }
  | { outcome: 'no address' }

/**
 * A messaging user's number now belongs to somebody else: from then on it is no address of theirs, and who writes from it is a new
 * messaging user, with a consent of their own. All there is stays with the messaging user it was said to; the open session ends. The
 * individuals who have the number, linked or not, keep it, marked as shared, so that its new owner is not linked to them by it. On other
 * channels the number is messaging users of their own, who stay as they are: `alsoAt` names 20 of them at most.
 * @param at since when
 */
export async function reassignNumber(pool: Pool, userId: string, { at, note, actor }: { at: Date; note: string | null; actor: Actor }): Promise<ReassignResult> {
  return again(() => inTransaction(pool, async (client): Promise<ReassignResult> => {
    const { rows: [user] } = await client.query<{ channel_id: string; match_key: string | null }>(
      'select channel_id, match_key from messaging_users where id = $1 for no key update', [userId])
    if (!user) return { outcome: 'absent' }
    const { rows: identifiers } = await client.query<{ kind: string; key: string }>(`
      update aliases set until = greatest($2, since), evidence = evidence || $3 where messaging_user_id = $1 and until is null returning kind, key`,
    [userId, at, `; given to somebody else, says ${actor.name}${note === null ? '' : `: ${note}`}`])
    if (identifiers.length === 0) return { outcome: 'no address' }
    await endSession(client, userId, new Date())
    const { rowCount: sharedPhoneCount } = await client.query(
      'update individual_phones set is_shared = true where match_key = $1 and not is_shared', [user.match_key])
    const alsoAt = await othersWith(client, user.match_key, userId)
    await client.query('update messaging_users set match_key = null, e164 = null, updated_at = now() where id = $1', [userId])
    await noteChange(client, userId, 'addresses', identifiers.map(({ key }) => key), [], actor)
    return { outcome: 'reassigned', channelId: user.channel_id, identifiers, sharedPhoneCount: sharedPhoneCount ?? 0, alsoAt }
  }))
}

/** The other messaging users who are reached at a number. */
async function othersWith(client: PoolClient, matchKey: string | null, userId: string): Promise<OtherAddress[]> {
  const { rows } = await client.query<OtherAddress>(`
    select u.id as "messagingUserId", c.name as "channelName", u.name from messaging_users u join channels c on c.id = u.channel_id
    where u.match_key = $1 and u.id <> $2 and exists (select from aliases a where a.messaging_user_id = u.id and a.until is null)
    order by u.id limit 20`, [matchKey, userId])
  return rows
}

interface OpenSession extends SessionState, SessionRules {
  id: string
}

async function endSession(client: PoolClient, userId: string, now: Date): Promise<void> {
  const { rows: [session] } = await client.query<OpenSession>(`
    select s.id, s.status, s.owner_id as "ownerId", s.agent_type as "agentType", s.accepted_at as "acceptedAt", s.ended_at as "endedAt",
      s.ended_by as "endedBy", s.timer_at as "timerAt", c.platform_type as "platformType", c.inactivity_minutes as "inactivityMinutes"
    from sessions s join channels c on c.id = s.channel_id where s.messaging_user_id = $1 and s.ended_at is null for no key update of s`, [userId])
  if (!session) return
  const { state } = after(session, { kind: 'end', by: 'System' }, session, now)
  await saveSessions(runner(client, false), [{ userId, id: session.id, before: session, after: state, actor: { type: 'System', id: null }, at: now }])
}

async function noteChange(client: PoolClient, userId: string, field: string, before: unknown, after: unknown, actor: Actor): Promise<void> {
  await client.query(`
    insert into messaging_user_history (messaging_user_id, id, field, old_value, new_value, source, actor) values ($1, $2, $3, $4, $5, $6, $7)`,
  [userId, uuidv7(), field, JSON.stringify(before), JSON.stringify(after), actor.source, actor.name])
}

/**
 * Says whether several people write from a messaging user's address: then nobody is linked to it by a rule.
 * @returns the id of the channel, or undefined if there is no such messaging user
 */
export async function setShared(pool: Pool, userId: string, isShared: boolean, actor: Actor): Promise<string | undefined> {
  return inTransaction(pool, async client => {
    const { rows: [user] } = await client.query<{ channel_id: string; is_shared: boolean }>(
      'select channel_id, is_shared from messaging_users where id = $1 for no key update', [userId])
    if (!user || user.is_shared === isShared) return user?.channel_id
    await client.query('update messaging_users set is_shared = $2, updated_at = now() where id = $1', [userId, isShared])
    await noteChange(client, userId, 'isShared', user.is_shared, isShared, actor)
    return user.channel_id
  })
}
