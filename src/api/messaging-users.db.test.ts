import type { DatabaseError } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, testApi, type TestApi } from '../../test/api.ts'
import { applyConnection, at, makeChannel, received } from '../../test/record.ts'
import { Alias, HistoryEntry, MessagingUser } from '../contract/messaging-users.ts'
import { Message, Session } from '../contract/sessions.ts'
import { applyEvents } from '../record/apply.ts'
import { toTypeId, toUuid } from '../ids.ts'

let api: TestApi
let channel: string
let other: string
/** A few people everybody can tell apart, on `channel`, and 25 on `other` of whom many wrote at the same moment. */
const people = [
  { key: '+491701234567', name: 'Anna Schmidt', externalId: '+491701234567' },
  { key: '15550100000', name: '100% O_Neil\\', externalId: '+15550100000' },
  { key: 'fb:4711', name: 'Anna Bolena', externalId: 'anna.b' },
  { key: 'guest-x', name: 'Зоя Ёлкина' },
]

beforeAll(async () => {
  api = await testApi()
  channel = await makeChannel(api.database.pool, 'Main')
  other = await makeChannel(api.database.pool, 'Other')
  const { run, end } = await applyConnection(api.database.connection)
  await applyEvents(run, people.map(({ key, ...profile }, i) => received(channel, key, `m${i}`, { occurredAt: at(1000 + i), profile })))
  await applyEvents(run, Array.from({ length: 25 }, (_, i) => received(other, `key ${i}`, `o${i}`, { occurredAt: at(Math.floor(i / 8)), profile: { name: `Person ${i}` } })))
  await applyEvents(run, Array.from({ length: 9 }, (_, i) => received(channel, people[0]!.key, `more ${i}`, { occurredAt: at(2000 + Math.floor(i / 3)), text: `line ${i}` })))
  await end()
})
afterAll(() => api.stop())

const list = async (query: Record<string, string>) => (await api.call('GET', `/api/v1/messaging-users?${new URLSearchParams(query)}`)).json()
const namesFor = async (query: Record<string, string>) => (await list(query)).items.map(({ name }: MessagingUser) => name)
const userCalled = async (name: string): Promise<MessagingUser> => (await list({ q: name })).items.find((user: MessagingUser) => user.name === name)

/** Every item of a list, read page by page. */
async function walk<T>(path: string, limit: number): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = null
  do {
    const page = (await api.call('GET', `${path}?limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`)).json() as { items: T[]; nextCursor: string | null }
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor)
  return items
}

const propertiesOf = (schema: { properties: object }) => Object.keys(schema.properties).toSorted()
const keysOf = (item: object | undefined) => Object.keys(item ?? {}).toSorted()

describe('the list', () => {
  test('is sorted by the last activity, and paging shows each person once', async () => {
    const all = await walk<MessagingUser>('/api/v1/messaging-users', 1000)
    expect(all).toHaveLength(29)
    expect(all.slice(0, 4).map(({ name }) => name)).toEqual(['Anna Schmidt', 'Зоя Ёлкина', 'Anna Bolena', '100% O_Neil\\'])
    for (const limit of [1, 4, 29]) {
      expect((await walk<MessagingUser>('/api/v1/messaging-users', limit)).map(({ id }) => id)).toEqual(all.map(({ id }) => id))
    }
  })

  test('shows what the contract says, as the platform sent it', async () => {
    const anna = await userCalled('Anna Schmidt')
    expect(keysOf(anna)).toEqual(propertiesOf(MessagingUser))
    expect(anna).toMatchObject({
      channelId: toTypeId('ch', channel), channelName: 'Main', channelType: 'byoc', messageType: 'Custom', platformKey: '+491701234567',
      nameSource: 'platform', consentStatus: 'ImplicitlyOptedIn', isFullyOptedIn: true, blocked: false, messageCount: 10, sessionCount: 1,
      firstMessageAt: at(1000).toISOString(), lastMessageAt: at(2002).toISOString(),
    })
    expect((await api.call('GET', `/api/v1/messaging-users/${anna.id}`)).json()).toEqual(anna)
  })

  test.each([
    ['anna', ['Anna Schmidt', 'Anna Bolena']],
    ['ANNA bol', ['Anna Bolena']],
    ['  schmidt   an ', ['Anna Schmidt']],
    ['анна', []],
    ['ёлк', ['Зоя Ёлкина']],
    ['anna.b', ['Anna Bolena']],
    ['fb:4711', ['Anna Bolena']],
    ['+49 170 1234567', ['Anna Schmidt']],
    ['+49 (170) 123-45 67', ['Anna Schmidt']],
    ['170 12.34', ['Anna Schmidt']],
    ['schmidt 170-123', ['Anna Schmidt']],
    ['+1 (555) 010-0000', ['100% O_Neil\\']],
    ['100%', ['100% O_Neil\\']],
    ['%', ['100% O_Neil\\']],
    ['o_n', ['100% O_Neil\\']],
    ['neil\\', ['100% O_Neil\\']],
    ["' or 1=1 --", []],
  ])('search for %j', async (q, names) => {
    expect(await namesFor({ q })).toEqual(names)
  })

  test.each([
    [{ channelType: 'byoc', lastMessageAfter: at(1003).toISOString() }, ['Anna Schmidt', 'Зоя Ёлкина']],
    [{ lastMessageAfter: at(1001).toISOString(), lastMessageBefore: at(1003).toISOString() }, ['Anna Bolena', '100% O_Neil\\']],
    [{ channelType: 'whatsapp' }, []],
    [{ consentStatus: 'none' }, []],
    [{ consentStatus: 'OptedOut' }, []],
    [{ createdBefore: '2020-01-01T00:00:00Z' }, []],
    [{ blocked: 'true' }, []],
    [{ q: 'anna', blocked: 'false', consentStatus: 'ImplicitlyOptedIn', createdAfter: '2020-01-01T00:00:00Z' }, ['Anna Schmidt', 'Anna Bolena']],
  ])('filter %j', async (query, names) => {
    expect(await namesFor(query as Record<string, string>)).toEqual(names)
  })

  test('filters by channel, consent and block, with the cursor too', async () => {
    expect(await namesFor({ channelId: toTypeId('ch', channel) })).toHaveLength(4)
    const page = await list({ channelId: toTypeId('ch', other), limit: '20' })
    expect((await list({ channelId: toTypeId('ch', other), limit: '20', cursor: page.nextCursor })).items).toHaveLength(5)

    const { id } = await userCalled('Person 3')
    const set = (sql: string) => api.database.pool.query(`update messaging_users set ${sql} where id = $1`, [toUuid(id)])
    await set("consent_status = null, blocked_until = 'infinity'")
    expect(await namesFor({ consentStatus: 'none' })).toEqual(['Person 3'])
    expect(await namesFor({ blocked: 'true' })).toEqual(['Person 3'])
    await set("consent_status = 'ImplicitlyOptedIn', blocked_until = now() - interval '1 second'")
    expect(await namesFor({ blocked: 'true' })).toEqual([])
  })

  test.each([
    ['ImplicitOptIn', [false, false, true, true, true]],
    ['ExplicitOptIn', [false, false, false, true, true]],
    ['DoubleOptIn', [false, false, false, false, true]],
  ])('on a channel that asks for %s, who is fully opted in', async (consentType, expected) => {
    await api.database.pool.query('update channels set consent_type = $2 where id = $1', [other, consentType])
    const { id } = await userCalled('Person 4')
    const found: boolean[] = []
    for (const status of [null, 'OptedOut', 'ImplicitlyOptedIn', 'ExplicitlyOptedIn', 'DoublyOptedIn']) {
      await api.database.pool.query('update messaging_users set consent_status = $2 where id = $1', [toUuid(id), status])
      found.push((await api.call('GET', `/api/v1/messaging-users/${id}`)).json().isFullyOptedIn)
    }
    expect(found).toEqual(expected)
  })

  test.each([
    ['limit=0', 'limit'], ['limit=1001', 'limit'], ['limit=x', 'limit'], ['colour=red', 'colour'], ['channelId=ch_1', 'channelId'],
    ['consentStatus=maybe', 'consentStatus'], ['blocked=perhaps', 'blocked'], ['createdAfter=yesterday', 'createdAfter'], ['q=', 'q'], ['q=a&q=b', 'q'],
  ])('%s is refused by name', async (query, field) => {
    const response = await api.call('GET', `/api/v1/messaging-users?${query}`)
    expect([response.statusCode, response.json().error.code, response.json().error.details[0].field]).toEqual([400, 'invalid_field', field])
  })

  test.each(['x', 'W10', 'bnVsbA', Buffer.from('["a","b"]').toString('base64url'), Buffer.from('[1,"not a uuid"]').toString('base64url'), Buffer.from('[1e99,"0194a1b0-0000-7000-8000-000000000000"]').toString('base64url')])(
    'a made-up cursor %s is refused', async (cursor) => {
      for (const path of ['messaging-users', 'sessions']) {
        const response = await api.call('GET', `/api/v1/${path}?cursor=${cursor}`)
        expect([response.statusCode, response.json().error.code]).toEqual([400, 'invalid_cursor'])
      }
    })

  test('a search for a NUL character is the caller’s fault', async () => {
    expect((await api.call('GET', '/api/v1/messaging-users?q=%00')).statusCode).toBe(400)
  })
})

describe('what belongs to a person', () => {
  test('messages, newest first, each once', async () => {
    const { id } = await userCalled('Anna Schmidt')
    const messages = await walk<Message>(`/api/v1/messaging-users/${id}/messages`, 2)
    expect(messages.map(({ sentAt }) => sentAt)).toEqual(messages.map(({ sentAt }) => sentAt).toSorted().toReversed())
    expect(new Set(messages.map(({ text }) => text))).toEqual(new Set(['text of m0', ...Array.from({ length: 9 }, (_, i) => `line ${i}`)]))
    expect(messages).toHaveLength(10)
    expect(keysOf(messages[0])).toEqual(propertiesOf(Message))
  })

  test('sessions, and what was said in one', async () => {
    const { id } = await userCalled('Anna Schmidt')
    const [session, ...more] = await walk<Session>(`/api/v1/messaging-users/${id}/sessions`, 5)
    expect(more).toEqual([])
    expect(keysOf(session)).toEqual(propertiesOf(Session))
    expect(session).toMatchObject({ name: expect.stringMatching(/^MS-\d{8}$/), messagingUserId: id, messagingUserName: 'Anna Schmidt', channelName: 'Main', endUserMessageCount: 10 })
    expect((await api.call('GET', `/api/v1/sessions/${session!.id}`)).json()).toEqual(session)
    expect(await walk(`/api/v1/sessions/${session!.id}/messages`, 4)).toHaveLength(10)
  })

  test('aliases, the platform key among them', async () => {
    const { id } = await userCalled('Anna Schmidt')
    const [alias] = await walk<Alias>(`/api/v1/messaging-users/${id}/aliases`, 5)
    expect(keysOf(alias)).toEqual(propertiesOf(Alias))
    expect(alias).toMatchObject({ kind: 'phone', key: '+491701234567', isPlatformKey: true, until: null })
  })

  test('unknown and malformed ids are told apart', async () => {
    for (const rest of ['', '/sessions', '/messages', '/aliases', '/history']) {
      expect((await api.call('GET', `/api/v1/messaging-users/mu_01jd3m5xe8f4kvh2n6q9rstvwx${rest}`)).statusCode).toBe(404)
      const malformed = await api.call('GET', `/api/v1/messaging-users/8${rest}`)
      expect([malformed.statusCode, malformed.json().error.details[0].field]).toEqual([400, 'id'])
    }
    for (const rest of ['', '/messages']) expect((await api.call('GET', `/api/v1/sessions/ms_01jd3m5xe8f4kvh2n6q9rstvwx${rest}`)).statusCode).toBe(404)
  })
})

const count = async (query: string) => (await api.call('GET', `/api/v1/sessions?${query}`)).json().items.length

describe('all sessions', () => {
  test('are listed latest first, each once', async () => {
    const sessions = await walk<Session>('/api/v1/sessions', 4)
    expect(new Set(sessions.map(({ id }) => id)).size).toBe(29)
    expect(sessions.map(({ startedAt }) => startedAt)).toEqual(sessions.map(({ startedAt }) => startedAt).toSorted().toReversed())
  })

  test('are filtered by channel, person and status', async () => {
    const { id } = await userCalled('Anna Schmidt')
    expect(await count(`channelId=${toTypeId('ch', channel)}`)).toBe(4)
    expect(await count(`messagingUserId=${id}`)).toBe(1)
    expect(await count(`messagingUserId=${id}&status=Ended`)).toBe(0)
  })
})

describe('changing a messaging user', () => {
  test('a name given by the business stays the business’s, and the history tells who gave it', async () => {
    const { id, updatedAt } = await userCalled('Anna Bolena')
    const key = await api.keyOf('agent')
    const patch = (payload: object) => api.app.inject({ method: 'PATCH', url: `/api/v1/messaging-users/${id}`, headers: bearer(key), payload })
    const changed = (await patch({ name: 'Anne Boleyn', language: 'en-GB' })).json()
    expect(changed).toMatchObject({ name: 'Anne Boleyn', nameSource: 'business', language: 'en-GB' })
    expect(changed.updatedAt > updatedAt).toBe(true)
    expect(api.published).toContainEqual({ type: 'messaging-user', id, channelId: toTypeId('ch', channel) })

    await patch({ name: 'Anne Boleyn' })
    await patch({ language: null })
    const history = await walk<HistoryEntry>(`/api/v1/messaging-users/${id}/history`, 2)
    expect(history.slice(0, -1).map(({ field, oldValue, newValue }) => [field, oldValue, newValue])).toEqual([
      ['language', 'en-GB', null],
      ['nameSource', 'platform', 'business'],
      ['language', null, 'en-GB'],
      ['name', 'Anna Bolena', 'Anne Boleyn'],
    ])
    expect(history.at(-1)).toMatchObject({ field: 'created', source: 'platform', actor: null })
    expect(history[0]).toMatchObject({ source: 'api-key', actor: 'a agent' })
    expect(keysOf(history[0])).toEqual(propertiesOf(HistoryEntry))

    const { run, end } = await applyConnection(api.database.connection)
    await applyEvents(run, [received(channel, 'fb:4711', 'late', { occurredAt: at(9000), profile: { name: 'Platform name' } })])
    await end()
    expect((await api.call('GET', `/api/v1/messaging-users/${id}`)).json().name).toBe('Anne Boleyn')
  })

  test('a change that gets into the way of a message, and the message into its way, is made all the same', async () => {
    const { id } = await userCalled('Person 7')
    const message = await api.database.pool.connect()
    const lock = (table: string, column: string) => message.query(`select from ${table} where ${column} = $1 for no key update`, [toUuid(id)])
    await message.query('begin')
    await lock('messaging_user_activity', 'messaging_user_id')
    const changed = Promise.resolve(api.call('PATCH', `/api/v1/messaging-users/${id}`, { name: 'Person Seven' })) // a request that nobody waits for is not sent
    await expect.poll(async () => (await message.query('select from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))')).rowCount).toBe(1)
    // Who waits first gives way: the change, unless it took a second to notice that it waits. The door repeats what gave way, too.
    const failure = await lock('messaging_users', 'id').then(() => 'none', (error: DatabaseError) => error.code)
    expect(['none', '40P01']).toContain(failure)
    await message.query('commit') // of a transaction that gave way: a rollback
    message.release()
    expect((await changed).json().name).toBe('Person Seven')
    expect(await namesFor({ q: 'person seven' })).toEqual(['Person Seven'])
  })

  test('the owner is an operator that exists', async () => {
    const { id } = await userCalled('Person 5')
    const owner = (await api.call('POST', '/api/v1/operators', { name: 'Bo', email: 'bo@example.org', role: 'agent', password: 'correct horse' })).json()
    const patch = (ownerId: string | null) => api.call('PATCH', `/api/v1/messaging-users/${id}`, { ownerId })
    expect((await patch(owner.id)).json().ownerId).toBe(owner.id)
    expect((await patch(null)).json().ownerId).toBeNull()
    for (const nobody of ['bo', 'op_01jd3m5xe8f4kvh2n6q9rstvwx']) {
      expect((await patch(nobody)).json().error.details).toEqual([{ field: 'ownerId', message: expect.any(String) }])
    }
  })

  test.each([
    [{}, 'body'], [{ name: '' }, 'name'], [{ name: '  ' }, 'name'], [{ name: 5 }, 'name'], [{ platformKey: 'x' }, 'platformKey'],
    [{ consentStatus: 'DoublyOptedIn' }, 'consentStatus'], [{ language: 'not a language' }, 'language'], [[], 'body'],
  ])('%j is refused by name', async (body, field) => {
    const { id } = await userCalled('Person 6')
    const response = await api.call('PATCH', `/api/v1/messaging-users/${id}`, body)
    expect([response.statusCode, response.json().error.details[0].field]).toEqual([400, field])
  })
})
