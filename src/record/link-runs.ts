import type { Pool } from 'pg'
import { uuidv7 } from 'uuidv7'
import { applyLinkRules } from './link-rules.ts'
import type { Run, Statement } from './statement.ts'
import { inTransaction } from './transaction.ts'

/** Name of the job. */
export const RUN_LINK_RULES = 'run-link-rules'
/** Messaging users in one transaction. */
const CHUNK = 2_000

/** Begins to apply the rules to everybody. @returns the run's id, or undefined while another is running */
export async function startLinkRun(pool: Pool, isTrial: boolean, actor: string): Promise<string | undefined> {
  const id = uuidv7()
  return inTransaction(pool, async client => {
    const { rowCount } = await client.query(`
      insert into link_runs (id, is_trial, total, started_by) select $1, $2, (select count(*) from messaging_users), $3
      on conflict (status) where status = 'running' do nothing`, [id, isTrial, actor])
    if (!rowCount) return undefined
    await client.query(`select graphile_worker.add_job($1, json_build_object('runId', $2::text), job_key := $1)`, [RUN_LINK_RULES, id])
    return id
  })
}

/** @returns false if it is not running */
export async function cancelLinkRun(pool: Pool, id: string): Promise<boolean> {
  return (await pool.query(`update link_runs set status = 'cancelled', ended_at = now() where id = $1 and status = 'running'`, [id])).rowCount === 1
}

/** No one goes on with a run any more: another can begin. */
export async function failLinkRun(pool: Pool, id: string): Promise<void> {
  await pool.query(`update link_runs set status = 'failed', ended_at = now() where id = $1 and status = 'running'`, [id])
}

interface RunRow {
  is_trial: boolean
  after_id: string
}

/**
 * Goes on with a run where it stands, until it is done or cancelled. What each chunk did and how far it came are told one after the
 * other: after a crash the last chunk is looked at once more, which changes nothing.
 * @param onChanged hears whose records changed
 */
export async function continueLinkRun(pool: Pool, id: string, onChanged: (users: { userId: string; channelId: string }[]) => void): Promise<void> {
  for (;;) {
    const { rows: [run] } = await pool.query<RunRow>(`select is_trial, after_id from link_runs where id = $1 and status = 'running'`, [id])
    if (!run) return
    const { rows } = await pool.query<{ id: string }>('select id from messaging_users where id > $1 order by id limit $2', [run.after_id, CHUNK])
    if (rows.length === 0) {
      await pool.query(`update link_runs set status = 'done', ended_at = now() where id = $1 and status = 'running'`, [id])
      return
    }
    const { linked, created, suggested, ambiguous, changed } = await applyLinkRules(pool, rows.map(row => row.id), { isTrial: run.is_trial })
    await pool.query(`
      update link_runs set done = done + $2, after_id = $3, linked = linked + $4, created = created + $5, suggested = suggested + $6, ambiguous = ambiguous + $7
      where id = $1`, [id, rows.length, rows.at(-1)!.id, linked, created, suggested, ambiguous])
    onChanged(changed)
  }
}

/** Jobs that apply the rules to a few: to new messaging users, and to whom a changed individual could be. */
export const LINK_USERS = 'link-users'
export const LINK_INDIVIDUALS = 'link-individuals'

const request: Statement = {
  name: 'request_links',
  text: `select graphile_worker.add_job('${LINK_USERS}', json_build_object('userIds', $1::uuid[])) where cardinality($1::uuid[]) > 0`,
}
/** Adds the job that applies the link rules to messaging users who are new or whom somebody else may fit now, in the transaction that records it. */
export const requestLinks = (run: Run, userIds: string[]) => run(request, [userIds])

const requestOf: Statement = {
  name: 'request_links_of',
  text: `
    select graphile_worker.add_job('${LINK_INDIVIDUALS}', json_build_object('individualIds', $1::uuid[]))
    where exists (select 1 from link_rules where is_active)`,
}
/** Adds the job that applies the link rules to whomever changed individuals could be, in the transaction that changes them. */
export const requestLinksOf = (run: Run, individualIds: string[]) => run(requestOf, [individualIds])

/** Messaging users whom one of these individuals could be, by phone, e-mail or id. At most a thousand each. Identifiers are unique for each channel. */
export async function usersOfIndividuals(pool: Pool, individualIds: string[]): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(`
    select distinct u.id from unnest($1::uuid[]) as i(id)
    join lateral (
      (select u.id from individual_phones p join messaging_users u on u.match_key = p.match_key where p.individual_id = i.id limit 1000)
      union all
      (select a.messaging_user_id from individual_emails e cross join channels c
       join aliases a on a.channel_id = c.id and a.key = e.match_key and a.kind = 'email' and a.until is null where e.individual_id = i.id limit 1000)
      union all
      (select a.messaging_user_id from external_ids x cross join channels c
       join aliases a on a.channel_id = c.id and a.key = x.external_id and a.until is null where x.object = 'individual' and x.record_id = i.id limit 1000)
    ) u on true`, [individualIds])
  return rows.map(row => row.id)
}
