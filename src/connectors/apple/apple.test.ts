import { gzipSync } from 'node:zlib'
import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { toUuid } from '../../ids.ts'
import { type RawRequest, UnparseableError } from '../connector.ts'
import { message, platform } from '../fake-platform.ts'
import type { SendResult } from '../sending.ts'
import { apple } from './apple.ts'

const config = { mspId: 'msp-1', businessId: '11111111-2222-4333-8444-555555555555', secret: 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTMyYiE=' }
const key = Buffer.from(config.secret, 'base64')
const now = new Date(1790000000_000)
const request = (body: Buffer, headers: RawRequest['headers'] = {}): RawRequest => ({ method: 'POST', url: 'https://x.test/', headers, body, receivedAt: now })

describe('the token of a request', () => {
  const verify = (token: string, seconds = 0) =>
    apple.verify(request(Buffer.alloc(0), { authorization: `Bearer ${token}` }), config, new Date(now.getTime() + seconds * 1000)).ok

  test('a known one, for an hour', () => {
    const known = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhdWQiOiJtc3AtMSIsImlhdCI6MTc5MDAwMDAwMH0.DsDYgfdx9eLFgiMSSlvOttsuik6P4m5PxaWD_n0_pR0'
    expect(verify(known)).toBe(true)
    expect([3600, -300].filter(seconds => !verify(known, seconds))).toEqual([])
    expect([3601, -301].filter(seconds => verify(known, seconds))).toEqual([])
    expect(verify(`${known}.more`)).toBe(false)
    expect(verify(known.replace(/\.[^.]*$/, '.'))).toBe(false)
  })

  test.each([
    ['right', { aud: 'msp-1' }, key, true], ['one of several', { aud: ['x', 'msp-1'] }, key, true], ['for another', { aud: 'msp-10' }, key, false],
    ['the secret’s text as key', { aud: 'msp-1' }, Buffer.from(config.secret), false],
  ])('made by a library: %s', async (_, claims, key, expected) => {
    const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setIssuedAt(1790000000).sign(key)
    expect(verify(token)).toBe(expected)
  })

  test('of another algorithm is refused, whatever it is signed with', async () => {
    const token = await new SignJWT({ aud: 'msp-1' }).setProtectedHeader({ alg: 'HS512' }).setIssuedAt(1790000000).sign(Buffer.concat([key, key]))
    expect(apple.verify(request(Buffer.alloc(0), { authorization: `Bearer ${token}` }), { ...config, secret: Buffer.concat([key, key]).toString('base64') }, now).ok).toBe(false)
  })
})

describe('packed bodies', () => {
  const parse = (body: Buffer) => () => apple.parse(request(body, { 'content-encoding': 'gzip' }))
  const long = (bytes: number) => Buffer.from(JSON.stringify({ v: 1, id: '1', type: 'text', sourceId: 'p', destinationId: 'b', body: 'x'.repeat(bytes) }))

  test('are unpacked up to 4 MiB, whatever they are made of', () => {
    expect(parse(gzipSync(long(4_000_000)))()).toMatchObject([{ kind: 'message.received' }])
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
    expect(bomb.length).toBeLessThan(100 * 1024)
    expect(parse(bomb)).toThrow(new UnparseableError('The body unpacks to more than 4194304 bytes'))
    expect(parse(Buffer.concat(Array.from({ length: 50 }, () => gzipSync(Buffer.alloc(1024 * 1024, ' ')))))).toThrow(UnparseableError)
  })

  test('that are cut, changed or no gzip at all are refused', () => {
    const packed = gzipSync(long(100))
    const changed = Buffer.from(packed)
    changed[packed.length - 6]! ^= 1 // of the checksum
    for (const body of [packed.subarray(0, -9), changed, Buffer.from([0x1f, 0x8b]), Buffer.from([0x1f, 0x8b, 8, 0, 0])]) {
      expect(parse(body)).toThrow(new UnparseableError('The body cannot be unpacked'))
    }
    expect(parse(Buffer.alloc(0))).toThrow(UnparseableError)
  })
})

describe('sending', () => {
  const to = { kind: 'opaque_id', key: 'urn:mbid:AQAAYtest/abc+def=' }
  const send = (answer: ReturnType<typeof platform>) => apple.send!({ ...message, to }, config, answer.http)

  test('posts text under our own id, with a token a library verifies', async () => {
    const answer = platform(200, '')
    const id = toUuid(message.id)
    expect(await send(answer)).toEqual({ ok: true, messageId: id })
    const [{ headers, ...rest }] = answer.requests as [typeof answer.requests[0]]
    expect({ ...rest, body: JSON.parse(rest.body) as unknown }).toEqual({
      method: 'POST', url: 'https://mspgw.push.apple.com/v1/message',
      body: { v: 1, type: 'text', id, sourceId: config.businessId, destinationId: to.key, body: message.text },
    })
    expect(headers).toMatchObject({ id, 'source-id': config.businessId, 'destination-id': to.key, 'content-type': 'application/json' })
    const token = headers.authorization!.replace('Bearer ', '')
    const { payload } = await jwtVerify(token, key, { issuer: 'msp-1', algorithms: ['HS256'], currentDate: now })
    expect(payload).toEqual({ iss: 'msp-1', iat: 1790000000 })
    expect(decodeProtectedHeader(token).alg).toBe('HS256')
  })

  test('shows that somebody is writing, as a message of its own type', async () => {
    const answer = platform(200, '')
    const id = '01999e2a-7c4b-7d11-8f3a-5b6c7d8e9f00'
    expect(await apple.typing!({ id, to, at: message.attemptAt }, config, answer.http)).toMatchObject({ status: 200 })
    const [{ url, headers, body }] = answer.requests as [typeof answer.requests[0]]
    expect(url).toBe('https://mspgw.push.apple.com/v1/message')
    expect(headers).toMatchObject({ id, 'source-id': config.businessId, 'destination-id': to.key })
    expect(JSON.parse(body)).toEqual({ v: 1, type: 'typing_start', id, sourceId: config.businessId, destinationId: to.key })
  })

  test.each<[number, Partial<SendResult & { ok: false }>]>([
    [400, { failure: 'rejected' }], [401, { failure: 'misconfigured' }], [403, { failure: 'misconfigured' }], [404, { failure: 'invalid-recipient' }],
    [429, { failure: 'rate-limited', retryAfterSeconds: 30 }], [500, { failure: 'unavailable' }], [503, { failure: 'unavailable', detail: 'Apple answered 503', code: '503' }],
    [302, { failure: 'rejected' }],
  ])('HTTP %i', async (status, expected) => {
    expect(await send(platform(status, '', { 'retry-after': '30' }))).toMatchObject({ ok: false, ...expected })
  })
})
