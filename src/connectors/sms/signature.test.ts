// What others signed is accepted, what we sign for the fixtures others accept, and nothing that was changed on the way.
import { tokenGenerate, verifySignature } from '@vonage/jwt'
import * as fc from 'fast-check'
import { SignJWT } from 'jose'
import { generateKeyPairSync, sign } from 'node:crypto'
import { TelnyxWebhook } from 'telnyx/lib/webhooks'
import { describe, expect, test } from 'vitest'
import type { RawRequest } from '../connector.ts'
import { readFixtures, requestOf, signed, telnyxKey } from '../fixtures.ts'
import { connectorOf } from '../registry.ts'
import { kannel } from './kannel/kannel.ts'
import { telnyx } from './telnyx/telnyx.ts'
import { vonage } from './vonage/vonage.ts'

const now = new Date('2026-09-21T14:14:00Z')
const seconds = now.getTime() / 1000
const post = (body: string | Buffer, headers: Record<string, string>, url = 'https://muster.test/webhooks/ch_1'): RawRequest =>
  ({ method: 'POST', url, headers, body: Buffer.from(body), receivedAt: now })
const fixtureOf = (name: string) => readFixtures(name.split('/')[0]).find(each => each.name === name)!.fixture
const printable = fc.integer({ min: 33, max: 126 })
const withOther = (text: string, at: number, code: number) => text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1)

describe('Telnyx', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(12).toString('base64')
  const config = { publicKey: raw, apiToken: 'KEY', phoneNumber: '+15550100000' }
  const signedAt = (body: string | Buffer, timestamp: string, key = privateKey) => post(body, {
    'telnyx-timestamp': timestamp,
    'telnyx-signature-ed25519': sign(null, Buffer.concat([Buffer.from(`${timestamp}|`), Buffer.from(body)]), key).toString('base64'),
  })
  const accepts = (request: RawRequest, at = now) => telnyx.verify(request, config, at).ok

  test('agrees with the official library on signatures of this moment', async () => {
    const library = new TelnyxWebhook(raw)
    const other = generateKeyPairSync('ed25519').privateKey
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary' }), fc.boolean(), fc.integer({ min: -320, max: 320 }), async (body, own, shift) => {
      fc.pre(Math.abs(Math.abs(shift) - 300) > 5)
      const at = new Date()
      const request = signedAt(body, String(Math.floor(at.getTime() / 1000) + shift), own ? privateKey : other)
      const verdict = await library.verify(request.body.toString(), request.headers as Record<string, string>).then(() => true, () => false)
      expect(accepts(request, at)).toBe(verdict)
      expect(verdict).toBe(own && Math.abs(shift) < 300)
    }), { numRuns: 100 })
  })

  test('the fixtures are signed as the official library expects it', async () => {
    const timestamp = String(Math.floor(Date.now() / 1000))
    const fixture = fixtureOf('sms-telnyx/text-unicode')
    const { body, headers } = signed('sms-telnyx', { ...requestOf('sms-telnyx', fixture), headers: { 'telnyx-timestamp': timestamp } }, fixture.config)
    await new TelnyxWebhook(fixture.config.publicKey!).verify(body.toString(), headers as Record<string, string>)
    expect(telnyxKey(fixture.config.apiToken!).asymmetricKeyType).toBe('ed25519')
  })

  test('five minutes to either side', () => {
    const request = signedAt('{}', String(seconds))
    expect([-300, 0, 300].map(shift => accepts(request, new Date(now.getTime() + shift * 1000)))).toEqual([true, true, true])
    expect([-301, 301].map(shift => accepts(request, new Date(now.getTime() + shift * 1000)))).toEqual([false, false])
  })

  test('only strict base64 of 64 bytes, and a number of seconds', () => {
    const { headers } = signedAt('{}', String(seconds))
    const signature = headers['telnyx-signature-ed25519']!
    const wrong = [signature.slice(0, -2), ` ${signature}`, `${signature}\n`, signature.replaceAll('=', ''), 'AAAA', '%', `${signature}${signature}`]
    expect(wrong.filter(each => accepts(post('{}', { ...headers, 'telnyx-signature-ed25519': each } as never)))).toEqual([])
    expect(['', '-1', '1e9', `${seconds}.5`, ` ${seconds}`].filter(each => accepts(signedAt('{}', each)))).toEqual([])
    expect(telnyx.verify(signedAt('{}', String(seconds)), { ...config, publicKey: 'AAAA' }, now).ok).toBe(false)
  })
})

describe('Vonage', () => {
  const secret = 's1gnature-secret'
  const config = { signatureSecret: secret, apiKey: 'aaa012', apiSecret: 'x', phoneNumber: '15550100000' }
  const hash = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a' // of {}
  const by = (claims: object, { alg = 'HS256', key = secret } = {}) =>
    new SignJWT({ iss: 'Vonage', api_key: 'aaa012', ...claims }).setProtectedHeader({ alg, typ: 'JWT' }).sign(Buffer.from(key))
  const verdict = (token: string, body = '{}') => vonage.verify(post(body, { authorization: `Bearer ${token}` }), config, now)

  test('a token of an independent library, whose hash is the body’s', async () => {
    expect(verdict(await by({ iat: seconds, payload_hash: hash }))).toEqual({ ok: true })
    expect(verdict(await by({ iat: seconds, payload_hash: hash }), '{ }').ok).toBe(false)
  })

  test('another secret, another algorithm, no hash, another time', async () => {
    const fresh = { iat: seconds, payload_hash: hash }
    expect(verdict(await by(fresh, { key: 'another-secret' })).ok).toBe(false)
    expect(verdict(await by(fresh, { alg: 'HS512' })).ok).toBe(false)
    expect(verdict(await by({ iat: seconds })).ok).toBe(false)
    expect(verdict(await by({ payload_hash: hash })).ok).toBe(false)
    expect(verdict(await by({ ...fresh, payload_hash: hash.toUpperCase() })).ok).toBe(false)
    const at = async (shift: number) => verdict(await by({ ...fresh, iat: seconds + shift })).ok
    expect(await Promise.all([300, -300, -86_400].map(at))).toEqual([true, true, true])
    expect(await Promise.all([301, -86_401, -seconds].map(at))).toEqual([false, false, false])
  })

  test('a token that is signed with a private key, or not at all', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } })
    expect(verdict(tokenGenerate('5a2c7a0e-97a4-4ad7-8d5e-9a7b7b0d2a10', privateKey)).ok).toBe(false)
    const unsigned = ['{"alg":"none"}', `{"iat":${seconds},"payload_hash":"${hash}"}`].map(part => Buffer.from(part).toString('base64url')).join('.')
    expect([`${unsigned}.`, unsigned, `${unsigned}.AAAA`, '', 'a.b.c', '..'].filter(token => verdict(token).ok)).toEqual([])
  })

  test('the fixtures are signed as the official library expects it', () => {
    const token = requestOf('sms-vonage', fixtureOf('sms-vonage/text')).headers.authorization!.slice('Bearer '.length)
    expect(verifySignature(token, secret)).toBe(true)
    expect(verifySignature(token, 'another-secret')).toBe(false)
  })
})

describe('whatever byte is changed on the way, the request is refused', () => {
  const headersOf: Record<string, string[]> = { 'sms-telnyx': ['telnyx-timestamp', 'telnyx-signature-ed25519'], 'sms-vonage': ['authorization'] }

  test.each(Object.entries(headersOf))('%s', (type, headers) => {
    const fixture = fixtureOf(`${type}/text-unicode`)
    const request = requestOf(type, fixture)
    const accepts = (changed: Partial<RawRequest>) => connectorOf(type)!.verify({ ...request, ...changed }, fixture.config, now).ok
    expect(accepts({})).toBe(true)

    fc.assert(fc.property(fc.nat(request.body.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const body = Buffer.from(request.body)
      body[at] = body[at]! ^ flip
      expect(accepts({ body })).toBe(false)
    }), { numRuns: 1000 })
    for (const header of headers) {
      const value = request.headers[header]!
      fc.assert(fc.property(fc.nat(value.length - 1), printable, (at, code) => {
        const changed = withOther(value, at, code)
        expect(accepts({ headers: { ...request.headers, [header]: changed } })).toBe(changed === value)
      }), { numRuns: 1000 })
      expect(accepts({ headers: { ...request.headers, [header]: undefined } })).toBe(false)
    }
  })

  test('sms-kannel: whatever of the secret in the address', () => {
    const fixture = fixtureOf('sms-kannel/text')
    const request = requestOf('sms-kannel', fixture)
    const { secret } = fixture.config as { secret: string }
    const accepts = (url: string) => kannel.verify({ ...request, url }, fixture.config as never, now).ok
    expect(accepts(request.url)).toBe(true)
    fc.assert(fc.property(fc.nat(secret.length - 1), printable, (at, code) => {
      const changed = withOther(secret, at, code)
      expect(accepts(request.url.replace(secret, encodeURIComponent(changed)))).toBe(changed === secret)
    }), { numRuns: 1000 })
    const wrong = ['', 'secret=', `secret=${secret}x`, `secret=${secret.slice(1)}`, `SECRET=${secret}`, `secret=${secret}&secret=${secret}`]
    expect(wrong.filter(query => accepts(`https://muster.test/webhooks/ch_1?${query}`))).toEqual([])
    expect(accepts('not an address')).toBe(false)
  })
})
