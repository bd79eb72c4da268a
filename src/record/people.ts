import { uuidv7 } from 'uuidv7'
import type { Identifier, Profile, UserReference } from '../contract/inbound-event.ts'
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
  consent_status: string | null
  profile_at: Date | null
  session_id: string | null
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
           u.profile_picture_url, u.consent_status, u.profile_at,
           (select s.id from sessions s where s.messaging_user_id = u.id and s.ended_at is null) as session_id
    from unnest($1::uuid[], $2::text[]) with ordinality as i(channel_id, key, n)
    join lateral (
      select a.messaging_user_id from aliases a
      where a.channel_id = i.channel_id and a.key = i.key and a.until is null and a.resolves limit 1
    ) a on true
    join lateral (select * from messaging_users u where u.id = a.messaging_user_id limit 1) u on true`,
}

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
  return into
}

/** Fills in `user` of everyone the registry knows by one of their identifiers, the earlier identifier winning. */
export async function findPeople<T extends PersonEvent>(run: Run, people: Person<T>[]): Promise<void> {
  const owners = people.flatMap(person => person.identifiers.map(identifier => ({ person, identifier })))
  const rows = await run<KnownUser & { n: number }>(find, [
    owners.map(owner => owner.person.channelId),
    owners.map(owner => owner.identifier.key),
  ])
  const byNumber = new Map(rows.map(row => [row.n, row]))
  for (const person of people) {
    person.user = undefined
    person.unregistered = []
  }
  owners.forEach(({ person, identifier }, index) => {
    const row = byNumber.get(index + 1)
    if (row) person.user ??= row
    else person.unregistered.push(identifier)
  })
}

const registerAliases: Statement = {
  name: 'register_aliases',
  // Sorted, so that two transactions that register the same keys cannot wait for each other in a circle.
  text: `
    insert into aliases (id, messaging_user_id, channel_id, kind, key, since, evidence)
    select id, messaging_user_id, channel_id, kind, key, since, evidence
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::text[])
      as i(id, messaging_user_id, channel_id, kind, key, since, evidence)
    order by channel_id, key
    on conflict (channel_id, key) where until is null do nothing
    returning messaging_user_id`,
}
const forgetAliases: Statement = {
  name: 'forget_aliases',
  text: 'delete from aliases where messaging_user_id = any($1::uuid[])',
}
const createUsers: Statement = {
  name: 'create_users',
  text: `
    with i as (
      select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                           $10::text[], $11::text[], $12::timestamptz[], $13::uuid[], $14::timestamptz[])
        as i(id, channel_id, platform_key, external_id, name, name_source, locale, language, iso_country_code,
             profile_picture_url, consent_status, profile_at, history_id, active_at)
    ), u as (
      insert into messaging_users (id, channel_id, platform_key, external_id, name, name_source, locale, language, iso_country_code,
                                   profile_picture_url, consent_status, profile_at)
      select id, channel_id, platform_key, external_id, name, name_source, locale, language, iso_country_code,
             profile_picture_url, consent_status, profile_at from i
    ), h as (
      insert into messaging_user_history (messaging_user_id, id, field, new_value, source)
      select id, history_id, 'created', to_jsonb(platform_key), 'platform' from i
    )
    insert into messaging_user_activity (messaging_user_id, channel_id, active_at) select id, channel_id, active_at from i`,
}

/** Finds everyone, and creates who is not known yet. Safe against the same first contact happening elsewhere at the same moment. */
export async function ensurePeople<T extends PersonEvent>(run: Run, items: T[]): Promise<Person<T>[]> {
  const people = groupByPerson(items)
  await findPeople(run, people)
  let missing = people.filter(person => !person.user)
  for (let attempt = 0; missing.length > 0; attempt++) {
    if (attempt === 5) throw new Error('A first contact kept being created and removed elsewhere')
    missing = await createPeople(run, missing)
    if (missing.length > 0) await findPeople(run, missing)
    missing = missing.filter(person => !person.user)
  }
  const additions = people.filter(person => !person.isNew && person.unregistered.length > 0)
  if (additions.length > 0) await register(run, additions, 'identified with a known key')
  return people
}

/** @returns those whom another transaction created first. */
async function createPeople<T extends PersonEvent>(run: Run, people: Person<T>[]): Promise<Person<T>[]> {
  for (const person of people) person.user = newUser(person)
  const won = new Map<string, number>()
  for (const row of await register(run, people, 'first contact')) {
    won.set(row.messaging_user_id, (won.get(row.messaging_user_id) ?? 0) + 1)
  }
  const lost = people.filter(person => won.get(person.user!.id) !== person.unregistered.length)
  if (lost.length > 0) await run(forgetAliases, [lost.map(person => person.user!.id)])
  const created = people.filter(person => !lost.includes(person))
  for (const person of created) person.isNew = true
  if (created.length > 0) {
    await run(createUsers, [
      created.map(person => person.user!.id),
      created.map(person => person.channelId),
      created.map(person => person.identifiers[0]!.key),
      ...(['external_id', 'name', 'name_source', 'locale', 'language', 'iso_country_code', 'profile_picture_url', 'consent_status', 'profile_at'] as const)
        .map(field => created.map(person => person.user![field])),
      created.map(() => uuidv7()),
      created.map(person => person.items[0]!.event.occurredAt),
    ])
  }
  return lost
}

function register<T extends PersonEvent>(run: Run, people: Person<T>[], evidence: string) {
  const rows = people.flatMap(person => person.unregistered.map(identifier => ({ person, identifier })))
  return run<{ messaging_user_id: string }>(registerAliases, [
    rows.map(() => uuidv7()),
    rows.map(({ person }) => person.user!.id),
    rows.map(({ person }) => person.channelId),
    rows.map(({ identifier }) => identifier.kind),
    rows.map(({ identifier }) => identifier.key),
    rows.map(({ person }) => person.items[0]!.event.occurredAt),
    rows.map(({ person }) => `${evidence}: event ${person.items[0]!.event.eventId}`),
  ])
}

/** A record made of what the first events say. Writing to the business is implicit consent (help page "Messaging User Fields"). */
function newUser(person: Person): KnownUser {
  const { profile, at } = withNews({}, null, person.items, false)
  const received = person.items.some(item => item.event.kind === 'message.received')
  return {
    id: uuidv7(),
    name: profile.name || profile.externalId || person.identifiers[0]!.key,
    name_source: profile.name ? 'platform' : 'default',
    external_id: profile.externalId ?? null,
    locale: profile.locale ?? null,
    language: profile.language ?? null,
    iso_country_code: profile.isoCountryCode ?? null,
    profile_picture_url: profile.profilePictureUrl ?? null,
    consent_status: received ? 'ImplicitlyOptedIn' : null,
    profile_at: at,
    session_id: null,
  }
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
