import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '../../test/database.ts'
import { applyConnection, at, makeChannel, received } from '../../test/record.ts'
import type { HistoricMessage } from '../contract/inbound-event.ts'
import { applyEvents } from './apply.ts'
import type { ChannelEvent } from './event.ts'

let db: Awaited<ReturnType<typeof testDatabase>>
let lane: Awaited<ReturnType<typeof applyConnection>>
let channelId: string
beforeAll(async () => {
  db = await testDatabase()
  lane = await applyConnection(db.connection)
})
afterAll(async () => {
  await lane.end()
  await db.drop()
})
beforeEach(async () => {
  channelId = await makeChannel(db.pool)
})

const DAY = 86_400
const rows = async (sql: string, ...values: unknown[]) => (await db.pool.query(sql, values)).rows
const apply = async (...items: ChannelEvent[]) => (await applyEvents(lane.run, items)).outcomes.map(outcome => outcome.outcome)
const said = (id: string, seconds: number, direction: HistoricMessage['direction'] = 'inbound', text = `text of ${id}`): HistoricMessage =>
  ({ id, type: 'text', text, direction, sentAt: at(seconds) })
const history = (eventId: string, messages: HistoricMessage[], key = 'ana', profile = {}): ChannelEvent =>
  ({ channelId, event: { kind: 'history.imported', eventId, occurredAt: at(9 * DAY), user: { key: { kind: 'user_id', key } }, profile, messages } })

/** All that the record says of the channel, without ids. */
const record = async () => ({
  people: await rows(`select u.platform_key, u.name, u.consent_status, u.has_initial_response_sent, a.message_count, a.session_count, a.first_message_at,
    a.last_message_at, a.active_at from messaging_users u join messaging_user_activity a on a.messaging_user_id = u.id where u.channel_id = $1`, channelId),
  sessions: await rows(`select status, origin, started_at, ended_at, ended_by, end_user_message_count, agent_message_count, preview, first_response_seconds
    from sessions where channel_id = $1 order by started_at`, channelId),
  messages: await rows(`select platform_message_id, direction, sender, text, sent_at, delivered_at, s.status from messages m
    join sessions s on s.messaging_user_id = m.messaging_user_id and s.id = m.session_id where m.channel_id = $1 order by sent_at`, channelId),
  ledger: await rows('select * from consent_events where channel_id = $1', channelId),
  jobs: await rows(`select * from graphile_worker._private_jobs where payload->>'channelId' = $1`, channelId),
})

test('earlier messages are recorded with their times and directions, in a session that is over, and nothing follows from them', async () => {
  expect(await apply(history('h-1', [said('m-2', 30, 'outbound', 'Opted out. Reply START'), said('m-1', 0, 'inbound', 'STOP'), said('m-3', 60)]))).toEqual(['applied'])
  expect(await record()).toEqual({
    people: [{
      platform_key: 'ana', name: 'ana', consent_status: null, has_initial_response_sent: false, message_count: 3, session_count: 1,
      first_message_at: at(0), last_message_at: at(60), active_at: at(60),
    }],
    sessions: [{
      status: 'Ended', origin: 'InboundInitiated', started_at: at(0), ended_at: at(60), ended_by: 'System', end_user_message_count: 2,
      agent_message_count: 1, preview: 'text of m-3', first_response_seconds: 30,
    }],
    messages: [
      { platform_message_id: 'm-1', direction: 'inbound', sender: 'EndUser', text: 'STOP', sent_at: at(0), delivered_at: null, status: 'Ended' },
      { platform_message_id: 'm-2', direction: 'outbound', sender: 'Agent', text: 'Opted out. Reply START', sent_at: at(30), delivered_at: null, status: 'Ended' },
      { platform_message_id: 'm-3', direction: 'inbound', sender: 'EndUser', text: 'text of m-3', sent_at: at(60), delivered_at: null, status: 'Ended' },
    ],
    ledger: [], jobs: [],
  })
})

test('importing the same again changes nothing, under the same id or another; what is new is added in a session of its own', async () => {
  const messages = [said('m-1', 0), said('m-2', 30, 'outbound')]
  await apply(history('h-1', messages))
  const once = await record()
  expect(await apply(history('h-1', messages), history('h-2', messages))).toEqual(['duplicate', 'applied'])
  expect(await record()).toEqual(once)
  await apply(history('h-3', [...messages, said('m-3', 90)]), history('h-4', [said('m-3', 90)]))
  const { people: [person], sessions } = await record()
  expect(person).toMatchObject({ message_count: 3, session_count: 2 })
  expect(sessions).toMatchObject([{ end_user_message_count: 1 }, { end_user_message_count: 1, agent_message_count: 0, started_at: at(90) }])
})

test('an open session goes on as it is, and a message that came in alive is not told twice', async () => {
  const live = received(channelId, 'ana', 'm-9', { occurredAt: at(8 * DAY), profile: { name: 'Ana Rossi' } })
  await apply(live)
  const [before] = (await record()).sessions
  await apply(history('h-1', [said('m-1', 0), { ...said('m-9', 8 * DAY), text: 'something else' }], 'ana', { name: 'Old Name' }))
  const { people: [person], sessions, messages } = await record()
  expect(sessions).toEqual([expect.objectContaining({ status: 'Ended', ended_at: at(0) }), before])
  expect(messages).toMatchObject([{ platform_message_id: 'm-1' }, { platform_message_id: 'm-9', text: 'text of m-9', status: 'Waiting' }])
  expect(person).toMatchObject({ name: 'Ana Rossi', consent_status: 'ImplicitlyOptedIn', message_count: 2, last_message_at: at(8 * DAY) })
  await apply({ ...live, event: { ...live.event, eventId: 'again' } })
  expect((await record()).people).toEqual([person])
})

test('two imports of the same at the same moment are one', async () => {
  const other = await applyConnection(db.connection)
  const messages = Array.from({ length: 50 }, (_, n) => said(`m-${n}`, n))
  for (let n = 0; n < 5; n++) {
    await Promise.all([lane, other].map((each, m) => applyEvents(each.run, [history(`h-${n}-${m}`, messages, `person ${n}`)])))
  }
  await other.end()
  const { people, sessions } = await record()
  expect(people.map(person => [person.message_count, person.session_count])).toEqual(Array.from({ length: 5 }, () => [50, 1]))
  expect(sessions).toHaveLength(5)
})

test('a receipt that came before is applied', async () => {
  await apply({ channelId, event: { kind: 'message.status', eventId: 'r-1', occurredAt: at(40), user: { key: { kind: 'user_id', key: 'ana' } }, messageId: 'm-2', status: 'delivered' } })
  await apply(history('h-1', [said('m-2', 30, 'outbound')]))
  expect((await record()).messages).toMatchObject([{ delivered_at: at(40) }])
})

test('files of earlier messages are theirs', async () => {
  await apply(history('h-1', [{ ...said('m-1', 0), attachments: [{ kind: 'image', url: 'https://files.test/1.jpg' }] }]))
  expect(await rows('select url from attachments where channel_id = $1', channelId)).toEqual([{ url: 'https://files.test/1.jpg' }])
})
