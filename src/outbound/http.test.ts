import { createServer, type RequestListener, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { http } from './http.ts'

let server: Server
afterEach(() => {
  server.closeAllConnections()
  server.close()
})
async function listening(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const post = (url: string) => http({ method: 'POST', url, headers: { 'content-type': 'text/plain', authorization: 'Bearer x' }, body: 'é😀' })

test('the request goes out as it is, and the answer comes back as it was', async () => {
  let asked: unknown
  const url = await listening(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString()
    const { 'content-type': type, authorization, 'user-agent': agent } = request.headers
    asked = { method: request.method, url: request.url, type, authorization, agent, body }
    response.writeHead(429, { 'Retry-After': '7' }).end('später')
  })
  expect(await post(`${url}/a?b=c`)).toMatchObject({ status: 429, headers: { 'retry-after': '7' }, body: 'später' })
  expect(asked).toEqual({ method: 'POST', url: '/a?b=c', type: 'text/plain', authorization: 'Bearer x', agent: 'muster', body: 'é😀' })
})

test('what is only asked for has no body', async () => {
  const url = await listening((request, response) => void response.end(`${request.method} ${request.headers['content-length']}`))
  expect(await http({ method: 'GET', url, headers: {}, body: '' })).toMatchObject({ status: 200, body: 'GET undefined' })
})

test('a redirection is an answer: secrets go nowhere else', async () => {
  let calls = 0
  const url = await listening((_request, response) => {
    calls++
    response.writeHead(307, { location: '/elsewhere' }).end()
  })
  expect(await post(url)).toMatchObject({ status: 307 })
  expect(calls).toBe(1)
})

test('of an answer without end, a megabyte is read', async () => {
  const url = await listening((_request, response) => {
    const write = () => {
      while (response.write('x'.repeat(65_536)));
    }
    response.on('drain', write)
    write()
  })
  expect((await post(url)).body).toHaveLength(1024 * 1024)
})

test('no answer is an error', async () => {
  const url = await listening((_request, response) => response.destroy())
  await expect(post(url)).rejects.toThrow('fetch failed')
})
