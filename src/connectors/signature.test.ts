import { createHmac } from 'node:crypto'
import * as fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import twilioSdk from 'twilio'
import { describe, expect, test } from 'vitest'
import { byoc } from './byoc/byoc.ts'
import type { RawRequest } from './connector.ts'
import { formOf, readFixtures, requestOf, signed } from './fixtures.ts'
import { connectorOf } from './registry.ts'
import { sameBytes, sameText } from './signature.ts'
import { twilio } from './sms/twilio/twilio.ts'
import { whatsapp } from './whatsapp/whatsapp.ts'

const now = new Date('2026-09-21T14:14:00Z')
const post = (body: string | Buffer, headers: Record<string, string>, url = 'https://x.test/hook'): RawRequest =>
  ({ method: 'POST', url, headers, body: Buffer.from(body), receivedAt: now })

test('bytes are the same only when all are, whatever their number', () => {
  fc.assert(fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
    expect(sameBytes(Buffer.from(a), Buffer.from(a))).toBe(true)
    expect(sameBytes(Buffer.from(a), Buffer.from(b))).toBe(Buffer.compare(a, b) === 0)
  }))
  expect(sameText('é', 'e\u0301')).toBe(false)
})

describe('WhatsApp', () => {
  const config = { phoneNumberId: '200300400500600', appSecret: 'app-secret', verifyToken: 'verify-me-please' }
  const verify = (body: string, signature: string) =>
    whatsapp.verify(post(body, { 'x-hub-signature-256': signature }), config, now).ok

  test('known signatures, over escaped and over plain UTF-8', () => {
    const escaped = 'sha256=e4420a9880830c33ad928d74825735e80ecb9a69d9cdff403d32a3d09fd559a3'
    const plain = 'sha256=60b08663081c329f468a94d4861a19b5807e911853a08a403fc8293b4e8ee441'
    expect(verify('{"t":"\\u00e9"}', escaped)).toBe(true)
    expect(verify('{"t":"é"}', plain)).toBe(true)
    expect(verify('{"t":"é"}', escaped)).toBe(false)
    expect(verify('{"t":"\\u00E9"}', escaped)).toBe(false)
  })

  test('only sha256 in lower case, with its prefix', () => {
    const hash = 'e4420a9880830c33ad928d74825735e80ecb9a69d9cdff403d32a3d09fd559a3'
    const wrong = [
      hash, `sha1=${hash}`, `sha256=${hash.toUpperCase()}`, `sha256=${hash} `, `sha256=${hash.slice(0, -1)}`, 'sha256=', ' ',
    ]
    expect(wrong.filter(signature => verify('{"t":"\\u00e9"}', signature))).toEqual([])
  })
})

describe('Twilio', () => {
  const form = 'application/x-www-form-urlencoded'
  const account = { accountSid: 'AC00000000000000000000000000000000', phoneNumber: '+15550100000' }
  const verify = (authToken: string, request: RawRequest) => twilio.verify(request, { ...account, authToken }, now).ok

  test('known signatures of forms', () => {
    const call = new URLSearchParams({
      CallSid: 'CA1234567890ABCDE', Caller: '+14158675309', Digits: '1234', From: '+14158675309', To: '+18005551212',
    })
    const signature = { 'content-type': form, 'x-twilio-signature': 'RSOYDt4T1cUTdK1PDd93/VVr8B8=' }
    expect(verify('12345', post(`${call}`, signature, 'https://mycompany.com/myapp.php?foo=1&bar=2'))).toBe(true)
    expect(verify('12346', post(`${call}`, signature, 'https://mycompany.com/myapp.php?foo=1&bar=2'))).toBe(false)
    expect(verify('12345', post(`${call}`, signature, 'https://mycompany.com/myapp.php?bar=2&foo=1'))).toBe(false)

    const message = new URLSearchParams({
      Body: 'héllo 😀 STOP', From: '+15005550006', MessageSid: 'SM00000000000000000000000000000001',
      OptOutType: 'STOP', To: '+15005550001',
    })
    const headers = { 'content-type': form, 'x-twilio-signature': 'SR7dnbuOF0CUjElkTrMA6Mh0jbg=' }
    expect(verify('test-token', post(`${message}`, headers, 'https://x.test/sms'))).toBe(true)
  })

  test('a known signature of JSON, where address and body are both checked', () => {
    const hash = '015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862'
    const headers = { 'content-type': 'application/json', 'x-twilio-signature': 'JsAVQ5cFfgSvctoj/t3iU84qFis=' }
    const url = `https://x.test/j?bodySHA256=${hash}`
    expect(verify('t', post('{"a":1}', headers, url))).toBe(true)
    expect(verify('t', post('{"a":2}', headers, url))).toBe(false)
    expect(verify('t', post('{"a":1}', headers, `${url}&x=1`))).toBe(false)
    // A signature over the address alone says nothing of a body that the address does not cover.
    const bare = twilioSdk.getExpectedTwilioSignature('t', 'https://x.test/j', {})
    expect(verify('t', post('{"a":1}', { ...headers, 'x-twilio-signature': bare }, 'https://x.test/j'))).toBe(false)
  })

  test('agrees with the official library on every form, address and port', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('', ' ', 'a b', '+', '😀', "it's"))
    const host = fc.constantFrom(
      'https://x.test', 'https://x.test:443', 'https://x.test:8443', 'http://x.test', 'http://x.test:80', 'https://[::1]:443',
    )
    const path = fc.constantFrom('/', '/sms', '/sms?a=1&b=2', "/sms?q='x'", '/sms?q=%27x%27', '/a b')
    const fields = fc.array(fc.tuple(text, text), { maxLength: 6 })
    fc.assert(fc.property(fields, host, path, host, (fields, signedHost, path, calledHost) => {
      const body = new URLSearchParams(fields).toString()
      const signature = twilioSdk.getExpectedTwilioSignature('token', signedHost + path, formOf(Buffer.from(body)))
      const request = post(body, { 'content-type': form, 'x-twilio-signature': signature }, calledHost + path)
      // An AccountSid of chance would be refused for another reason.
      fc.pre(!fields.some(([name]) => name === 'AccountSid'))
      expect(verify('token', request)).toBe(twilioSdk.validateRequest('token', signature, request.url, formOf(request.body)))
    }), { numRuns: 500 })
  })

  test('repeated fields count once each, in order', () => {
    const body = 'To=b&To=a&To=b&Body='
    const signature = twilioSdk.getExpectedTwilioSignature('t', 'https://x.test/hook', { To: ['b', 'a', 'b'], Body: '' })
    expect(verify('t', post(body, { 'content-type': form, 'x-twilio-signature': signature }))).toBe(true)
  })

  test('while the token changes, both are accepted', () => {
    const signature = twilioSdk.getExpectedTwilioSignature('old', 'https://x.test/hook', { Body: 'x' })
    const request = post('Body=x', { 'content-type': form, 'x-twilio-signature': signature })
    expect(verify('new', request)).toBe(false)
    expect(twilio.verify(request, { ...account, authToken: 'new', previousAuthToken: 'old' }, now).ok).toBe(true)
  })
})

describe('Bring Your Own Channel', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const old = 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
  const headers = { 'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek', 'webhook-timestamp': '1614265330' }
  const known = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
  const body = '{"test": 2432232314}'
  const verify = (signatures: string, seconds = 0, config: { secret: string; previousSecret?: string } = { secret }) =>
    byoc.verify(post(body, { ...headers, 'webhook-signature': signatures }), config, new Date((1614265330 + seconds) * 1000)).ok

  test('a known signature, five minutes to either side', () => {
    expect(verify(known)).toBe(true)
    expect(verify(known, 300)).toBe(true)
    expect(verify(known, -300)).toBe(true)
    expect(verify(known, 301)).toBe(false)
    expect(verify(known, -301)).toBe(false)
  })

  test('any v1 of the list is enough; other versions are passed over', () => {
    expect(verify(`v1a,abc v2,${known.slice(3)} v1,AAAA ${known}`)).toBe(true)
    const wrong = [`v1a,${known.slice(3)}`, `v2,${known.slice(3)}`, known.slice(3), 'v1,', 'v1', ' ', `${known},`]
    expect(wrong.filter(list => verify(list))).toEqual([])
  })

  test('while the secret changes, both are accepted', () => {
    const byOld = new Webhook(old).sign(headers['webhook-id'], new Date(1614265330_000), body)
    expect(verify(byOld)).toBe(false)
    expect(verify(byOld, 0, { secret, previousSecret: old })).toBe(true)
    expect(verify(`${known} ${byOld}`, 0, { secret: old })).toBe(true)
  })

  test('what the official library signs with a generated secret is accepted', () => {
    fc.assert(fc.property(fc.string(), body => {
      const { secret } = byoc.defaults!() as { secret: string }
      const signature = new Webhook(secret).sign('msg_1', now, body)
      const seconds = String(now.getTime() / 1000)
      const request = post(body, { 'webhook-id': 'msg_1', 'webhook-timestamp': seconds, 'webhook-signature': signature })
      expect(byoc.verify(request, { secret }, now)).toEqual({ ok: true })
    }))
  })
})

describe('whatever byte is changed on the way, the request is refused', () => {
  const chosen = {
    whatsapp: 'text-unicode', messenger: 'text-unicode', line: 'text', apple: 'text', 'sms-twilio': 'picture', byoc: 'received', 'web-chat': 'text',
    'in-app': 'text',
  }
  const signatureHeaders: Record<string, string[]> = {
    whatsapp: ['x-hub-signature-256'], messenger: ['x-hub-signature-256'], line: ['x-line-signature'], apple: ['authorization'], 'sms-twilio': ['x-twilio-signature'], 'web-chat': ['authorization'], 'in-app': ['authorization'],
    byoc: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  }
  const printable = fc.integer({ min: 33, max: 126 })

  test.each(Object.entries(chosen))('%s', (type, name) => {
    const { fixture } = readFixtures(type).find(each => each.name === `${type}/${name}`)!
    const connector = connectorOf(type)!
    const request = requestOf(type, fixture)
    const accepts = (changed: RawRequest) => connector.verify(changed, fixture.config, request.receivedAt).ok
    expect(accepts(request)).toBe(true)

    fc.assert(fc.property(fc.nat(request.body.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const body = Buffer.from(request.body)
      body[at] = body[at]! ^ flip
      // The tokens of a chat and of Apple cover no body. Twilio signs what a form says, not how it is written, and names and values run together:
      // `ToCountry&US` like `ToCountry=US`. So its own library says what is refused.
      const isAccepted = type === 'sms-twilio'
        ? twilioSdk.validateRequest('12345', request.headers['x-twilio-signature']!, request.url, formOf(body)) : ['web-chat', 'in-app', 'apple'].includes(type)
      expect(accepts({ ...request, body })).toBe(isAccepted)
    }), { numRuns: 1000 })

    for (const header of signatureHeaders[type]!) {
      const value = request.headers[header]!
      fc.assert(fc.property(fc.nat(value.length - 1), printable, (at, code) => {
        const changed = value.slice(0, at) + String.fromCharCode(code) + value.slice(at + 1)
        expect(accepts({ ...request, headers: { ...request.headers, [header]: changed } })).toBe(changed === value)
      }), { numRuns: 500 })
      expect(accepts({ ...request, headers: { ...request.headers, [header]: undefined } })).toBe(false)
    }
  })

  test('Twilio: of the address, what its own library refuses', () => {
    const { fixture } = readFixtures('sms-twilio').find(each => each.name === 'sms-twilio/picture')!
    const request = requestOf('sms-twilio', fixture)
    fc.assert(fc.property(fc.nat(request.url.length - 1), printable, (at, code) => {
      const url = request.url.slice(0, at) + String.fromCharCode(code) + request.url.slice(at + 1)
      fc.pre(URL.canParse(url))
      const library = twilioSdk.validateRequest('12345', request.headers['x-twilio-signature']!, url, formOf(request.body))
      expect(twilio.verify({ ...request, url }, fixture.config as never, now).ok).toBe(library)
    }), { numRuns: 1000 })
  })

  test.each(Object.entries(chosen))('%s: signed with another secret', (type, name) => {
    const { fixture } = readFixtures(type).find(each => each.name === `${type}/${name}`)!
    const unsigned = requestOf(type, { ...fixture, request: { ...fixture.request, sign: false } })
    const other = Object.fromEntries(Object.entries(fixture.config).map(([name, value]) => [name, changed(value)]))
    const accepts = (config: Record<string, string>) =>
      connectorOf(type)!.verify(signed(type, unsigned, config), fixture.config, now).ok
    expect(accepts(fixture.config)).toBe(true)
    expect(accepts(other)).toBe(false)
  })
})

/** Another secret of the same form. */
function changed(value: string): string {
  return value.slice(0, -1) + (value.endsWith('a') ? 'b' : 'a')
}

test('a guest’s token is the guest’s id and its signature', () => {
  const connector = connectorOf('web-chat')!
  const { guestId, token } = connector.guests!.create({ secret: 's'.repeat(32) })
  expect(token).toBe(`${guestId}.${createHmac('sha256', 's'.repeat(32)).update(guestId).digest('base64url')}`)
  const keyOf = (authorization: string, secret: string) => connector.guests!.keyOf(post('', { authorization }), { secret })
  expect(keyOf(`Bearer ${token}`, 's'.repeat(32))).toBe(`guest:${guestId}`)
  expect(keyOf(`Bearer ${token}`, 't'.repeat(32))).toBeUndefined()
  expect(keyOf(token, 's'.repeat(32))).toBeUndefined()
})
