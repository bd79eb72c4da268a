import type { IndividualKind } from '../contract/individuals.ts'
import type { Run, Statement } from './statement.ts'

/** Why an individual may be the person behind a messaging user. */
export interface MatchReason {
  code: 'phone' | 'verified_phone' | 'verified_email' | 'user_id' | 'external_id' | 'email_in_message' | 'similar_name'
  message: string
}

export interface Candidate {
  recordId: string
  recordName: string
  reasons: MatchReason[]
  /** 1 to 100. */
  score: number
  /** The number belongs to several people: it tells nobody apart. */
  isShared: boolean
  wasDismissed: boolean
}

/** A messaging user without a link of one kind, the rule that applies, and who fits. */
export interface Unlinked {
  userId: string
  channelId: string
  name: string
  nameSource: string
  e164: string | null
  isoCountryCode: string | null
  kind: IndividualKind
  whenNone: 'create' | 'prompt'
  whenOne: 'auto' | 'prompt'
  isShared: boolean
  /** They had a link of this kind, and somebody or something ended it. */
  wasLinked: boolean
  candidates: Candidate[]
}

const points: Record<MatchReason['code'], number> = {
  user_id: 95, external_id: 90, verified_email: 85, verified_phone: 80, phone: 70, email_in_message: 50, similar_name: 30,
}

const words: Record<MatchReason['code'], (detail: string) => string> = {
  user_id: detail => `The platform’s verified id is theirs in ${detail}`,
  external_id: detail => `The id ${detail} is the same`,
  verified_email: detail => `The verified e-mail ${detail} is the same`,
  verified_phone: detail => `The verified number ${detail} is the same`,
  phone: detail => `The number ${detail} is the same`,
  email_in_message: detail => `${detail} stands in a message`,
  similar_name: detail => `${detail} is a similar name, in the same country`,
}

/** SQL: somebody said that it is not this individual; also of another record, which became this one since. */
const wasDismissed = (userId: string, recordId: string) => `exists (
    select from link_suggestions s where s.messaging_user_id = ${userId} and s.decision = 'dismissed' and ${recordId} in (
      with recursive became as (
        select s.record_id as id
        union
        select coalesce(i.merged_into, i.converted_into) from became b join individuals i on i.id = b.id
      ) select id from became)
  )`

/**
 * The strong matches: indexed equalities alone, so that a million messaging users are a matter of minutes. The rule of the channel's
 * own type goes before the one for all. A row without a record is a messaging user nobody fits.
 */
const match: Statement = {
  name: 'match_individuals',
  text: `
    with u as (
      select distinct on (u.id, r.kind) u.id, u.channel_id, u.name, u.name_source, u.external_id, u.e164, u.match_key, u.is_shared,
             coalesce(u.iso_country_code, c.iso_country_code) as iso_country_code, r.kind, r.match_on, r.external_id_system, r.when_none, r.when_one
      from messaging_users u
      join channels c on c.id = u.channel_id
      join link_rules r on r.channel_type in (c.type, '*') and r.is_active
      where u.id = any($1::uuid[])
        and case r.kind when 'contact' then u.contact_id when 'lead' then u.lead_id when 'employee' then u.employee_id else u.person_account_id end is null
      order by u.id, r.kind, r.channel_type = '*'
    ), m as (
      select u.id as user_id, u.kind, p.individual_id, case when p.is_verified then 'verified_phone' else 'phone' end as code, p.number as detail, p.is_shared
      from u join individual_phones p on p.match_key = u.match_key where 'phone' = any(u.match_on)
      union all
      select u.id, u.kind, e.individual_id, 'verified_email', e.email, false
      from u join aliases a on a.messaging_user_id = u.id and a.kind = 'email' and a.until is null
      join individual_emails e on e.match_key = lower(a.key) and e.is_verified where 'email' = any(u.match_on)
      union all
      select u.id, u.kind, x.record_id, 'user_id', x.system, false
      from u join aliases a on a.messaging_user_id = u.id and a.kind = 'user_id' and a.until is null
      join external_ids x on x.object = 'individual' and x.system = u.external_id_system and x.external_id = a.key where 'user_id' = any(u.match_on)
      union all
      select u.id, u.kind, x.record_id, 'external_id', x.external_id, false
      from u join external_ids x on x.object = 'individual' and x.system = u.external_id_system and x.external_id = u.external_id
      where 'external_id' = any(u.match_on)
    ), alive as (
      select m.*, i.name from m
      join individuals i on i.id = m.individual_id and i.kind = m.kind
        and i.merged_into is null and i.deleted_at is null and i.converted_into is null
    )
    select u.id as user_id, u.channel_id, u.name as user_name, u.name_source, u.e164, u.iso_country_code, u.kind, u.when_none, u.when_one,
           u.is_shared as user_is_shared, a.individual_id, a.name, a.code, a.detail, a.is_shared,
           exists (select from links l where l.messaging_user_id = u.id and l.kind = u.kind) as was_linked,
           ${wasDismissed('u.id', 'a.individual_id')} as was_dismissed
    from u left join alive a on a.user_id = u.id and a.kind = u.kind
    order by u.id, u.kind, a.individual_id`,
}

/** The weak ones, for suggestions alone: what stands in messages, and names; of kinds that nobody is linked to. Asked for a few people at a time. */
const guess: Statement = {
  name: 'guess_individuals',
  text: `
    with u as (
      select u.id, u.name, u.name_source, u.iso_country_code, array_remove(array[
        case when u.contact_id is null then 'contact' end, case when u.lead_id is null then 'lead' end, case when u.employee_id is null then 'employee' end,
        case when u.person_account_id is null then 'person_account' end], null) as kinds
      from messaging_users u where u.id = any($1::uuid[])
    ), mentioned as (
      select distinct u.id, u.kinds, lower(m[1]) as email
      from u
      join lateral (
        select text from messages where messaging_user_id = u.id and direction = 'inbound' and text like '%@%' order by sent_at desc limit 20
      ) said on true
      cross join lateral regexp_matches(left(said.text, 4000), '[[:alnum:]._%+-]{1,64}@[[:alnum:].-]{1,120}[.][[:alpha:]]{2,24}', 'g') as m
    )
    select * from (
    select u.id as user_id, i.id as individual_id, i.name, i.kind, 'email_in_message' as code, e.email as detail
    from mentioned u join individual_emails e on e.match_key = u.email
    join individuals i on i.id = e.individual_id and i.kind = any(u.kinds) and i.merged_into is null and i.deleted_at is null and i.converted_into is null
    union all
    select u.id, i.id, i.name, i.kind, 'similar_name', i.name
    from u
    join lateral (
      select i.* from individuals i
      where i.name % u.name and i.merged_into is null and i.deleted_at is null and i.converted_into is null
        and i.iso_country_code = u.iso_country_code and i.kind = any(u.kinds)
      order by similarity(i.name, u.name) desc limit 3
    ) i on similarity(i.name, u.name) > 0.6
    where u.name_source <> 'default'
    ) g where not ${wasDismissed('g.user_id', 'g.individual_id')}`,
}

interface MatchRow {
  user_id: string
  channel_id: string
  user_name: string
  name_source: string
  e164: string | null
  iso_country_code: string | null
  kind: IndividualKind
  when_none: 'create' | 'prompt'
  when_one: 'auto' | 'prompt'
  user_is_shared: boolean
  was_linked: boolean
  individual_id: string | null
  name: string
  code: MatchReason['code']
  detail: string
  is_shared: boolean
  was_dismissed: boolean
}

/** Who fits the messaging users that a rule applies to and that have no link of its kind yet. */
export async function findMatches(run: Run, userIds: string[]): Promise<Unlinked[]> {
  const found = new Map<string, Unlinked>()
  for (const row of await run<MatchRow>(match, [userIds])) {
    const key = `${row.user_id}/${row.kind}`
    let unlinked = found.get(key)
    if (!unlinked) {
      unlinked = {
        userId: row.user_id, channelId: row.channel_id, name: row.user_name, nameSource: row.name_source, e164: row.e164,
        isoCountryCode: row.iso_country_code, kind: row.kind, whenNone: row.when_none, whenOne: row.when_one, isShared: row.user_is_shared, wasLinked: row.was_linked,
        candidates: [],
      }
      found.set(key, unlinked)
    }
    if (row.individual_id !== null) addReason(unlinked.candidates, { ...row, individual_id: row.individual_id })
  }
  return [...found.values()]
}

type Fact = Pick<MatchRow, 'name' | 'code' | 'detail' | 'is_shared' | 'was_dismissed'> & { individual_id: string }

function addReason(candidates: Candidate[], { individual_id: recordId, name, code, detail, is_shared: isShared, was_dismissed: wasDismissed }: Fact): void {
  let candidate = candidates.find(one => one.recordId === recordId)
  if (!candidate) {
    candidate = { recordId, recordName: name, reasons: [], score: 0, isShared: true, wasDismissed }
    candidates.push(candidate)
  }
  candidate.isShared &&= isShared
  if (candidate.reasons.some(reason => reason.code === code)) return
  candidate.reasons.push({ code, message: words[code](detail) })
  const best = Math.max(...candidate.reasons.map(reason => points[reason.code]))
  candidate.score = Math.min(100, best + (candidate.reasons.length - 1) * 5) - (candidate.isShared ? 30 : 0)
}

/** Individuals who may be meant, by weaker signs; for suggestions, never for a link by itself. */
export async function guessMatches(run: Run, userIds: string[]): Promise<{ userId: string; kind: IndividualKind; candidate: Candidate }[]> {
  const rows = await run<{ user_id: string; individual_id: string; name: string; kind: IndividualKind; code: MatchReason['code']; detail: string }>(guess, [userIds])
  const found = new Map<string, { userId: string; kind: IndividualKind; candidates: Candidate[] }>()
  for (const row of rows) {
    const key = `${row.user_id}/${row.kind}`
    const entry = found.get(key) ?? { userId: row.user_id, kind: row.kind, candidates: [] }
    found.set(key, entry)
    addReason(entry.candidates, { ...row, is_shared: false, was_dismissed: false })
  }
  return [...found.values()].flatMap(({ userId, kind, candidates }) => candidates.map(candidate => ({ userId, kind, candidate })))
}
