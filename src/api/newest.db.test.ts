import { afterAll, beforeAll, expect, test } from 'vitest'
import { testApi, type TestApi } from '../../test/api.ts'
import { toTypeId } from '../ids.ts'
import { seedPeople } from '../record/seed.ts'

const PEOPLE = 7_000

let api: TestApi
let channel: string
const rows = async (sql: string) => (await api.database.pool.query(sql)).rows

beforeAll(async () => {
  api = await testApi()
  await seedPeople(api.database.pool, PEOPLE, () => {})
  // A name that many of the newest and of the oldest have, and nobody between them.
  await rows(`update messaging_users set name = 'Both Ends' where id in (
    (select messaging_user_id from messaging_user_activity order by active_at desc limit 40) union (select messaging_user_id from messaging_user_activity order by active_at limit 30))`)
  // One of them has been here all the time: in the newest sessions, and in the oldest.
  await rows(`update sessions set messaging_user_id = (select messaging_user_id from messaging_user_activity order by active_at desc limit 1)
    where id in (select id from sessions where ended_at is not null order by started_at limit 40)`)
  await rows(`update messaging_user_activity set active_at = active_at + interval '90 days' where messaging_user_id in (
    select id from messaging_users order by id limit 60)`)
  await rows(`update messaging_user_activity set first_message_at = null, last_message_at = null where message_count > 0 and hashtext(messaging_user_id::text) % 9 = 0`)
  await rows(`update messaging_users set external_id = 'customer ' || right(platform_key, 4) where hashtext(id::text) % 5 = 0`)
  await rows(`update messaging_users u set name = old.name from unnest(array['山田 太郎次', 'Ёж 王芳小', 'فاطمة علي', 'Bo 郎', 'Hanna 😊❤️']) with ordinality as old(name, n)
    where u.id = (select id from messaging_users order by id offset 100 + n limit 1)`)
  await rows(`update messaging_users set blocked_until = 'infinity' where hashtext(id::text) % 700 = 0`)
  await rows(`update messaging_users set consent_status = 'DoublyOptedIn' where hashtext(id::text) % 900 = 1`)
  channel = (await rows(`select id from channels where name = 'Made-up people 2'`))[0].id
})
afterAll(() => api.stop())

async function walk(path: string, limit: number): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | null = null
  do {
    const { items, nextCursor }: { items: { id: string }[]; nextCursor: string | null } =
      (await api.call('GET', `${path}&limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`)).json()
    expect(items.length).toBeLessThanOrEqual(limit)
    ids.push(...items.map(({ id }) => id))
    cursor = nextCursor
  } while (cursor)
  return ids
}

const has = (word: string) => `((u.name || ' ' || coalesce(u.external_id, '') || ' ' || u.platform_key) collate "default") ilike '%${word}%'`
const users = (condition: string) => `
  select u.id from messaging_users u join messaging_user_activity a on a.messaging_user_id = u.id join channels c on c.id = u.channel_id
  where ${condition} order by a.active_at desc, u.id desc`

test.each([
  ['q=Smith', has('Smith')],
  ['q=Both%20Ends', has('Both Ends')],
  ['q=456', has('456')],
  ['q=CUSTOMER', has('customer')],
  ['q=Zzyzx', 'false'],
  ['q=nn', 'false'],
  ...['太', '太郎', '郎', '次', '郎次', '小', '芳小', '王芳小', 'مة', 'Ёж', 'ёж'].map(part => [`q=${encodeURIComponent(part)}`, has(part)]),
  ['q=Both&blocked=true', `${has('Both')} and u.blocked_until > now()`],
  ['q=Both&consentStatus=OptedOut', `${has('Both')} and u.consent_status = 'OptedOut'`],
  ['blocked=true', 'u.blocked_until > now()'],
  ['consentStatus=OptedOut', `u.consent_status = 'OptedOut'`],
  ['consentStatus=DoublyOptedIn', `u.consent_status = 'DoublyOptedIn'`],
  ['consentStatus=none', 'u.consent_status is null'],
  ['channelId=CH&consentStatus=OptedOut', `u.consent_status = 'OptedOut' and u.channel_id = 'CH'`],
  ['channelId=CH&q=Smith', `u.channel_id = 'CH' and ${has('Smith')}`],
  ['channelType=whatsapp', 'false'],
  ['createdBefore=2025-01-01T02:00:00Z', `u.created_at < '2025-01-01T02:00:00Z'`],
  ['lastMessageBefore=2025-01-01T01:00:00Z', `a.last_message_at < '2025-01-01T01:00:00Z'`],
  ['lastMessageBefore=2025-01-01T01:00:00Z&consentStatus=OptedOut', `a.last_message_at < '2025-01-01T01:00:00Z' and u.consent_status = 'OptedOut'`],
  ['lastMessageAfter=2025-01-02T12:00:00Z', `a.last_message_at >= '2025-01-02T12:00:00Z'`],
])('messaging users, page by page, are those who fit, last active first: %s', async (query, condition) => {
  const expected = (await rows(users(condition.replace('CH', channel)))).map(row => toTypeId('mu', row.id))
  const path = `/api/v1/messaging-users?${query.replace('CH', toTypeId('ch', channel))}`
  for (const limit of [11, 1000]) expect(await walk(path, limit)).toEqual(expected)
})

test.each([
  ['open=true', 's.ended_at is null'],
  ['status=Active&status=Ended', `s.status in ('Active', 'Ended')`],
  ['status=Waiting&q=Smith', `s.status = 'Waiting' and ${has('Smith')}`],
  ['q=Both%20Ends', has('Both Ends')],
  ['endedBy=Agent&origin=TriggeredOutbound', `s.ended_by = 'Agent' and s.origin = 'TriggeredOutbound'`],
  ['channelId=CH&open=false&q=456', `s.channel_id = 'CH' and s.ended_at is not null and ${has('456')}`],
])('sessions, page by page, are those that fit, latest first: %s', async (query, condition) => {
  const expected = (await rows(`
    select s.id from sessions s join messaging_users u on u.id = s.messaging_user_id where ${condition.replace('CH', channel)}
    order by s.started_at desc, s.id desc`)).map(row => toTypeId('ms', row.id))
  for (const limit of [97, 1000]) expect(await walk(`/api/v1/sessions?${query.replace('CH', toTypeId('ch', channel))}`, limit)).toEqual(expected)
})

test.each([
  ['q=Smith', `i.name ilike '%smith%'`],
  ['q=Yuki%20Smith', `i.name ilike '%smith%' and i.name ilike '%yuki%'`],
  ['q=456', `p.digits like '%456%'`],
  ['q=Smith%20771', `i.name ilike '%smith%' and p.digits like '%771%'`],
])('individuals, page by page, are those that fit, newest first: %s', async (query, condition) => {
  const expected = (await rows(`
    select i.id from individuals i join individual_phones p on p.individual_id = i.id where ${condition} order by i.created_at desc, i.id desc`)).map(row => toTypeId('in', row.id))
  expect(await walk(`/api/v1/individuals?${query}`, 97)).toEqual(expected)
})

test('the status of consent beside the activity is the person’s', async () => {
  expect(await rows(`
    select a.messaging_user_id from messaging_user_activity a join messaging_users u on u.id = a.messaging_user_id
    where a.consent_status <> coalesce(u.consent_status, 'none')`)).toEqual([])
})
