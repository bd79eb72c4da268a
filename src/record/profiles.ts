import { uuidv7 } from 'uuidv7'
import { withNews, type KnownUser, type Person, type PersonEvent } from './people.ts'
import { together, type Run, type Statement } from './statement.ts'

const fields = ['name', 'external_id', 'locale', 'language', 'iso_country_code', 'profile_picture_url'] as const
type Field = (typeof fields)[number]

const updateUsers: Statement = {
  name: 'update_profiles',
  text: `
    update messaging_users u
    set name = i.name, name_source = i.name_source, external_id = i.external_id, locale = i.locale, language = i.language,
        iso_country_code = i.iso_country_code, profile_picture_url = i.profile_picture_url, profile_at = i.profile_at,
        updated_at = now()
    from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[])
      as i(id, name, name_source, external_id, locale, language, iso_country_code, profile_picture_url, profile_at)
    where u.id = i.id`,
}
const writeHistory: Statement = {
  name: 'write_platform_history',
  text: `
    insert into messaging_user_history (messaging_user_id, id, field, old_value, new_value, source)
    select user_id, id, field, to_jsonb(old_value), to_jsonb(new_value), 'platform'
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[]) as i(user_id, id, field, old_value, new_value)`,
}

/**
 * Takes over what the platform says about people the record knew before. A name given by the business, by hand or in a file, stays; so does a
 * language once set. News older than what is known (by the platform's time) changes nothing.
 */
export async function applyProfiles(run: Run, people: Person[]): Promise<void> {
  const changes = people.flatMap(person => {
    const before = person.isNew ? undefined : person.user
    const after = before && changed(before, person.items)
    if (!after) return []
    const changedFields = fields.filter(field => after[field] !== before[field])
    return changedFields.length > 0 ? [{ before, after, changedFields }] : []
  })
  if (changes.length === 0) return
  const lines = changes.flatMap(change => change.changedFields.map(field => ({ ...change, field })))
  await together(
    run(updateUsers, [
      changes.map(({ after }) => after.id),
      ...(['name', 'name_source', 'external_id', 'locale', 'language', 'iso_country_code', 'profile_picture_url', 'profile_at'] as const)
        .map(field => changes.map(({ after }) => after[field])),
    ]),
    run(writeHistory, [
      lines.map(({ after }) => after.id),
      lines.map(() => uuidv7()),
      lines.map(({ field }) => historyNames[field]),
      lines.map(({ before, field }) => before[field]),
      lines.map(({ after, field }) => after[field]),
    ]),
  )
}

const historyNames: Record<Field, string> = {
  name: 'name',
  external_id: 'externalId',
  locale: 'locale',
  language: 'language',
  iso_country_code: 'isoCountryCode',
  profile_picture_url: 'profilePictureUrl',
}

/** @returns undefined when nothing is new, as with most messages */
function changed(user: KnownUser, items: PersonEvent[]): KnownUser | undefined {
  const known = {
    name: user.name_source === 'default' ? undefined : user.name,
    externalId: user.external_id ?? undefined,
    locale: user.locale ?? undefined,
    language: user.language ?? undefined,
    isoCountryCode: user.iso_country_code ?? undefined,
    profilePictureUrl: user.profile_picture_url ?? undefined,
  }
  const { profile, at } = withNews(known, user.profile_at, items, ['business', 'import'].includes(user.name_source))
  if (at === user.profile_at) return undefined // the very time that was given: no news changed it
  const after = { ...user }
  if (profile.name && profile.name !== known.name) {
    after.name = profile.name
    after.name_source = 'platform'
  }
  after.external_id = profile.externalId ?? null
  after.locale = profile.locale ?? null
  after.language = profile.language ?? null
  after.iso_country_code = profile.isoCountryCode ?? null
  after.profile_picture_url = profile.profilePictureUrl ?? null
  after.profile_at = at
  return after
}
