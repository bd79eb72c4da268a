import { DatabaseError, type ClientBase } from 'pg'
import { appendLines } from '../consent/ledger.ts'
import { runner, type Run, type Statement } from '../statement.ts'
import type { ChangedUser } from '../people.ts'
import { revert, type Reverting } from './revert.ts'
import { UNDONE, type Undone } from './row.ts'
import type { Importer } from './write.ts'

/** Rows that are undone in one transaction. */
const CHUNK = 500

interface Row extends Reverting {
  row: number
  outcome: 'created' | 'changed'
  /** In words why somebody who was created stays; null: nothing happened with them. */
  used: string | null
  is_there: boolean
  consent_line_count: number
}

const nextRows: Statement = {
  name: 'next_rows_to_undo',
  text: `
    select row, messaging_user_id as id from import_rows
    where import_id = $1 and row > $2 and outcome in ('created', 'changed') order by row limit ${CHUNK}`,
}
const lockUsers: Statement = { name: 'lock_users_to_undo', text: 'select 1 from messaging_users where id = any($1::uuid[]) order by id for update' }
const inspect: Statement = {
  name: 'inspect_rows_to_undo',
  text: `
    select r.row, r.outcome, r.before as image, u.*, r.messaging_user_id as id, u.id is not null as is_there, case
      when u.consent_status = 'OptedOut' then 'They are opted out, and that is never forgotten'
      when exists (select from messages m where m.messaging_user_id = u.id) then 'There are messages'
      when exists (select from sessions s where s.messaging_user_id = u.id) then 'There is a session'
      when exists (select from consent_events e where e.messaging_user_id = u.id and (e.number > 1 or e.source <> 'import')) then 'Something was said about consent since'
      when exists (select from links l where l.messaging_user_id = u.id and l.source not in ('import', 'rule', 'contact')) then 'They were linked since'
      when exists (select from external_references x where x.messaging_user_id = u.id) then 'They were linked since'
      when exists (select from aliases a where a.messaging_user_id = u.id and (a.since > r.applied_at or a.until is not null)) then 'Their identifiers changed since'
      when exists (select from messaging_user_history h where h.messaging_user_id = u.id and h.changed_at > r.applied_at
        and (h.actor is not null or h.source = 'platform')) then 'They were changed since'
      end as used
    from import_rows r left join messaging_users u on u.id = r.messaging_user_id
    where r.import_id = $1 and r.row = any($2::bigint[]) order by r.row`,
}
const note: Statement = {
  name: 'note_undone_rows',
  text: `
    update import_rows r set undone = i.undone, undo_reason = i.reason from unnest($2::bigint[], $3::text[], $4::text[]) as i(row, undone, reason)
    where r.import_id = $1 and r.row = i.row`,
}
const move: Statement = {
  name: 'move_undo',
  text: 'update imports set undo_row = $2, removed = removed + $3, reverted = reverted + $4, kept = kept + $5 where id = $1',
}

/**
 * Undoes the next rows of an import, in one transaction: who was created and not used since is removed, what was changed and not changed
 * again becomes what it was. The ledger of consent gets lines that say so; those of who is removed stay, and are counted.
 * @returns whose records changed; undefined when nothing is left to undo
 */
export async function undoRows(client: ClientBase, importId: string, importer: Importer): Promise<ChangedUser[] | undefined> {
  const run = runner(client, false)
  await client.query('begin')
  try {
    const { rows: [state] } = await client.query<{ status: string; undo_row: number }>('select status, undo_row from imports where id = $1 for update', [importId])
    const next = state?.status === 'undoing' ? await run<{ row: number; id: string }>(nextRows, [importId, state.undo_row]) : []
    if (next.length === 0) {
      await client.query('rollback')
      return undefined
    }
    await run(lockUsers, [next.map(({ id }) => id)])
    const rows = await run<Row>(inspect, [importId, next.map(({ row }) => row)])
    const undone = await undoAll(client, run, rows, importer)
    await run(note, [importId, undone.map(({ row }) => row), undone.map(one => one.undone), undone.map(({ reason }) => reason)])
    await run(move, [importId, next.at(-1)!.row, ...['removed', 'reverted', 'kept'].map(what => undone.filter(one => one.undone === what).length)])
    await client.query('commit')
    return rows.filter(row => row.is_there).map(row => ({ userId: row.id, channelId: row.channel_id }))
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}

async function undoAll(client: ClientBase, run: Run, rows: Row[], importer: Importer): Promise<Undone[]> {
  const there = rows.filter(row => row.is_there)
  const gone = rows.filter(row => !row.is_there).map(({ row }): Undone => ({ row, undone: 'kept', reason: 'There is no such messaging user any more' }))
  const created = there.filter(row => row.outcome === 'created')
  const used = created.filter(row => row.used).map(({ row, used }): Undone => ({ row, undone: 'kept', reason: used }))
  return [...gone, ...used, ...await removeHalving(client, run, created.filter(row => !row.used), importer),
    ...await revert(run, there.filter(row => row.outcome === 'changed'), importer)]
}

/** Who something refers to that is not known here stays, and the others go. */
async function removeHalving(client: ClientBase, run: Run, rows: Row[], importer: Importer): Promise<Undone[]> {
  if (rows.length === 0) return []
  await client.query('savepoint removing')
  try {
    await remove(run, rows, importer)
    return rows.map(({ row }) => ({ row, undone: 'removed', reason: null }))
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== '23503') throw error
    await client.query('rollback to savepoint removing')
    if (rows.length === 1) return [{ row: rows[0]!.row, undone: 'kept', reason: 'Something else refers to them' }]
    const half = rows.length >> 1
    return [...await removeHalving(client, run, rows.slice(0, half), importer), ...await removeHalving(client, run, rows.slice(half), importer)]
  }
}

const erase: Statement = { name: 'note_erased_users', text: 'insert into erased_users (id, lines) select * from unnest($1::uuid[], $2::int[])' }
const belonging = ['link_suggestions', 'links', 'messaging_user_purposes', 'messaging_user_history', 'aliases', 'messaging_user_activity']

async function remove(run: Run, rows: Row[], importer: Importer): Promise<void> {
  const ids = rows.map(({ id }) => id)
  const told = rows.filter(row => row.consent_line_count > 0)
  await appendLines(run, told.map(row => ({
    userId: row.id, channelId: row.channel_id, number: row.consent_line_count + 1, purpose: 'all', from: row.consent_status, to: null, pendingUntil: null,
    source: 'import', actor: importer.actor, language: null, words: null, messageId: null, note: UNDONE, happenedAt: new Date(),
  })))
  if (told.length > 0) await run(erase, [told.map(({ id }) => id), told.map(row => row.consent_line_count + 1)])
  for (const table of belonging) await run({ name: `remove_${table}`, text: `delete from ${table} where messaging_user_id = any($1::uuid[])` }, [ids])
  await run({ name: 'remove_users', text: 'delete from messaging_users where id = any($1::uuid[])' }, [ids])
}
