import type { Pool } from 'pg'

/** A place where the ledger is not what was written. */
export interface BrokenLine {
  userId: string
  number: number
  problem: string
}

export interface Verification {
  /** Lines and chains that were checked. */
  lines: number
  people: number
  /** The first broken line in the order of messaging users and lines; undefined when all is well. */
  broken: BrokenLine | undefined
}

/** Messaging users checked in one statement. */
const CHUNK = 5_000
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'

/**
 * Recomputes every hash of the consent ledger, and compares each chain's end with the messaging user's present state: a line that was
 * changed, removed, inserted, or cut off at the end shows. So do lines that are missing of who was erased. Constant memory.
 */
export async function verifyLedger(pool: Pool): Promise<Verification> {
  let lines = 0
  let people = 0
  for (let after = BEFORE_ALL; ;) {
    const { rows: [chunk] } = await pool.query<{ last: string | null; people: number; lines: number }>(`
      with p as (
        select id from (
          select id from messaging_users where id > $1
          union select messaging_user_id from consent_events where messaging_user_id > $1
          union select id from erased_users where id > $1
        ) all_ids order by id limit ${CHUNK}
      )
      select max(id::text) as last, count(*)::int as people,
        (select count(*)::int from consent_events e where e.messaging_user_id in (select id from p)) as lines
      from p`, [after])
    if (!chunk || chunk.last === null) return { lines, people, broken: undefined }
    const { rows: [broken] } = await pool.query<BrokenLine>(firstBroken, [after, chunk.last])
    if (broken) return { lines, people, broken }
    lines += chunk.lines
    people += chunk.people
    after = chunk.last
  }
}

const firstBroken = `
  with line as (
    select e.messaging_user_id, e.number, e.purpose, e.to_status, e.previous_hash, e.hash, consent_event_hash(e) as expected,
      lag(e.hash) over chain as hash_before, coalesce(lag(e.number) over chain, 0) as number_before
    from consent_events e where e.messaging_user_id > $1 and e.messaging_user_id <= $2
    window chain as (partition by e.messaging_user_id order by e.number)
  ), broken as (
    select messaging_user_id, case when number <> number_before + 1 then number_before + 1 else number end as number, case
      when number <> number_before + 1 then 'The line is missing'
      when hash <> expected then 'The line was changed: its hash does not fit what it says'
      else 'The line does not follow the one before: the hashes differ' end as problem
    from line
    where number <> number_before + 1 or hash <> expected or previous_hash is distinct from hash_before
    union all
    select u.id, coalesce(last.number, 0) + case when coalesce(last.number, 0) < u.consent_line_count then 1 else 0 end,
      case when coalesce(last.number, 0) <> u.consent_line_count then 'Lines are missing at the end'
           else 'The status on the messaging user is not what the ledger says' end
    from messaging_users u
    left join lateral (select max(number) as number from consent_events e where e.messaging_user_id = u.id) last on true
    left join lateral (
      select e.to_status from consent_events e where e.messaging_user_id = u.id and e.purpose = 'all' order by e.number desc limit 1
    ) said on true
    where u.id > $1 and u.id <= $2
      and (coalesce(last.number, 0) <> u.consent_line_count or said.to_status is distinct from u.consent_status)
    union all
    select coalesce(x.id, last.id), coalesce(last.number, 0) + 1,
      case when x.id is null then 'The messaging user is gone, and nobody erased them' else 'Lines are missing at the end' end
    from (
      select e.messaging_user_id as id, max(e.number) as number from consent_events e
      where e.messaging_user_id > $1 and e.messaging_user_id <= $2
        and not exists (select from messaging_users u where u.id = e.messaging_user_id) group by 1
    ) last
    full join (select * from erased_users where id > $1 and id <= $2) x on x.id = last.id
    where last.number is distinct from x.lines
  )
  select messaging_user_id as "userId", number, problem from broken order by messaging_user_id, number limit 1`
