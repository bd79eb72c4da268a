import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, testApi, type TestApi } from '../../test/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await testApi()
  api.app.get('/broken', { schema: { hide: true } }, () => {
    throw new Error('password is hunter2')
  })
})
afterAll(() => api.stop())

describe('errors have one shape', () => {
  const json = { 'content-type': 'application/json' }
  test.each([
    ['an address that leads nowhere', { url: '/api/v1/zork' }, 404, 'not_found'],
    ['a method that is not there', { method: 'PUT', url: '/api/v1/channels' }, 404, 'not_found'],
    ['broken JSON', { method: 'POST', url: '/api/v1/channels', headers: json, payload: '{"a"' }, 400, 'bad_request'],
    ['an empty body', { method: 'POST', url: '/api/v1/channels', headers: json, payload: '' }, 400, 'bad_request'],
    ['a prototype in the body', { method: 'POST', url: '/api/v1/channels', headers: json, payload: '{"__proto__": {}}' }, 400, 'bad_request'],
    ['another content type', { method: 'POST', url: '/api/v1/channels', headers: { 'content-type': 'text/xml' }, payload: '<a/>' }, 415, 'unsupported_media_type'],
    ['a body that is too large', { method: 'POST', url: '/api/v1/channels', headers: json, payload: `"${'a'.repeat(2 ** 21)}"` }, 413, 'too_large'],
    ['a broken address', { url: '/api/v1/channels/%E0%A4%A' }, 400, 'bad_request'],
    ['a fault of ours', { url: '/broken' }, 500, 'internal'],
  ] as const)('%s', async (_what, { url, ...options }, status, code) => {
    const headers = { ...'headers' in options && options.headers, ...bearer(await api.keyOf('admin')) }
    const response = await api.app.inject({ url, ...options, headers })
    expect([response.statusCode, response.json()]).toEqual([status, { error: { code, message: expect.any(String) } }])
    expect(response.body).not.toContain('hunter2')
  })
})

test('every answer carries the security headers', async () => {
  for (const url of ['/', '/api/v1/me', '/healthz', '/docs/', '/nowhere']) {
    const { headers } = await api.app.inject({ url, headers: { accept: 'text/html' } })
    expect({ url, ...headers }).toMatchObject({
      url, 'content-security-policy': expect.stringContaining("default-src 'self'; style-src 'self' 'unsafe-inline'"), 'x-content-type-options': 'nosniff',
    })
  }
})

const page = (url: string, accept = 'text/html') => api.app.inject({ url, headers: { accept } })

describe('pages', () => {
  test('the console answers for its own pages, built or not', async () => {
    for (const url of ['/', '/setup', '/messaging-users/mu_01jd3m5xe8f4kvh2n6q9rstvwx']) {
      const response = await page(url)
      expect([url, response.statusCode, response.headers['content-type']]).toEqual([url, 200, 'text/html; charset=utf-8'])
      expect(response.body).toContain('Muster')
    }
  })

  test('but not for what a program asks, nor for the API', async () => {
    expect((await page('/setup', 'application/json')).statusCode).toBe(404)
    expect((await page('/api/v1/zork')).json().error.code).toBe('not_found')
    expect((await page('/assets/missing.js', '*/*')).statusCode).toBe(404)
    expect((await page('/../package.json')).body).not.toContain('dependencies')
    expect((await page('/%2e%2e/package.json')).body).not.toContain('dependencies')
  })
})

test('the documentation is made of the routes, and needs nothing from elsewhere', async () => {
  const document = (await api.app.inject('/openapi.json')).json()
  expect(document.openapi).toBe('3.1.0')
  const list = document.paths['/api/v1/messaging-users'].get
  expect(list).toMatchObject({ summary: expect.any(String), tags: ['messaging-users'], security: [{ apiKey: [] }, { session: [] }] })
  expect(Object.keys(list.responses)).toEqual(expect.arrayContaining(['200', '400', '401', '403', '429']))
  for (const [path, methods] of Object.entries<Record<string, { summary?: string; tags?: string[] }>>(document.paths)) {
    for (const [method, { summary, tags }] of Object.entries(methods)) expect([method, path, summary, tags?.length]).toEqual([method, path, expect.any(String), 1])
  }
  const docs = await api.app.inject('/docs/')
  expect(docs.statusCode).toBe(200)
  expect(docs.body).not.toMatch(/(src|href)="(https?:)?\/\//)
  expect(docs.body).not.toMatch(/<script(?![^>]*src=)[^>]*>[^<]/)
})

test('it says whether it lives and whether it is ready', async () => {
  expect((await api.app.inject('/healthz')).statusCode).toBe(200)
  expect((await api.app.inject('/readyz')).statusCode).toBe(200)
  const away = await testApi()
  await away.database.pool.query('select')
  const { query } = away.database.pool
  away.database.pool.query = () => Promise.reject(new Error('away'))
  expect((await away.app.inject('/healthz')).statusCode).toBe(200)
  expect((await away.app.inject('/readyz')).json().error.code).toBe('unavailable')
  away.database.pool.query = query
  await away.stop()
})

test('the live stream tells changes as they happen, and ends with the server', async () => {
  const other = await testApi()
  await other.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = other.app.server.address() as AddressInfo
  const headers = bearer(await other.keyOf('viewer', ['events:read']))
  const lines = await new Promise<AsyncIterator<string>>((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: '/api/v1/events', headers }, (response) => {
      expect(response.headers['content-type']).toBe('text/event-stream')
      resolve(response.setEncoding('utf8')[Symbol.asyncIterator]())
    }).on('error', reject).end()
  })
  expect((await lines.next()).value).toBe('retry: 2000\n\n')
  other.tell({ type: 'many' })
  expect((await lines.next()).value).toBe('event: change\ndata: {"type":"many"}\n\n')
  await other.stop()
  await expect(lines.next()).resolves.toMatchObject({ done: true })
})
