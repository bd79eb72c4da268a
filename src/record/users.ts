import type { Pool } from 'pg'
import { uuidv7 } from 'uuidv7'
import { again } from './collision.ts'
import { inTransaction } from './transaction.ts'

/** What people at the business may change of a messaging user. */
export interface UserChange {
  name?: string
  language?: string | null
  ownerId?: string | null
}

/** Who makes a change, as the history tells it. */
export interface Actor {
  source: 'operator' | 'api-key'
  name: string
}

type Value = string | null

/**
 * Changes a messaging user and notes each field that got another value in the history. A name given here is the business's own
 * (`nameSource`), so no platform overwrites it.
 * @returns the id of the channel, or undefined if there is no such messaging user
 */
export async function updateUser(pool: Pool, id: string, change: UserChange, actor: Actor): Promise<string | undefined> {
  // A new name is noted beside the activity too, which a message of the person may hold at this moment.
  return again(() => inTransaction(pool, async (client) => {
    const { rows } = await client.query(`
      select channel_id, name, name_source as "nameSource", language, owner_id as "ownerId" from messaging_users where id = $1 for update`, [id])
    if (!rows[0]) return undefined
    const { channel_id: channelId, ...before } = rows[0] as { channel_id: string } & Record<string, Value>
    const wanted: Record<string, Value | undefined> = { ...change, ...change.name !== undefined && { nameSource: 'business' } }
    const changed = Object.keys(wanted).filter((field) => wanted[field] !== undefined && wanted[field] !== before[field])
    if (changed.length === 0) return channelId

    const after = { ...before, ...Object.fromEntries(changed.map((field) => [field, wanted[field]])) }
    await client.query(
      'update messaging_users set name = $2, name_source = $3, language = $4, owner_id = $5, updated_at = now() where id = $1',
      [id, after.name, after.nameSource, after.language, after.ownerId])
    await client.query(`
      insert into messaging_user_history (messaging_user_id, id, field, old_value, new_value, source, actor)
      select $1, h.id, h.field, h.old_value, h.new_value, $6, $7
      from unnest($2::uuid[], $3::text[], $4::jsonb[], $5::jsonb[]) as h(id, field, old_value, new_value)`, [
      id,
      changed.map(() => uuidv7()),
      changed,
      changed.map((field) => JSON.stringify(before[field])),
      changed.map((field) => JSON.stringify(after[field])),
      actor.source,
      actor.name,
    ])
    return channelId
  }))
}

/**
 * Blocks a messaging user until a time (null: without an end), or with `null` ends the block. Noted in the history.
 * @returns the id of the channel, or undefined if there is no such messaging user
 */
export async function setBlock(pool: Pool, id: string, block: { reason: string; until: Date | null } | null, actor: Actor): Promise<string | undefined> {
  return inTransaction(pool, async (client) => {
    const { rows: [before] } = await client.query(
      'select channel_id, blocked_reason, blocked_until::text from messaging_users where id = $1 for no key update', [id])
    if (!before) return undefined
    const { rows: [after] } = await client.query(`
      update messaging_users set blocked_reason = $2, blocked_until = $3, updated_at = now() where id = $1
      returning blocked_reason, blocked_until::text`,
      [id, block?.reason ?? null, block && (block.until ?? 'infinity')])
    await client.query(`
      insert into messaging_user_history (messaging_user_id, id, field, old_value, new_value, source, actor)
      select $1, $2, 'block', $3, $4, $5, $6 where $3::jsonb is distinct from $4::jsonb`, [id, uuidv7(), blockInWords(before), blockInWords(after), actor.source, actor.name])
    return before.channel_id
  })
}

const blockInWords = (row: { blocked_reason: string | null; blocked_until: string | null }) =>
  JSON.stringify(row.blocked_until === null ? null : { reason: row.blocked_reason, until: row.blocked_until })
