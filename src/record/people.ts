import type { Identifier, Profile, UserReference } from '../contract/inbound-event.ts'
import { stateOf, type ConsentRow } from './consent/change.ts'
import type { ConsentState } from './consent/state.ts'
import type { SessionState } from './session-life.ts'
import type { Run, Statement } from './statement.ts'

export interface PersonEvent {
  channelId: string
  event: { kind: string; eventId: string; occurredAt: Date; user: UserReference; profile?: Profile }
}

/** What the record already knows about a messaging user when an event comes in. */
export interface KnownUser {
  id: string
  name: string
  name_source: string
  external_id: string | null
  locale: string | null
  language: string | null
  iso_country_code: string | null
  profile_picture_url: string | null
  profile_at: Date | null
  consent: ConsentState
  /** When the consent was said, by the platform's time. */
  consent_since: Date | null
  /** Lines in the person's ledger. */
  consent_line_count: number
  /** The open one. */
  session: OpenSession | null
}

export interface OpenSession extends SessionState {
  id: string
  startedAt: Date
}

/** The events of one batch that speak of the same person, and their record. */
export interface Person<T extends PersonEvent = PersonEvent> {
  channelId: string
  /** First in order is the one that becomes the platform key of a new record. */
  identifiers: Identifier[]
  handles: Identifier[]
  /** In the order of arrival. */
  items: T[]
  user?: KnownUser
  isNew: boolean
  /** Identifiers the registry gives to nobody yet. */
  unregistered: Identifier[]
}

export interface ChangedUser {
  userId: string
  channelId: string
}
export const changedUsers = (people: Person[]): ChangedUser[] =>
  people.flatMap(person => (person.user ? [{ userId: person.user.id, channelId: person.channelId }] : []))

const find: Statement = {
  name: 'find_people',
  // Nested loops by construction: one probe of each index for each key, whatever the statistics of a fresh database say.
  text: `
    select i.n::int as n, u.id, u.name, u.name_source, u.external_id, u.locale, u.language, u.iso_country_code,
           u.profile_picture_url, u.profile_at, u.consent_status, u.consent_pending_until, u.consent_before_pending, u.consent_since,
           u.consent_line_count, s.id as session_id, s.status, s.owner_id, s.agent_type, s.accepted_at, s.timer_at, s.started_at
    from unnest($1::uuid[], $2::text[]) with ordinality as i(channel_id, key, n)
    join lateral (
      select a.messaging_user_id from aliases a
      where a.channel_id = i.channel_id and a.key = i.key and a.until is null and a.resolves limit 1
    ) a on true
    join lateral (select * from messaging_users u where u.id = a.messaging_user_id limit 1) u on true
    left join lateral (select * from sessions s where s.messaging_user_id = u.id and s.ended_at is null limit 1) s on true`,
}

type FoundRow = Omit<KnownUser, 'consent' | 'session'> & Omit<ConsentRow, 'channel_id'> & {
  n: number
  session_id: string | null
  status: SessionState['status']
  owner_id: string | null
  agent_type: SessionState['agentType']
  accepted_at: Date | null
  timer_at: Date | null
  started_at: Date
}

/** In the order of `newUser`, so that both are of one shape to V8, which reads them for each message. */
const knownUser = (row: FoundRow): KnownUser => ({
  id: row.id, name: row.name, name_source: row.name_source, external_id: row.external_id, locale: row.locale, language: row.language,
  iso_country_code: row.iso_country_code, profile_picture_url: row.profile_picture_url, profile_at: row.profile_at,
  consent: stateOf(row), consent_since: row.consent_since, consent_line_count: row.consent_line_count,
  session: row.session_id === null ? null : {
    id: row.session_id, startedAt: row.started_at, status: row.status, ownerId: row.owner_id, agentType: row.agent_type, acceptedAt: row.accepted_at,
    timerAt: row.timer_at, endedAt: null, endedBy: null,
  },
})

/** Groups events by person: whoever shares an identifier on the same channel is one, also through a third event. */
export function groupByPerson<T extends PersonEvent>(items: T[]): Person<T>[] {
  const byKey = new Map<string, Person<T>>()
  const people = new Set<Person<T>>()
  for (const item of items) {
    const { key, aliases = [], handles = [] } = item.event.user
    const identifiers = [key, ...aliases]
    const mapKey = (identifier: Identifier) => `${item.channelId}/${identifier.key}`
    let person: Person<T> | undefined
    for (const identifier of identifiers) {
      const found = byKey.get(mapKey(identifier))
      if (!found || found === person) continue
      if (!person) person = found
      else {
        person = merge(person, found)
        people.delete(found)
        for (const moved of found.identifiers) byKey.set(mapKey(moved), person)
      }
    }
    person ??= { channelId: item.channelId, identifiers: [], handles: [], items: [], isNew: false, unregistered: [] }
    people.add(person)
    person.items.push(item)
    for (const identifier of identifiers) {
      if (byKey.get(mapKey(identifier)) !== person) person.identifiers.push(identifier)
      byKey.set(mapKey(identifier), person)
    }
    for (const handle of handles) if (!person.handles.some(known => known.key === handle.key)) person.handles.push(handle)
  }
  return [...people]
}

function merge<T extends PersonEvent>(into: Person<T>, other: Person<T>): Person<T> {
  into.items.push(...other.items)
  into.identifiers.push(...other.identifiers)
  into.handles.push(...other.handles)
  into.unregistered.push(...other.unregistered)
  return into
}

/** Who the registry says the identifiers belong to, by `channelId/key`. */
export type Registered = Map<string, KnownUser>

/** Asks the registry about identifiers, given as `channelId/key`. */
export async function lookUp(run: Run, identifiers: string[]): Promise<Registered> {
  const wanted = [...new Set(identifiers)]
  const rows = await run<FoundRow>(find, [
    wanted.map(identifier => identifier.slice(0, UUID_LENGTH)),
    wanted.map(identifier => identifier.slice(UUID_LENGTH + 1)),
  ])
  return new Map(rows.map(row => [wanted[row.n - 1]!, knownUser(row)]))
}
const UUID_LENGTH = 36

/**
 * Fills in `user` of everyone the registry knows by one of their identifiers, the earlier identifier winning.
 * @param registered what was looked up in this transaction, if nothing has changed the registry since
 * @returns the people, those who turned out to be the same put together
 */
export async function findPeople<T extends PersonEvent>(run: Run, people: Person<T>[], registered?: Registered): Promise<Person<T>[]> {
  registered ??= await lookUp(run, people.flatMap(person => person.identifiers.map(({ key }) => `${person.channelId}/${key}`)))
  const byUser = new Map<string, Person<T>>()
  const unknown: Person<T>[] = []
  for (const person of people) {
    for (const identifier of person.identifiers) {
      const user = registered.get(`${person.channelId}/${identifier.key}`)
      if (user) person.user ??= user
      else person.unregistered.push(identifier)
    }
    const same = person.user && byUser.get(person.user.id)
    if (same) merge(same, person)
    else if (person.user) byUser.set(person.user.id, person)
    else unknown.push(person)
  }
  return [...byUser.values(), ...unknown]
}

/**
 * What is known about a person after these events, field by field. News older than the last (by the platform's time) is none.
 * A name the business gave stays, and so does a language once set.
 * @returns `at`, the platform's time of the last news that changed anything; null when there never was any.
 */
export function withNews(known: Profile, since: Date | null, items: PersonEvent[], nameIsFixed: boolean): { profile: Profile; at: Date | null } {
  let at = since
  const profile = { ...known }
  for (const { event } of items) {
    if (at && event.occurredAt < at) continue
    const news = Object.entries(event.profile ?? {}).filter(([field, value]) =>
      value && value !== profile[field as keyof Profile] && !(field === 'name' && nameIsFixed) && !(field === 'language' && profile.language))
    if (news.length === 0) continue
    at = event.occurredAt
    Object.assign(profile, Object.fromEntries(news))
  }
  return { profile, at }
}
