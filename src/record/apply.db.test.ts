import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../test/database.ts'
import { applyConnection, at, makeChannel, received } from '../../test/record.ts'
import { applyEvents } from './apply.ts'
import type { ChannelEvent } from './event.ts'

let db: Awaited<ReturnType<typeof testDatabase>>
let lane: Awaited<ReturnType<typeof applyConnection>>
beforeAll(async () => {
  db = await testDatabase()
  lane = await applyConnection(db.connection)
})
afterAll(async () => {
  await lane.end()
  await db.drop()
})
const apply = async (...items: ChannelEvent[]) => (await applyEvents(lane.run, items)).outcomes.map(outcome => outcome.outcome)
const rows = async (sql: string, ...values: unknown[]) => (await db.pool.query(sql, values)).rows
const usersOf = (channelId: string) => rows(
  `select u.*, a.message_count, a.session_count, a.first_message_at, a.last_message_at from messaging_users u
   join messaging_user_activity a on a.messaging_user_id = u.id where u.channel_id = $1 order by u.id`, channelId)

describe('first contact', () => {
  test('makes the messaging user, an alias, an open session, a message and a line of history', async () => {
    const channel = await makeChannel(db.pool)
    await apply(received(channel, '+15550001', 'm1', { profile: { name: 'Ana', externalId: '+15550001', isoCountryCode: 'US' } }))
    expect(await usersOf(channel)).toMatchObject([{
      platform_key: '+15550001', name: 'Ana', name_source: 'platform', external_id: '+15550001', iso_country_code: 'US',
      consent_status: 'ImplicitlyOptedIn', message_count: 1, session_count: 1, first_message_at: at(0), last_message_at: at(0),
    }])
    expect(await rows('select kind, key, since, until from aliases where channel_id = $1', channel))
      .toEqual([{ kind: 'phone', key: '+15550001', since: at(0), until: null }])
    expect(await rows('select status, origin, end_user_message_count, agent_message_count, preview from sessions where channel_id = $1', channel))
      .toEqual([{ status: 'Waiting', origin: 'InboundInitiated', end_user_message_count: 1, agent_message_count: 0, preview: 'text of m1' }])
    expect(await rows('select direction, text, sent_at from messages where channel_id = $1', channel))
      .toEqual([{ direction: 'inbound', text: 'text of m1', sent_at: at(0) }])
    expect(await rows('select field from messaging_user_history h join messaging_users u on u.id = h.messaging_user_id where channel_id = $1', channel))
      .toEqual([{ field: 'created' }])
  })

  test('on eight connections at once makes one messaging user and one open session', async () => {
    const channel = await makeChannel(db.pool)
    const lanes = await Promise.all(Array.from({ length: 8 }, () => applyConnection(db.connection)))
    await Promise.all(lanes.map((other, n) => applyEvents(other.run, Array.from({ length: 25 }, (_, m) => received(channel, 'one', `m${n}-${m}`)))))
    await Promise.all(lanes.map(other => other.end()))
    expect(await usersOf(channel)).toMatchObject([{ message_count: 200, session_count: 1 }])
    expect(await rows('select end_user_message_count from sessions where channel_id = $1', channel)).toEqual([{ end_user_message_count: 200 }])
  })

  test('of people who share an identifier through a third event is one person', async () => {
    const channel = await makeChannel(db.pool)
    await apply(
      received(channel, '393', 'm1'),
      received(channel, 'IT.1', 'm2', { user: { key: { kind: 'bsuid', key: 'IT.1' } } }),
      received(channel, '393', 'm3', { user: { key: { kind: 'phone', key: '393' }, aliases: [{ kind: 'bsuid', key: 'IT.1' }] } }),
    )
    expect(await usersOf(channel)).toMatchObject([{ platform_key: '393', message_count: 3 }])
    expect(await rows('select key from aliases where channel_id = $1 order by key', channel)).toEqual([{ key: '393' }, { key: 'IT.1' }])
  })

  test('of a known person by two of their identifiers at once is one session', async () => {
    const channel = await makeChannel(db.pool)
    const by = (kind: string, key: string, id: string) => received(channel, key, id, { user: { key: { kind, key } } })
    await apply(received(channel, '393', 'm1', { user: { key: { kind: 'phone', key: '393' }, aliases: [{ kind: 'bsuid', key: 'IT.1' }] } }))
    await db.pool.query(`update sessions set status = 'Ended', ended_at = now() where channel_id = $1`, [channel])
    expect(await apply(by('bsuid', 'IT.1', 'm2'), by('phone', '393', 'm3'))).toEqual(['applied', 'applied'])
    expect(await usersOf(channel)).toMatchObject([{ message_count: 3, session_count: 2 }])
  })

  test('the same key on another channel is another messaging user', async () => {
    const [one, two] = [await makeChannel(db.pool), await makeChannel(db.pool)]
    await apply(received(one, 'same', 'm1'), received(two, 'same', 'm1'))
    expect([...(await usersOf(one)), ...(await usersOf(two))]).toHaveLength(2)
  })
})

describe('redelivery', () => {
  test('changes nothing, within a batch and later', async () => {
    const channel = await makeChannel(db.pool)
    const batch = [received(channel, 'a', 'm1'), received(channel, 'a', 'm1'), received(channel, 'b', 'm2')]
    expect(await apply(...batch)).toEqual(['applied', 'duplicate', 'applied'])
    const before = await usersOf(channel)
    expect(await apply(...batch)).toEqual(['duplicate', 'duplicate', 'duplicate'])
    expect(await usersOf(channel)).toEqual(before)
  })

  test('of the same message under a new event id is no second message', async () => {
    const channel = await makeChannel(db.pool)
    await apply(received(channel, 'a', 'm1', { eventId: 'e1' }))
    await apply(received(channel, 'a', 'm1', { eventId: 'e2' }))
    expect(await usersOf(channel)).toMatchObject([{ message_count: 1 }])
  })
})

test('a batch with one poison event commits the other 999 and keeps the one', async () => {
  const channel = await makeChannel(db.pool)
  const batch = Array.from({ length: 1000 }, (_, n) => received(channel, `p${n % 100}`, `m${n}`))
  batch[617] = received(channel, 'x'.repeat(300), 'poison') // longer than a key can be: the database refuses it
  const outcomes = await apply(...batch)
  expect(outcomes.filter(outcome => outcome === 'applied')).toHaveLength(999)
  expect(outcomes[617]).toBe('rejected')
  expect(await rows('select count(*)::int as n from messages where channel_id = $1', channel)).toEqual([{ n: 999 }])
  expect(await rows('select event_id from inbound_rejects where channel_id = $1', channel)).toEqual([{ event_id: 'poison' }])
  expect(await rows('select count(*)::int as n from messaging_users where channel_id = $1', channel)).toEqual([{ n: 100 }])
})

describe('receipts, edits and deletions', () => {
  const status = (channelId: string, messageId: string, what: 'delivered' | 'read' | 'failed', seconds: number): ChannelEvent => ({
    channelId,
    event: {
      kind: 'message.status', eventId: `${messageId}:${what}:${seconds}`, occurredAt: at(seconds), user: { key: { kind: 'phone', key: 'a' } }, messageId, status: what,
      ...(what === 'failed' && { error: { code: '131047', title: 'Too late' } }),
    },
  })
  const sent = (channelId: string, id: string): ChannelEvent => {
    const item = received(channelId, 'a', id)
    return { ...item, event: { ...item.event, kind: 'message.sent' } as ChannelEvent['event'] }
  }
  const message = async (channelId: string) => (await rows('select * from messages where channel_id = $1', channelId))[0]

  test('that come before their message wait for it, however far apart', async () => {
    const channel = await makeChannel(db.pool)
    expect(await apply(status(channel, 'm1', 'read', 9), status(channel, 'm1', 'delivered', 5))).toEqual(['waiting', 'waiting'])
    expect(await apply(received(channel, 'a', 'other'), status(channel, 'm1', 'failed', 7))).toEqual(['applied', 'waiting'])
    await apply(sent(channel, 'm1'))
    expect((await rows(`select * from messages where channel_id = $1 and platform_message_id = 'm1'`, channel))[0])
      .toMatchObject({ direction: 'outbound', delivered_at: at(5), read_at: at(9), failed_at: at(7), failure: '131047 Too late' })
    expect(await rows('select 1 from waiting_events where channel_id = $1', channel)).toEqual([])
  })

  test('in the same batch before their message are applied too', async () => {
    const channel = await makeChannel(db.pool)
    await apply(status(channel, 'm1', 'read', 9), sent(channel, 'm1'))
    expect(await message(channel)).toMatchObject({ delivered_at: at(9), read_at: at(9) })
  })

  test('the newest edit wins in the order of the platform, and deletion is final', async () => {
    const channel = await makeChannel(db.pool)
    const amendment = (kind: 'message.edited' | 'message.deleted', seconds: number, text = ''): ChannelEvent => ({
      channelId: channel,
      event: { kind, eventId: `${kind}${seconds}`, occurredAt: at(seconds), user: { key: { kind: 'phone', key: 'a' } }, messageId: 'm1', text },
    })
    await apply(received(channel, 'a', 'm1'), amendment('message.edited', 20, 'second'), amendment('message.edited', 10, 'first'))
    await apply(amendment('message.edited', 15, 'between'))
    expect(await message(channel)).toMatchObject({ text: 'second', edited_at: at(20) })
    await apply(amendment('message.deleted', 30))
    await apply(amendment('message.edited', 40, 'too late'))
    expect(await message(channel)).toMatchObject({ text: null, deleted_at: at(30) })
  })
})

describe('what the platform says about the person', () => {
  test('changes the record with a line of history, and older news do not', async () => {
    const channel = await makeChannel(db.pool)
    await apply(received(channel, 'a', 'm1', { profile: { name: 'Ana' }, occurredAt: at(10) }))
    await apply(received(channel, 'a', 'm2', { profile: { name: 'Ana Rossi' }, occurredAt: at(20) }))
    await apply(received(channel, 'a', 'm3', { profile: { name: 'Old Ana' }, occurredAt: at(15) }))
    expect(await usersOf(channel)).toMatchObject([{ name: 'Ana Rossi' }])
    expect(await rows(`select old_value, new_value, source from messaging_user_history h join messaging_users u on u.id = h.messaging_user_id
                       where channel_id = $1 and field = 'name'`, channel)).toEqual([{ old_value: 'Ana', new_value: 'Ana Rossi', source: 'platform' }])
  })

  test('never overwrites a name the business gave', async () => {
    const channel = await makeChannel(db.pool)
    await apply(received(channel, 'a', 'm1', { profile: { name: 'Ana' } }))
    await db.pool.query(`update messaging_users set name = 'Mrs Rossi', name_source = 'business' where channel_id = $1`, [channel])
    await apply(received(channel, 'a', 'm2', { profile: { name: 'Ana' }, occurredAt: at(5) }))
    expect(await usersOf(channel)).toMatchObject([{ name: 'Mrs Rossi', name_source: 'business' }])
  })
})

describe('a person reached at new identifiers', () => {
  const moved = (channelId: string, from: string, to: string, seconds: number): ChannelEvent => ({
    channelId,
    event: {
      kind: 'user.readdressed', eventId: `${from}>${to}`, occurredAt: at(seconds), previous: [{ kind: 'phone', key: from }],
      user: { key: { kind: 'phone', key: to } }, profile: { externalId: to },
    },
  })

  test('keeps the record; the old number is free for somebody else', async () => {
    const channel = await makeChannel(db.pool)
    await apply(received(channel, '1', 'm1'), moved(channel, '1', '2', 10), received(channel, '2', 'm2', { occurredAt: at(20) }))
    expect(await usersOf(channel)).toMatchObject([{ platform_key: '1', external_id: '2', message_count: 2 }])
    await apply(received(channel, '1', 'm3', { occurredAt: at(30) }))
    expect(await usersOf(channel)).toMatchObject([{ platform_key: '1', message_count: 2 }, { platform_key: '1', message_count: 1 }])
  })

  test('twice in one batch ends at the last', async () => {
    const channel = await makeChannel(db.pool)
    await apply(received(channel, '1', 'm1'), moved(channel, '1', '2', 10), moved(channel, '2', '3', 20), received(channel, '3', 'm2'))
    expect(await usersOf(channel)).toMatchObject([{ message_count: 2 }])
    expect(await rows('select key from aliases where channel_id = $1 and until is null', channel)).toEqual([{ key: '3' }])
  })
})

test('a handle moves between people and finds nobody', async () => {
  const channel = await makeChannel(db.pool)
  const named = (key: string, id: string, seconds: number) =>
    received(channel, key, id, { occurredAt: at(seconds), user: { key: { kind: 'phone', key }, handles: [{ kind: 'username', key: '@ana' }] } })
  await apply(named('1', 'm1', 0))
  await apply(named('2', 'm2', 10))
  expect(await usersOf(channel)).toHaveLength(2)
  expect(await rows(`select u.platform_key, a.until from aliases a join messaging_users u on u.id = a.messaging_user_id
                     where a.channel_id = $1 and a.key = '@ana' order by a.since`, channel))
    .toEqual([{ platform_key: '1', until: at(10) }, { platform_key: '2', until: null }])
})

test('a watermark marks what the business said until then, the earliest one counts, and nothing of the person’s', async () => {
  const channel = await makeChannel(db.pool)
  const sent = (id: string, seconds: number): ChannelEvent => {
    const { channelId, event } = received(channel, 'ana', id, { occurredAt: at(seconds) })
    return { channelId, event: { ...event, kind: 'message.sent' } as ChannelEvent['event'] }
  }
  const told = (status: 'delivered' | 'read', until: number, seconds: number): ChannelEvent => ({
    channelId: channel,
    event: { kind: 'messages.status', eventId: `${status}${until}`, occurredAt: at(seconds), user: { key: { kind: 'phone', key: 'ana' } }, status, until: at(until) },
  })
  await apply(received(channel, 'ana', 'hello', { occurredAt: at(1) }), sent('one', 10), sent('two', 20), sent('three', 30))
  await apply(told('delivered', 25, 40), told('read', 15, 50), told('delivered', 15, 60))
  expect(await rows('select platform_message_id as id, delivered_at, read_at from messages where channel_id = $1 order by sent_at', channel)).toEqual([
    { id: 'hello', delivered_at: null, read_at: null }, { id: 'one', delivered_at: at(40), read_at: at(50) },
    { id: 'two', delivered_at: at(40), read_at: null }, { id: 'three', delivered_at: null, read_at: null },
  ])
})
