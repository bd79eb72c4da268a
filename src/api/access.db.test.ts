import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, cookiesOf, PUBLIC_URL, testApi, type TestApi } from '../../test/api.ts'
import { roles, type Role } from '../contract/access.ts'

interface Operation {
  'x-role': Role
  'x-scope'?: string
}
type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

let api: TestApi
let operations: { method: Method; path: string; role: Role; scope?: string }[]
const keys = {} as Record<Role, string>

beforeAll(async () => {
  api = await testApi()
  for (const role of roles) keys[role] = await api.keyOf(role)
  const { paths } = (await api.app.inject('/openapi.json')).json() as { paths: Record<string, Record<string, Operation>> }
  operations = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({
    method: method.toUpperCase() as Method, path, role: operation['x-role'], scope: operation['x-scope'],
  })))
})
afterAll(() => api.stop())

const prefixes: Record<string, string> = {
  channels: 'ch', 'messaging-users': 'mu', sessions: 'ms', operators: 'op', 'api-keys': 'key', 'consent-reviews': 'cr', individuals: 'in', accounts: 'ac',
  'link-suggestions': 'ls', 'link-runs': 'lr', merges: 'mg', attachments: 'at', imports: 'im',
}
/** Other parts of an address than the id of what it begins with. */
const samples: Record<string, string> = {
  rejectId: 'rj_01jd3m5xe8f4kvh2n6q9rstvwx', referenceId: 'er_01jd3m5xe8f4kvh2n6q9rstvwx', language: 'en', key: 'none', kind: 'contact', channelType: 'byoc',
  system: 'crm', externalId: '1',
}

/** The status of a request with no body, on ids that lead nowhere. The live stream would never end, so only its head is read. */
async function statusOf({ method, path }: { method: Method; path: string }, headers: Record<string, string> = {}): Promise<number> {
  const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => samples[name] ?? `${prefixes[path.split('/')[3]!]}_01jd3m5xe8f4kvh2n6q9rstvwx`)
  const response = await api.app.inject({ method, url, headers, payloadAsStream: true })
  response.stream().destroy()
  return response.statusCode
}

const open = (role: Role) => operations.filter((operation) => roles.indexOf(role) <= roles.indexOf(operation.role))

describe('who may do what', () => {
  test('nobody gets in without signing in', async () => {
    expect(operations.length).toBeGreaterThan(20)
    for (const operation of operations) {
      const statuses = [await statusOf(operation), await statusOf(operation, bearer('mk_wrong'))]
      expect({ ...operation, statuses }).toEqual({ ...operation, statuses: [401, 401] })
    }
  })

  test.each(roles)('a key of role %s is let in where the role suffices, and nowhere else', async (role) => {
    for (const operation of operations) {
      const status = await statusOf(operation, bearer(keys[role]))
      const isOpen = roles.indexOf(role) <= roles.indexOf(operation.role)
      expect({ ...operation, isOpen: status !== 403 }).toEqual({ ...operation, isOpen })
      expect(status).not.toBe(401)
      expect(status).toBeLessThan(500)
    }
  })

  test('viewers only try, agents change what is about people, and access is the admins’', () => {
    expect(open('viewer').filter(({ method }) => method !== 'GET').map(({ path }) => path.split('/').at(-1)).toSorted()).toEqual(['keyword-trials', 'previews', 'send-checks'])
    const ofPeople = /^\/api\/v1\/(messaging-users|sessions|messages|consent-reviews|individuals|accounts|link-suggestions|merges|imports|import-mappings)\b/
    expect(open('agent').filter(({ method, role, path }) => method !== 'GET' && role === 'agent' && !ofPeople.test(path))).toEqual([])
    expect(open('agent').filter(({ method, path }) => /operators|api-keys|setup/.test(path) && !(method === 'GET' && path === '/api/v1/operators'))).toEqual([])
  })

  test('a key that is limited to scopes reaches only these', async () => {
    const key = await api.keyOf('admin', ['sessions:read', 'channels:write'])
    for (const operation of operations) {
      const isOpen = operation.path === '/api/v1/me' || ['sessions:read', 'channels:write'].includes(operation.scope ?? '')
      expect({ ...operation, isOpen: await statusOf(operation, bearer(key)) !== 403 }).toEqual({ ...operation, isOpen })
    }
  })

  test('a route under /api that says nothing about access keeps the server from starting', async () => {
    const other = await testApi()
    try {
      expect(() => other.app.get('/api/v1/forgotten', () => 'open to all')).toThrow('does not say who may use it')
    } finally {
      await other.stop()
    }
  })

  test('metrics are for admins and for programs', async () => {
    expect((await api.app.inject('/metrics')).statusCode).toBe(401)
    const { body } = await api.app.inject({ url: '/metrics', headers: bearer(keys.viewer) })
    expect(body).toContain('muster_http_request_duration_seconds_count{method="GET",route="/api/v1/me",status="200"}')
  })
})

describe('API keys', () => {
  test('are shown once, work until they are revoked, and are not in the database', async () => {
    const created = await api.call('POST', '/api/v1/api-keys', { name: 'reports', role: 'viewer', scopes: ['sessions:read'] })
    expect(created.statusCode).toBe(201)
    const { key, ...shown } = created.json()
    expect(key).toMatch(/^mk_[\w-]{43}$/)
    expect(key).toContain(shown.hint)

    const me = await api.app.inject({ url: '/api/v1/me', headers: bearer(key) })
    expect(me.json()).toEqual({ kind: 'api-key', id: shown.id, name: 'reports', email: null, role: 'viewer', needsSetup: false })
    const list = await api.call('GET', '/api/v1/api-keys')
    expect(list.body).not.toContain(key)
    expect(list.json().items[0]).toEqual({ ...shown, lastUsedAt: expect.any(String) })
    const { rows } = await api.database.pool.query('select k::text as line from api_keys k')
    expect(rows.map(({ line }) => line).join()).not.toContain(key)

    expect((await api.call('DELETE', `/api/v1/api-keys/${shown.id}`)).statusCode).toBe(204)
    expect((await api.app.inject({ url: '/api/v1/me', headers: bearer(key) })).statusCode).toBe(401)
    expect((await api.call('DELETE', `/api/v1/api-keys/${shown.id}`)).statusCode).toBe(404)
  })
})

const origin = { origin: PUBLIC_URL }
const follow = (link: string) => api.app.inject({ url: link.slice(PUBLIC_URL.length) })
const signIn = (email: string, password: string) =>
  api.app.inject({ method: 'POST', url: '/api/auth/sign-in/email', headers: origin, payload: { email, password }, remoteAddress: '10.0.0.1' })

describe('signing in', () => {
  let cookie = ''

  test('a new link puts an end to the one before', async () => {
    const old = await api.signInLink()
    await api.signInLink()
    expect((await follow(old!)).headers.location).toBe('/sign-in?error=invalid_link')
  })

  test('the one-time link works once, and not for a preview', async () => {
    const link = await api.signInLink()
    expect((await api.app.inject({ method: 'HEAD', url: link!.slice(PUBLIC_URL.length) })).headers['set-cookie']).toBeUndefined()
    expect((await api.app.inject({ url: link!.slice(PUBLIC_URL.length), headers: { 'sec-purpose': 'prefetch' } })).statusCode).toBe(204)

    const response = await follow(link!)
    expect([response.statusCode, response.headers.location]).toEqual([302, '/setup'])
    cookie = cookiesOf(response)
    expect(response.cookies[0]).toMatchObject({ httpOnly: true, sameSite: 'Lax' })
    expect((await follow(link!)).headers.location).toBe('/sign-in?error=invalid_link')

    const { rows } = await api.database.pool.query('select v::text as line from operator_verifications v')
    expect(rows.map(({ line }) => line).join()).not.toContain(link!.split('token=')[1])
    const me = await api.app.inject({ url: '/api/v1/me', headers: { cookie } })
    expect(me.json()).toMatchObject({ kind: 'operator', role: 'admin', needsSetup: true })
  })

  test('a link is good for an hour', async () => {
    const link = await api.signInLink()
    await api.database.pool.query("update operator_verifications set expires_at = expires_at - interval '61 minutes'")
    expect((await follow(link!)).headers.location).toBe('/sign-in?error=invalid_link')
  })

  test('a cookie changes nothing from another site', async () => {
    const payload = { name: 'x', email: 'x@evil.example', password: '0123456789' }
    const evil = 'https://evil.example'
    for (const from of [{}, { origin: evil }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }, { origin: evil, 'sec-fetch-site': 'same-origin' }]) {
      const { statusCode } = await api.app.inject({ method: 'POST', url: '/api/v1/setup', headers: { cookie, ...from }, payload })
      expect({ from, statusCode }).toEqual({ from, statusCode: 403 })
    }
  })

  test('the set-up asks for name, e-mail and password, and is done once', async () => {
    const unused = await api.signInLink()
    const setup = () => api.app.inject({
      method: 'POST', url: '/api/v1/setup', headers: { cookie, ...origin }, payload: { name: 'Ada', email: 'Ada@Example.org', password: 'correct horse' },
    })
    expect((await setup()).statusCode).toBe(204)
    expect((await setup()).statusCode).toBe(409)
    expect((await follow(unused!)).headers.location).toBe('/sign-in?error=invalid_link')
    expect(await api.signInLink()).toBeUndefined()
    const me = await api.app.inject({ url: '/api/v1/me', headers: { cookie } })
    expect(me.json()).toMatchObject({ name: 'Ada', email: 'ada@example.org', needsSetup: false })
  })

  test('e-mail and password sign in; nobody can sign up', async () => {
    expect((await signIn('ada@example.org', 'wrong horse')).json().error.code).toBe('unauthenticated')
    const response = await signIn('ada@example.org', 'correct horse')
    expect(response.statusCode).toBe(200)
    expect((await api.app.inject({ url: '/api/v1/me', headers: { cookie: cookiesOf(response) } })).json().name).toBe('Ada')
    const signUp = { name: 'Eve', email: 'eve@example.org', password: 'correct horse' }
    expect((await api.app.inject({ method: 'POST', url: '/api/auth/sign-up/email', headers: origin, payload: signUp })).statusCode).toBe(404)
    const promote = { method: 'POST', url: '/api/auth/update-user', headers: { cookie, ...origin }, payload: { role: 'admin' } } as const
    expect((await api.app.inject(promote)).statusCode).toBe(400)
  })

  test('guessing passwords is slowed down', async () => {
    const statuses: number[] = []
    for (let attempt = 0; attempt < 12; attempt++) statuses.push((await signIn('ada@example.org', 'wrong horse')).statusCode)
    expect(statuses.at(-1)).toBe(429)
  })

  test('requests that come together ask once whose session it is', async () => {
    let asked = 0
    const count = () => asked++
    const me = () => api.app.inject({ url: '/api/v1/me', headers: { cookie } })
    api.database.pool.on('acquire', count)
    expect((await me()).statusCode).toBe(200)
    const alone = asked
    const together = await Promise.all([me(), me(), me(), me(), me()])
    api.database.pool.off('acquire', count)
    expect(together.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200])
    // The answer itself takes each of them one question more.
    expect(asked).toBe(2 * alone + 4)
    expect((await api.app.inject({ url: '/api/v1/me', headers: { cookie: `${cookie}x` } })).statusCode).toBe(401)
  })

  test('signing out ends the session', async () => {
    await api.app.inject({ method: 'POST', url: '/api/auth/sign-out', headers: { cookie, ...origin }, payload: {} })
    expect((await api.app.inject({ url: '/api/v1/me', headers: { cookie } })).statusCode).toBe(401)
  })
})

const operator = (email: string, role: Role = 'agent') => ({ name: 'Bo', email, role, password: 'correct horse' })

describe('operators', () => {
  test('are added, given another role and removed', async () => {
    const created = (await api.call('POST', '/api/v1/operators', operator('Bo@Example.org'))).json()
    expect(created).toMatchObject({ id: expect.stringMatching(/^op_/), email: 'bo@example.org', role: 'agent' })
    const again = await api.call('POST', '/api/v1/operators', operator('bo@example.org'))
    expect([again.statusCode, again.json().error.details[0].field]).toEqual([409, 'email'])

    expect((await api.call('PATCH', `/api/v1/operators/${created.id}`, { role: 'viewer' })).json().role).toBe('viewer')
    expect((await api.call('DELETE', `/api/v1/operators/${created.id}`)).statusCode).toBe(204)
    expect((await api.call('PATCH', `/api/v1/operators/${created.id}`, { role: 'viewer' })).statusCode).toBe(404)
  })

  test('an operator with another role acts with it at once', async () => {
    const { id } = (await api.call('POST', '/api/v1/operators', operator('cy@example.org', 'viewer'))).json()
    const session = await api.app.inject({
      method: 'POST', url: '/api/auth/sign-in/email', headers: origin, remoteAddress: '10.0.0.2',
      payload: { email: 'cy@example.org', password: 'correct horse' },
    })
    const list = async () => (await api.app.inject({ url: '/api/v1/operators', headers: { cookie: cookiesOf(session) } })).statusCode
    expect(await list()).toBe(403)
    await api.call('PATCH', `/api/v1/operators/${id}`, { role: 'admin' })
    expect(await list()).toBe(200)
    await api.call('DELETE', `/api/v1/operators/${id}`)
    expect(await list()).toBe(401)
  })

  test('the last admin stays, also when two admins go at the same moment', async () => {
    await api.call('POST', '/api/v1/operators', operator('di@example.org', 'admin'))
    const admins = async () => (await api.call('GET', '/api/v1/operators')).json().items.filter(({ role }: { role: Role }) => role === 'admin')
    const [first, second] = await admins()
    expect(await admins()).toHaveLength(2)
    const { pool } = api.database
    const holder = await pool.connect()
    await holder.query("begin; select from operators where role = 'admin' for update")
    const changes = Promise.all([
      api.call('DELETE', `/api/v1/operators/${first.id}`),
      api.call('PATCH', `/api/v1/operators/${second.id}`, { role: 'agent' }),
    ])
    const waiting = async () => (await pool.query("select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).rowCount
    await expect.poll(waiting).toBe(2)
    await holder.query('commit')
    holder.release()
    const outcomes = await changes
    expect(outcomes.map(({ statusCode }) => statusCode).toSorted()).toEqual([expect.toBeOneOf([200, 204]), 409])
    expect(await admins()).toHaveLength(1)
  })
})
