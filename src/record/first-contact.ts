import { uuidv7 } from 'uuidv7'
import type { ChannelRules } from './channel-rules.ts'
import { withNews, type KnownUser, type Person } from './people.ts'
import { noNumber, PHONE_MATCH_VERSION } from './phone/match-key.ts'
import { numberAmong, saveNumbers } from './phone/user-numbers.ts'
import { together, type Run, type Statement } from './statement.ts'

// Sorted, so that two transactions that register the same keys cannot wait for each other in a circle.
const registerAliases: Statement = {
  name: 'register_aliases',
  text: `
    insert into aliases (id, messaging_user_id, channel_id, kind, key, since, evidence)
    select id, messaging_user_id, channel_id, kind, key, since, evidence
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::text[])
      as i(id, messaging_user_id, channel_id, kind, key, since, evidence)
    order by channel_id, key`,
}
const addAliases: Statement = { name: 'add_aliases', text: `${registerAliases.text} on conflict (channel_id, key) where until is null do nothing` }
const createUsers: Statement = {
  name: 'create_users',
  text: `
    with i as (
      select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                           $10::text[], $11::timestamptz[], $12::uuid[], $13::timestamptz[], $14::text[], $15::timestamptz[], $16::text[],
                           $17::timestamptz[], $18::int[], $19::text[], $20::text[])
        as i(id, channel_id, platform_key, external_id, name, name_source, locale, language, iso_country_code, profile_picture_url, profile_at,
             history_id, active_at, consent_status, consent_pending_until, consent_before_pending, consent_since, consent_line_count,
             e164, match_key)
    ), u as (
      insert into messaging_users (id, channel_id, platform_key, external_id, name, name_source, locale, language, iso_country_code,
                                   profile_picture_url, profile_at, consent_status, consent_pending_until, consent_before_pending,
                                   consent_since, consent_line_count, e164, match_key, match_version)
      select id, channel_id, platform_key, external_id, name, name_source, locale, language, iso_country_code, profile_picture_url,
             profile_at, consent_status, consent_pending_until, consent_before_pending, consent_since, consent_line_count,
             e164, match_key, ${PHONE_MATCH_VERSION} from i
    ), h as (
      insert into messaging_user_history (messaging_user_id, id, field, new_value, source)
      select id, history_id, 'created', to_jsonb(platform_key), 'platform' from i
    )
    insert into messaging_user_activity (messaging_user_id, channel_id, consent_status, active_at, searched)
    select id, channel_id, coalesce(consent_status, 'none'), active_at, searched_text(name, external_id, platform_key) from i`,
}

/** Makes up the records of those the registry does not know. They count once `registerPeople` has succeeded. */
export function newPeople(people: Person[]): void {
  for (const person of people) {
    if (person.user) continue
    person.user = newUser(person)
    person.isNew = true
  }
}

/**
 * Enters the identifiers nobody had, and the records of first contacts. Who is known and tells a number is compared by it from now on.
 * @throws a collision if another transaction was first: the same batch, begun anew, finds their record.
 */
export async function registerPeople(run: Run, people: Person[], rules: Countries): Promise<void> {
  const created = people.filter(person => person.isNew)
  const known = people.filter(person => !person.isNew)
  await together(
    register(run, registerAliases, created), created.length > 0 ? create(run, created, rules) : undefined,
    register(run, addAliases, known), saveNumbers(run, newNumbers(known, rules)),
  )
}

type Countries = ReadonlyMap<string, Pick<ChannelRules, 'isoCountryCode'>>
const countryOf = ({ channelId }: Person, rules: Countries) => rules.get(channelId)!.isoCountryCode

/** Whom the link rules are to be applied to: who is new, or is known and tells a new number. */
export function whomToLink(people: Person[], rules: ReadonlyMap<string, ChannelRules>): string[] {
  const numbered = new Set(newNumbers(people, rules).map(({ id }) => id))
  return people.filter(({ isNew, user, channelId }) => (isNew || numbered.has(user!.id)) && rules.get(channelId)!.links).map(({ user }) => user!.id)
}

/** Of those who are known and now told a number that nobody had. */
const newNumbers = (people: Person[], rules: Countries) => people.flatMap(person => {
  const key = person.isNew ? undefined : numberAmong(person.unregistered, countryOf(person, rules))
  return key ? [{ id: person.user!.id, key }] : []
})

function create(run: Run, created: Person[], rules: Countries) {
  const phones = created.map(person => numberAmong(person.identifiers, countryOf(person, rules)) ?? noNumber)
  return run(createUsers, [
    created.map(person => person.user!.id),
    created.map(person => person.channelId),
    created.map(person => person.identifiers[0]!.key),
    ...(['external_id', 'name', 'name_source', 'locale', 'language', 'iso_country_code', 'profile_picture_url', 'profile_at'] as const)
      .map(field => created.map(person => person.user![field])),
    created.map(() => uuidv7()),
    created.map(person => person.items[0]!.event.occurredAt),
    created.map(person => person.user!.consent.status),
    created.map(person => person.user!.consent.pending?.until ?? null),
    created.map(person => person.user!.consent.pending?.before ?? null),
    created.map(person => person.user!.consent_since),
    created.map(person => person.user!.consent_line_count),
    phones.map(phone => phone.e164),
    phones.map(phone => phone.matchKey),
  ])
}

async function register(run: Run, statement: Statement, people: Person[]): Promise<void> {
  const rows = people.flatMap(person => person.unregistered.map(identifier => ({ person, identifier })))
  if (rows.length === 0) return
  await run(statement, [
    rows.map(() => uuidv7()),
    rows.map(({ person }) => person.user!.id),
    rows.map(({ person }) => person.channelId),
    rows.map(({ identifier }) => identifier.kind),
    rows.map(({ identifier }) => identifier.key),
    rows.map(({ person }) => person.items[0]!.event.occurredAt),
    rows.map(({ person }) => `${person.isNew ? 'first contact' : 'identified with a known key'}: event ${person.items[0]!.event.eventId}`),
  ])
}

/** A record made of what the first events say; what they mean for consent is decided with the conversation. */
function newUser(person: Person): KnownUser {
  const { profile, at } = withNews({}, null, person.items, false)
  return {
    id: uuidv7(),
    name: profile.name || profile.externalId || person.identifiers[0]!.key,
    name_source: profile.name ? 'platform' : 'default',
    external_id: profile.externalId ?? null,
    locale: profile.locale ?? null,
    language: profile.language ?? null,
    iso_country_code: profile.isoCountryCode ?? null,
    profile_picture_url: profile.profilePictureUrl ?? null,
    profile_at: at,
    consent: { status: null, pending: null },
    consent_since: null,
    consent_line_count: 0,
    session: null,
  }
}
