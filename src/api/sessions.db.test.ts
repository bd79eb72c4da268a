import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { bearer, cookiesOf, PUBLIC_URL, testApi, type TestApi } from '../../test/api.ts'
import { applyConnection, at, makeChannel, received } from '../../test/record.ts'
import { Session } from '../contract/sessions.ts'
import { applyEvents } from '../record/apply.ts'
import { toTypeId, toUuid } from '../ids.ts'

let api: TestApi
let channel: string
let bob: string
let people = 0

beforeAll(async () => {
  api = await testApi()
  channel = await makeChannel(api.database.pool, 'Main')
  await api.database.pool.query('update channels set inactivity_minutes = 10 where id = $1', [channel])
  bob = (await call('POST', '/operators', operator('Bob', 'agent'))).json().id
})
afterAll(() => api.stop())

const operator = (name: string, role: string) => ({ name, role, email: `${name}@example.org`, password: 'correct horse' })
const call = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) => api.call(method, `/api/v1${path}`, body)
const sql = async (text: string, values: unknown[] = []) => (await api.database.pool.query(text, values)).rows

/** A session of somebody new, who wrote `seconds` after the tests' beginning of time. */
async function session(name = `Person ${++people}`, seconds = people): Promise<Session> {
  const { run, end } = await applyConnection(api.database.connection)
  await applyEvents(run, [received(channel, `key of ${name}`, `m of ${name}`, { occurredAt: at(seconds), profile: { name } })])
  await end()
  return (await call('GET', `/sessions?${new URLSearchParams({ q: name })}`)).json().items[0]
}
const read = async ({ id }: Session): Promise<Session> => (await call('GET', `/sessions/${id}`)).json()
const handOver = (to: Session, operatorId = bob) => call('PUT', `/sessions/${to.id}/owner`, { operatorId })
const setStatus = (of: Session, status: string) => call('PUT', `/sessions/${of.id}/status`, { status })

describe('serving a session', () => {
  let waiting: Session
  beforeEach(async () => {
    waiting = await session()
  })

  test('an operator accepts it, and nobody takes it away by accepting', async () => {
    await call('POST', '/operators', operator(`Ann${people}`, 'agent'))
    const signedIn = await api.app.inject({
      method: 'POST', url: '/api/auth/sign-in/email', headers: { origin: PUBLIC_URL }, payload: { email: `Ann${people}@example.org`, password: 'correct horse' },
    })
    const headers = { cookie: cookiesOf(signedIn), origin: PUBLIC_URL }
    const accept = (to: Session) => api.app.inject({ method: 'PUT', url: `/api/v1/sessions/${to.id}/owner`, headers, payload: {} })
    const accepted = await accept(waiting)
    expect(accepted.json()).toMatchObject({ status: 'Active', ownerName: `Ann${people}`, agentType: 'Agent', acceptedAt: expect.any(String) })
    expect(api.published).toContainEqual({ type: 'messaging-user', id: waiting.messagingUserId, channelId: waiting.channelId })
    expect(accepted.json()).toEqual(await read(waiting))

    const bobs = await session()
    await handOver(bobs)
    const refused = await accept(bobs)
    expect([refused.statusCode, refused.json().error]).toEqual([409, { code: 'conflict', message: expect.stringContaining('somebody else') }])
    expect((await read(bobs)).ownerName).toBe('Bob')
  })

  test('it is handed over, and put back', async () => {
    expect((await handOver(waiting)).json()).toMatchObject({ status: 'Active', ownerId: bob, ownerName: 'Bob' })
    expect((await call('DELETE', `/sessions/${waiting.id}/owner`)).json()).toMatchObject({ status: 'Waiting', ownerId: null, ownerName: null })
  })

  test('it is paused, made inactive and resumed', async () => {
    await handOver(waiting)
    for (const status of ['Paused', 'Active', 'Inactive', 'Active']) expect((await setStatus(waiting, status)).json()).toMatchObject({ status, ownerId: bob })
  })

  test('it ends once, and what is impossible changes nothing', async () => {
    expect((await setStatus(waiting, 'Paused')).statusCode).toBe(409)
    expect(await read(waiting)).toEqual(waiting)
    const ended = await call('POST', `/sessions/${waiting.id}/closure`)
    expect(ended.json()).toMatchObject({ status: 'Ended', endedBy: 'Agent', endedAt: expect.any(String) })
    for (const again of [await call('POST', `/sessions/${waiting.id}/closure`), await handOver(waiting), await setStatus(waiting, 'Active')]) {
      expect([again.statusCode, again.json().error.message]).toEqual([409, 'The session has ended'])
    }
    expect(await read(waiting)).toEqual(ended.json())
  })

  test.each([
    ['PUT', 'owner', { operatorId: toTypeId('op', '01890000-0000-7000-8000-000000000000') }, 'operatorId'],
    ['PUT', 'owner', { operatorId: 'bob' }, 'operatorId'],
    ['PUT', 'owner', {}, 'operatorId'], // an API key serves nobody
    ['PUT', 'status', { status: 'Ended' }, 'status'],
    ['PUT', 'status', {}, 'status'],
  ] as const)('%s %s %j is refused by field', async (method, what, body, field) => {
    const response = await call(method, `/sessions/${waiting.id}/${what}`, body)
    expect([response.statusCode, response.json().error.details?.[0]?.field]).toEqual([400, field])
  })

  test('it takes an agent, and of a limited key the scope', async () => {
    const url = `/api/v1/sessions/${waiting.id}/closure`
    const statusFor = async (...key: Parameters<TestApi['keyOf']>) => (await api.app.inject({ method: 'POST', url, headers: bearer(await api.keyOf(...key)) })).statusCode
    expect([await statusFor('viewer'), await statusFor('agent', ['sessions:read']), await statusFor('agent', ['sessions:write'])]).toEqual([403, 403, 200])
  })

  test('there has to be one', async () => {
    const nobody = { ...waiting, id: toTypeId('ms', '01890000-0000-7000-8000-000000000000') }
    for (const response of [await handOver(nobody), await setStatus(nobody, 'Active'), await call('POST', `/sessions/${nobody.id}/closure`)]) {
      expect(response.statusCode).toBe(404)
    }
  })
})

describe('the list', () => {
  const namesFor = async (query: [string, string][]) =>
    (await call('GET', `/sessions?${new URLSearchParams([['startedAfter', at(5000).toISOString()], ...query])}`)).json().items.map((item: Session) => item.messagingUserName)

  beforeAll(async () => {
    const [, paused, ended] = [await session('Waiting Anna', 5001), await session('Paused Bea', 5002), await session('Ended Cleo', 5003)]
    await handOver(paused)
    await setStatus(paused, 'Paused')
    await call('POST', `/sessions/${ended.id}/closure`)
    await sql(`update sessions set origin = 'Help', end_user_language = 'de' where id = $1`, [toUuid(ended.id)])
  })

  test.each<[[string, string][], string[]]>([
    [[], ['Cleo', 'Bea', 'Anna']],
    [[['status', 'Waiting']], ['Anna']],
    [[['status', 'Waiting'], ['status', 'Ended']], ['Cleo', 'Anna']],
    [[['open', 'true']], ['Bea', 'Anna']],
    [[['open', 'false']], ['Cleo']],
    [[['origin', 'Help']], ['Cleo']],
    [[['endedBy', 'Agent']], ['Cleo']],
    [[['startedBefore', at(5002).toISOString()]], ['Anna']],
    [[['q', 'bea']], ['Bea']],
    [[['q', 'key of ended']], ['Cleo']],
    [[['open', 'true'], ['q', 'cleo']], []],
  ])('%j', async (query, names) => {
    expect((await namesFor(query)).map((name: string) => name.split(' ')[1])).toEqual(names)
  })

  test('by owner', async () => {
    expect(await namesFor([['ownerId', bob]])).toEqual(['Paused Bea'])
  })

  test('shows what the contract says, and every page the same', async () => {
    const [first] = (await call('GET', '/sessions?limit=1')).json().items
    expect(Object.keys(first).toSorted()).toEqual(Object.keys(Session.properties).toSorted())
    expect(first).toMatchObject({ channelName: 'Main', platformType: 'Enhanced', endUserLanguage: 'de', contactId: null, firstResponseSeconds: null })
  })

  test.each([['status', 'Open'], ['ownerId', 'bob'], ['startedAfter', 'yesterday'], ['state', 'Waiting']])('%s=%s is refused', async (field, value) => {
    const response = await call('GET', `/sessions?${field}=${value}`)
    expect([response.statusCode, response.json().error.details[0].field]).toEqual([400, field])
  })
})
