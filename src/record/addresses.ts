import { uuidv7 } from 'uuidv7'
import type { ChannelRules } from './channel-rules.ts'
import type { EventOf } from './event.ts'
import { requestLinks } from './link-runs.ts'
import { changedUsers, findPeople, groupByPerson, type ChangedUser, type Person, type Registered } from './people.ts'
import { renewNumbers } from './phone/user-numbers.ts'
import { applyProfiles } from './profiles.ts'
import type { Run, Statement } from './statement.ts'

const endAliases: Statement = {
  name: 'end_aliases',
  text: `
    update aliases a set until = greatest(i.at, a.since)
    from unnest($1::uuid[], $2::text[], $3::uuid[], $4::timestamptz[]) as i(channel_id, key, user_id, at)
    where a.channel_id = i.channel_id and a.key = i.key and a.until is null and a.messaging_user_id = i.user_id`,
}
const moveAliases: Statement = {
  name: 'move_aliases',
  text: `
    with i as (
      select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::uuid[], $9::text[])
        as i(id, user_id, channel_id, kind, key, since, evidence, history_id, old_key)
    ), a as (
      insert into aliases (id, messaging_user_id, channel_id, kind, key, since, evidence)
      select id, user_id, channel_id, kind, key, since, evidence from i order by channel_id, key
      on conflict (channel_id, key) where until is null do nothing
      returning id
    )
    insert into messaging_user_history (messaging_user_id, id, field, old_value, new_value, source)
    select i.user_id, i.history_id, i.kind, to_jsonb(i.old_key), to_jsonb(i.key), 'platform' from i join a on a.id = i.id`,
}

/**
 * Somebody is reached at other identifiers from now on (a new phone number, a new id of the platform's): the record stays, its aliases move,
 * and who fits the new number is looked for.
 * Someone Muster does not know under the old identifiers is not created: nothing was said yet.
 */
export async function applyAddresses(run: Run, items: EventOf<'user.readdressed'>[], rules: ReadonlyMap<string, ChannelRules>, registered?: Registered): Promise<ChangedUser[]> {
  const owners = await findPeople(run, groupByPerson(items.map(item => ({
    ...item,
    event: { ...item.event, user: { key: item.event.previous[0] ?? item.event.user.key, aliases: item.event.previous.slice(1) } },
  }))), registered)
  const moves = owners.flatMap(person => (person.user ? person.items.map(({ event }) => ({ person, event })) : []))
  if (moves.length === 0) return []
  const original = new Map(items.map(item => [item.event.eventId, item.event.user]))
  const ended = moves.flatMap(({ person, event }) => event.previous.map(old => ({ person, event, old })))
  await run(endAliases, [
    ended.map(({ person }) => person.channelId), ended.map(({ old }) => old.key),
    ended.map(({ person }) => person.user!.id), ended.map(({ event }) => event.occurredAt),
  ])
  const begun = moves.flatMap(({ person, event }) => {
    const user = original.get(event.eventId)!
    return [user.key, ...(user.aliases ?? [])].map(identifier => ({ person, event, identifier }))
  })
  await run(moveAliases, [
    begun.map(() => uuidv7()),
    begun.map(({ person }) => person.user!.id),
    begun.map(({ person }) => person.channelId),
    begun.map(({ identifier }) => identifier.kind),
    begun.map(({ identifier }) => identifier.key),
    begun.map(({ event }) => event.occurredAt),
    begun.map(({ event }) => `moved from ${event.previous.map(old => old.key).join(', ')}: event ${event.eventId}`),
    begun.map(() => uuidv7()),
    begun.map(({ event, identifier }) => event.previous.find(old => old.kind === identifier.kind)?.key ?? null),
  ])
  const moved = [...new Set(moves.map(({ person }) => person))]
  await renewNumbers(run, moved.map(person => person.user!.id))
  const toLink = moved.filter(person => rules.get(person.channelId)!.links)
  if (toLink.length > 0) await requestLinks(run, toLink.map(person => person.user!.id))
  await applyProfiles(run, owners)
  return changedUsers(owners)
}

const findHandles: Statement = {
  name: 'find_handles',
  text: `
    select i.n::int as n, (select a.messaging_user_id from aliases a where a.channel_id = i.channel_id and a.key = i.key and a.until is null) as owner
    from unnest($1::uuid[], $2::text[]) with ordinality as i(channel_id, key, n)`,
}
const takeHandles: Statement = {
  name: 'take_handles',
  // A handle belongs to one person at a time, and one person has one of a kind: who had it, or what they had, ends now.
  text: `
    with i as (
      select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::text[])
        as i(id, user_id, channel_id, kind, key, since, evidence)
    )
    update aliases a set until = greatest(i.since, a.since) from i
    where a.until is null and not a.resolves
      and ((a.channel_id = i.channel_id and a.key = i.key) or (a.messaging_user_id = i.user_id and a.kind = i.kind))`,
}
const registerHandles: Statement = {
  name: 'register_handles',
  text: `
    insert into aliases (id, messaging_user_id, channel_id, kind, key, resolves, since, evidence)
    select id, user_id, channel_id, kind, key, false, since, evidence
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::text[])
      as i(id, user_id, channel_id, kind, key, since, evidence)
    order by channel_id, key
    on conflict (channel_id, key) where until is null do nothing`,
}

/** Records usernames and the like, which move between people: never used to find a record. */
export async function applyHandles(run: Run, people: Person[]): Promise<void> {
  const all = people.flatMap(person => person.handles.map(handle => ({ person, handle })))
  if (all.length === 0) return
  const owners = await run<{ n: number; owner: string | null }>(findHandles, [all.map(row => row.person.channelId), all.map(row => row.handle.key)])
  const taken = all.filter((row, index) => owners.find(owner => owner.n === index + 1)?.owner !== row.person.user!.id)
  if (taken.length === 0) return
  const columns = [
    taken.map(() => uuidv7()), taken.map(row => row.person.user!.id), taken.map(row => row.person.channelId), taken.map(row => row.handle.kind),
    taken.map(row => row.handle.key), taken.map(row => row.person.items.at(-1)!.event.occurredAt),
    taken.map(row => `event ${row.person.items.at(-1)!.event.eventId}`),
  ]
  await run(takeHandles, columns)
  await run(registerHandles, columns)
}
