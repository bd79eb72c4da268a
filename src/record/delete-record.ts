import type { Pool, PoolClient } from 'pg'
import type { LinkKind } from '../contract/links.ts'
import { again } from './collision.ts'
import type { RecordObject } from './external-ids.ts'
import { followAccounts, linkColumns, unlinkUsers } from './links.ts'
import { runner } from './statement.ts'
import { inTransaction } from './transaction.ts'

/**
 * The messaging users that were unlinked; or why there is nothing to delete.
 * @property mergedInto the id of the record it was merged into
 */
export type Deletion =
  | { outcome: 'deleted'; users: { userId: string; channelId: string }[] }
  | { outcome: 'absent' }
  | { outcome: 'merged'; mergedInto: string }

/**
 * Deletes an individual: nobody finds it any more, its external ids are free, and its messaging users stay, unlinked with the reason.
 * @param actor operator or API key, as the links name them
 */
export async function deleteIndividual(pool: Pool, id: string, actor: string): Promise<Deletion> {
  return deleteRecord(pool, 'individual', id, async (client, kind) => {
    await client.query(`
      update link_suggestions set decision = 'obsolete', decided_at = now(), decided_by = $2 where record_id = $1 and decision is null`, [id, actor])
    const users = await unlinkFrom(client, kind, id, actor)
    if (kind === 'contact') await followAccounts(runner(client, false), users.map(({ userId }) => userId))
    return users
  })
}

/** Deletes an account: as `deleteIndividual`; its contacts stay, without an account. */
export async function deleteAccount(pool: Pool, id: string, actor: string): Promise<Deletion> {
  return deleteRecord(pool, 'account', id, async (client) => {
    await client.query('update individuals set account_id = null, updated_at = now() where account_id = $1', [id])
    const users = await unlinkFrom(client, 'account', id, actor)
    const userIds = users.map(({ userId }) => userId)
    await client.query('update messaging_users set account_is_manual = false where id = any($1) and account_is_manual', [userIds])
    await followAccounts(runner(client, false), userIds)
    return users
  })
}

/** @param unlink ends what points to the record, and returns the messaging users it changed */
async function deleteRecord(
  pool: Pool, object: RecordObject, id: string, unlink: (client: PoolClient, kind: LinkKind) => Promise<{ userId: string; channelId: string }[]>,
): Promise<Deletion> {
  return again(() => inTransaction(pool, async (client): Promise<Deletion> => {
    // Whoever links to it holds it meanwhile, so no link is made that this would not end.
    const { rows: [record] } = await client.query<{ kind: LinkKind; merged_into: string | null }>(object === 'individual'
      ? 'select kind, merged_into from individuals where id = $1 and deleted_at is null for update'
      : `select 'account' as kind, merged_into from accounts where id = $1 and deleted_at is null for update`, [id])
    if (!record) return { outcome: 'absent' }
    if (record.merged_into) return { outcome: 'merged', mergedInto: record.merged_into }
    const users = await unlink(client, record.kind)
    await client.query('delete from external_ids where object = $1 and record_id = $2', [object, id])
    await client.query(object === 'individual'
      ? 'update individuals set deleted_at = now(), updated_at = now() where id = $1'
      : 'update accounts set deleted_at = now(), updated_at = now() where id = $1', [id])
    return { outcome: 'deleted', users }
  }))
}

async function unlinkFrom(client: PoolClient, kind: LinkKind, recordId: string, actor: string) {
  const { rows } = await client.query<{ userId: string; channelId: string }>(`
    select id as "userId", channel_id as "channelId" from messaging_users where ${linkColumns[kind]} = $1 order by id for no key update`, [recordId])
  await unlinkUsers(runner(client, false), rows.map(({ userId }) => ({ userId, kind })), { reason: `The ${kind.replace('_', ' ')} was deleted`, actor })
  return rows
}
