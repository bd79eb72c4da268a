import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { download, redirected } from './download.ts'

let server: Server
let host: string
let asked: string[]
let answer: RequestListener
beforeEach(async () => {
  asked = []
  answer = (_request, response) => void response.end('bytes')
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`.trim())
    answer(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})
async function read(url: string, ownHost?: string, headers: Record<string, string> = {}): Promise<string> {
  const { status, body } = await download({ url, ...(ownHost && { ownHost }), headers })
  return `${status} ${Buffer.concat(await Readable.from(body).toArray()).toString()}`
}

test('a file on a host that the operator named comes as it is', async () => {
  expect(await read(`http://${host}/a?b=c`, host, { authorization: 'Bearer x' })).toBe('200 bytes')
  expect(asked).toEqual(['GET /a?b=c Bearer x'])
})

test('a host that has a name is asked for at the address it was looked up at', async () => {
  const named = host.replace('127.0.0.1', 'localhost')
  expect(await read(`http://${named}/`, named)).toBe('200 bytes')
})

test.each<[string, (host: string) => string]>([
  ['this machine', host => `https://${host}/`],
  ['this machine by its name', host => `https://${host.replace('127.0.0.1', 'localhost')}/`],
  ['this machine as a number', host => `https://${host.replace('127.0.0.1', '2130706433')}/`],
  ['this machine in IPv6', host => `https://${host.replace('127.0.0.1', '[::ffff:127.0.0.1]')}/`],
  ['this network', () => 'https://192.168.0.1/'],
  ['a cloud’s own service', () => 'https://169.254.169.254/latest/meta-data/'],
  ['somebody without https', () => 'http://8.8.8.8/'],
  ['the disk', () => 'file:///etc/passwd'],
  ['a name with credentials', host => `http://user@${host}/`],
  ['nobody', () => 'nowhere'],
])('%s is not asked', async (_what, urlOf) => {
  await expect(read(urlOf(host), 'elsewhere.test')).rejects.toMatchObject({ name: 'ForbiddenAddressError' })
  expect(asked).toEqual([])
})

test('a redirection is followed, but not to where nobody may be asked', async () => {
  answer = (request, response) => void (request.url === '/a' ? response.writeHead(307, { location: '/b' }).end() : response.end('there'))
  expect(await read(`http://${host}/a`, host)).toBe('200 there')
  answer = (_request, response) => void response.writeHead(302, { location: 'https://127.0.0.1:1/secrets' }).end()
  await expect(read(`http://${host}/a`, host)).rejects.toMatchObject({ name: 'ForbiddenAddressError' })
})

test('redirections without end come to an end', async () => {
  answer = (_request, response) => void response.writeHead(302, { location: '/' }).end()
  expect(await read(`http://${host}/`, host)).toBe('302 ')
  expect(asked).toHaveLength(4)
})

test('what proves us to one host is not told to another', () => {
  const request = { url: 'https://api.test/media', headers: { authorization: 'Bearer x' } }
  expect(redirected(request, '/other')).toEqual({ ...request, url: 'https://api.test/other' })
  for (const elsewhere of ['https://cdn.test/a', '//cdn.test/a', 'http://api.test/a', 'https://api.test:8443/a']) {
    expect(redirected(request, elsewhere).headers).toEqual({})
  }
})

test('who discards an answer is not sent the rest of it', async () => {
  let closed: Promise<unknown> | undefined
  answer = (_request, response) => {
    closed = once(response, 'close')
    response.write('x')
  }
  const { discard } = await download({ url: `http://${host}/`, ownHost: host })
  discard()
  await expect(closed).resolves.toBeDefined()
})
