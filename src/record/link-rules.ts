import type { Pool, PoolClient } from 'pg'
import { uuidv7 } from 'uuidv7'
import type { LinkRule } from '../contract/links.ts'
import { again } from './collision.ts'
import { findMatches, guessMatches, type Candidate, type Unlinked } from './link-matching.ts'
import { followAccounts, linkUsers, type NewLink } from './links.ts'
import { PHONE_MATCH_VERSION, phoneKey } from './phone/match-key.ts'
import { runner, type Run, type Statement } from './statement.ts'
import { inTransaction } from './transaction.ts'

/** What the rules make of a messaging user. Pure. */
type LinkDecision =
  | { do: 'link'; candidate: Candidate }
  | { do: 'create' }
  | { do: 'suggest'; candidates: Candidate[]; isAmbiguous: boolean }
  | { do: 'nothing' }

/**
 * None fits: create, or leave it to a person; whoever was linked before and is not now was unlinked by somebody, became a contact, or theirs was
 * deleted: nobody is made for them again. One fits: link, or suggest. Several: always only suggested, whatever the rule says, and
 * so is whoever fits by a number that several share. What a person dismissed is not brought up again.
 */
function decideLink({ whenNone, whenOne, isShared, wasLinked, candidates }: Unlinked): LinkDecision {
  const open = candidates.filter(candidate => !candidate.wasDismissed)
  if (candidates.length === 0) return whenNone === 'create' && !isShared && !wasLinked ? { do: 'create' } : { do: 'nothing' }
  if (open.length === 0) return { do: 'nothing' }
  const [only] = open
  if (candidates.length === 1 && whenOne === 'auto' && !isShared && !only!.isShared) return { do: 'link', candidate: only! }
  return { do: 'suggest', candidates: open, isAmbiguous: candidates.length > 1 }
}

export interface LinkCounts {
  linked: number
  created: number
  suggested: number
  ambiguous: number
  /** Whose records changed. */
  changed: { userId: string; channelId: string }[]
}

/**
 * Applies the rules to messaging users, set-based, in one transaction.
 * @param isTrial counts what would happen, and changes nothing
 * @param guesses also suggests by weaker signs: names, and e-mail addresses in messages
 */
export async function applyLinkRules(pool: Pool, userIds: string[], { isTrial = false, guesses = false } = {}): Promise<LinkCounts> {
  const { answered, ...counts } = await applyRules(pool, userIds, isTrial)
  if (!guesses || isTrial) return counts
  // Names take a while to compare: nobody waits for it.
  const guessed = (await guessMatches(runner(pool, false), userIds)).filter(({ userId, kind }) => !answered.has(`${userId}/${kind}`))
  const changed = await suggestAlso(pool, guessed)
  return { ...counts, suggested: counts.suggested + guessed.length, changed: [...new Map([...counts.changed, ...changed].map(user => [user.userId, user])).values()] }
}

/** @returns `answered`: whom the rules made, linked or suggested somebody for, and of which kind */
async function applyRules(pool: Pool, userIds: string[], isTrial: boolean): Promise<LinkCounts & { answered: Set<string> }> {
  return again(() => inTransaction(pool, async client => {
    const run = runner(client, false)
    const matches = isTrial ? await findMatches(run, userIds) : await holdMatches(client, userIds)
    const { links, suggestions, creating, ambiguous } = decideLinks(matches)
    const answered = new Set([...suggestions, ...links, ...creating].map(({ userId, kind }) => `${userId}/${kind}`))
    const counts = { linked: links.length, created: creating.length, suggested: suggestions.length, ambiguous, answered }
    if (isTrial) return { ...counts, changed: [] }
    links.push(...await createIndividuals(run, creating))
    await linkUsers(run, links)
    const withContact = links.filter(link => link.kind === 'contact').map(link => link.userId)
    if (withContact.length > 0) await followAccounts(run, withContact)
    await suggest(run, suggestions)
    const touched = new Set([...links, ...suggestions].map(({ userId }) => userId))
    return { ...counts, changed: [...new Map(matches.filter(({ userId }) => touched.has(userId)).map(({ userId, channelId }) => [userId, { userId, channelId }])).values()] }
  }))
}

/** Suggests to those who were not linked meanwhile. */
async function suggestAlso(pool: Pool, suggestions: Suggestion[]): Promise<LinkCounts['changed']> {
  if (suggestions.length === 0) return []
  return again(() => inTransaction(pool, async client => {
    const { rows } = await client.query<{ userId: string; channelId: string } & Record<Unlinked['kind'], string | null>>(`
      select id as "userId", channel_id as "channelId", contact_id as contact, lead_id as lead, employee_id as employee, person_account_id as person_account
      from messaging_users where id = any($1) order by id for no key update`, [suggestions.map(({ userId }) => userId)])
    const users = new Map(rows.map(row => [row.userId, row]))
    await suggest(runner(client, false), suggestions.filter(({ userId, kind }) => users.get(userId)?.[kind] === null))
    return rows.map(({ userId, channelId }) => ({ userId, channelId }))
  }))
}

/** What follows for each. */
function decideLinks(matches: Unlinked[]) {
  const links: NewLink[] = []
  const suggestions: Suggestion[] = []
  const creating: Unlinked[] = []
  let ambiguous = 0
  for (const unlinked of matches) {
    const { userId, kind } = unlinked
    const decision = decideLink(unlinked)
    if (decision.do === 'link') links.push(linkTo(unlinked, decision.candidate.recordId, decision.candidate.reasons.map(({ message }) => message).join('. ')))
    if (decision.do === 'create') creating.push(unlinked)
    if (decision.do === 'suggest') {
      if (decision.isAmbiguous) ambiguous++
      suggestions.push(...decision.candidates.map(candidate => ({ userId, kind, candidate })))
    }
  }
  return { links, suggestions, creating, ambiguous }
}

/** Finds who fits; nobody else links these people meanwhile, and nobody merges, converts or deletes who fits. */
async function holdMatches(client: PoolClient, userIds: string[]): Promise<Unlinked[]> {
  await client.query('select 1 from messaging_users where id = any($1::uuid[]) order by id for no key update', [userIds])
  await client.query(oneCreates)
  for (;;) {
    const matches = await findMatches(runner(client, false), userIds)
    if (await holdCandidates(client, matches)) return matches
  }
}

/** Two who write from one number at the same time, on two channels, are one person: the second sees whom the first has created. */
const oneCreates = `
  select pg_advisory_xact_lock(hashtext('create individuals by rule')) from link_rules where is_active and when_none = 'create' limit 1`

/** @returns whether all who fit are there still */
async function holdCandidates(client: PoolClient, matches: Unlinked[]): Promise<boolean> {
  const ids = [...new Set(matches.flatMap(({ candidates }) => candidates.map(({ recordId }) => recordId)))]
  const { rowCount } = await client.query(`
    select from individuals where id = any($1) and merged_into is null and deleted_at is null and converted_into is null order by id for key share`, [ids])
  return rowCount === ids.length
}

const linkTo = ({ userId, kind }: Unlinked, recordId: string, reason: string): NewLink => ({ userId, kind, recordId, source: 'rule', reason, actor: null })

const create: Statement = {
  name: 'create_individuals_by_rule',
  text: `
    with i as (
      select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[])
        as i(id, kind, name, iso_country_code, phone_id, e164, match_key)
    ), p as (
      insert into individuals (id, kind, name, iso_country_code) select id, kind, name, iso_country_code from i
    )
    insert into individual_phones (individual_id, id, number, e164, match_key, match_version)
    select id, phone_id, e164, e164, match_key, ${PHONE_MATCH_VERSION} from i where e164 is not null`,
}

/** One individual for each number: two new messaging users of one number are one person. */
async function createIndividuals(run: Run, people: Unlinked[]): Promise<NewLink[]> {
  if (people.length === 0) return []
  const byNumber = new Map<string, { id: string; person: Unlinked; matchKey: string | null }>()
  const links = people.map(person => {
    const matchKey = person.e164 === null ? null : phoneKey(person.e164).matchKey
    const key = `${person.kind}/${matchKey ?? person.userId}`
    const entry = byNumber.get(key) ?? { id: uuidv7(), person, matchKey }
    byNumber.set(key, entry)
    return linkTo(person, entry.id, 'Nobody fitted, and the rule creates')
  })
  const rows = [...byNumber.values()]
  await run(create, [
    rows.map(row => row.id), rows.map(row => row.person.kind), rows.map(row => row.person.name), rows.map(row => row.person.isoCountryCode),
    rows.map(() => uuidv7()), rows.map(row => row.person.e164), rows.map(row => row.matchKey),
  ])
  return links
}

interface Suggestion {
  userId: string
  kind: Unlinked['kind']
  candidate: Candidate
}

const putSuggestions: Statement = {
  name: 'put_link_suggestions',
  text: `
    insert into link_suggestions (messaging_user_id, id, kind, record_id, score, reasons)
    select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::int[], $6::jsonb[])
    on conflict (messaging_user_id, record_id) do update set score = excluded.score, reasons = excluded.reasons,
      decision = null, decided_at = null where link_suggestions.decision is null or link_suggestions.decision <> 'dismissed'`,
}
async function suggest(run: Run, suggestions: Suggestion[]): Promise<void> {
  if (suggestions.length === 0) return
  await run(putSuggestions, [
    suggestions.map(row => row.userId), suggestions.map(() => uuidv7()), suggestions.map(row => row.kind),
    suggestions.map(row => row.candidate.recordId), suggestions.map(row => Math.max(1, row.candidate.score)),
    suggestions.map(row => JSON.stringify(row.candidate.reasons)),
  ])
}

/** Sets the rule of a kind of channel and individual. */
export async function setLinkRule(pool: Pool, { channelType, kind, isActive, matchOn, externalIdSystem, whenNone, whenOne }: LinkRule): Promise<void> {
  await pool.query(`
    insert into link_rules (channel_type, kind, is_active, match_on, external_id_system, when_none, when_one) values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (channel_type, kind) do update set is_active = excluded.is_active, match_on = excluded.match_on,
      external_id_system = excluded.external_id_system, when_none = excluded.when_none, when_one = excluded.when_one, updated_at = now()`,
  [channelType, kind, isActive, matchOn, externalIdSystem, whenNone, whenOne])
}

/** @returns false if there is no such rule */
export async function deleteLinkRule(pool: Pool, channelType: string, kind: string): Promise<boolean> {
  return (await pool.query('delete from link_rules where channel_type = $1 and kind = $2', [channelType, kind])).rowCount === 1
}
