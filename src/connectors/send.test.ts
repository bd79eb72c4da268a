import { Webhook } from 'standardwebhooks'
import twilioSdk from 'twilio'
import RequestClient from 'twilio/lib/base/RequestClient.js'
import { Compile } from 'typebox/compile'
import { describe, expect, test } from 'vitest'
import { byoc } from './byoc/byoc.ts'
import { message, nobody, platform } from './fake-platform.ts'
import { registry } from './registry.ts'
import { sendFailures, type OutgoingMessage, type SendResult } from './sending.ts'
import { twilio } from './sms/twilio/twilio.ts'
import { webChat } from './web-chat/web-chat.ts'
import { whatsapp } from './whatsapp/whatsapp.ts'

const posted = { method: 'POST' } as const

describe('Bring Your Own Channel', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const old = 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
  const config = { secret, deliveryUrl: 'https://own.test/deliver?x=1' }
  const to = { kind: 'user_id', key: 'ana@example.com' }
  const send = (answer: ReturnType<typeof platform>, more: object = {}) => byoc.send!({ ...message, to }, { ...config, ...more }, answer.http)

  test('posts the message, and the signature is one the official library accepts', async () => {
    const answer = platform(200, '')
    expect(await send(answer)).toEqual({ ok: true, messageId: message.id })
    const [request] = answer.requests
    expect(request).toMatchObject({ ...posted, url: config.deliveryUrl })
    expect(request!.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': message.id, 'webhook-timestamp': '1790000000' })
    expect(request!.headers['webhook-signature']).toBe(new Webhook(secret).sign(message.id, new Date(1790000000_000), request!.body))
    expect(JSON.parse(request!.body)).toEqual({
      type: 'message.send', id: message.id, timestamp: '2026-09-21T14:13:19.000Z', user: { key: 'ana@example.com' },
      message: { id: message.id, type: 'text', text: message.text },
    })
  })

  test('an attempt of this moment verifies, with the new secret and with the old one', async () => {
    for (const receiver of [secret, old]) {
      const answer = platform(204, '')
      await byoc.send!({ ...message, to, attemptAt: new Date(), replyToId: 'm-1' }, { ...config, previousSecret: old }, answer.http)
      const { body, headers } = answer.requests[0]!
      expect(new Webhook(receiver).verify(body, headers)).toMatchObject({ message: { replyToId: 'm-1' } })
    }
  })

  test.each<[object | string, string]>([
    [{ messageId: 'own-7' }, 'own-7'], [{ messageId: 7 }, message.id], [{ messageId: '' }, message.id], [{ messageId: 'a\0' }, message.id],
    [{ messageId: 'x'.repeat(256) }, message.id], ['OK', message.id], ['[]', message.id], ['null', message.id],
  ])('answered %j, the message is known by %s', async (body, id) => {
    expect(await send(platform(202, body))).toEqual({ ok: true, messageId: id })
  })

  test.each([
    [301, 'misconfigured'], [400, 'rejected'], [401, 'misconfigured'], [403, 'misconfigured'], [404, 'misconfigured'], [410, 'misconfigured'],
    [422, 'rejected'], [429, 'rate-limited'], [500, 'unavailable'], [503, 'unavailable'],
  ])('%i is %s', async (status, failure) => {
    expect(await send(platform(status, 'why'))).toEqual({ ok: false, failure, code: String(status), detail: 'why' })
  })

  test('when it may be tried again is as the system says', async () => {
    expect(await send(platform(503, '', { 'retry-after': '120' }))).toMatchObject({ failure: 'unavailable', retryAfterSeconds: 120, detail: 'The delivery address answered 503' })
    expect(await send(platform(429, '', { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }))).not.toHaveProperty('retryAfterSeconds')
  })

  test('the delivery address is https, or http on this machine', async () => {
    const check = Compile(byoc.config.properties.deliveryUrl)
    const good = ['https://own.test', 'https://own.test:8443/a?b=c', 'http://localhost:3000/x', 'http://127.0.0.1', 'http://[::1]:80/', 'https://own.test?x=1']
    const bad = ['', 'own.test', 'http://own.test', 'http://localhost.own.test', 'http://localhost@own.test', 'http://127.0.0.1:80@own.test/', 'http://127.0.0.11/',
      'https://a:b@own.test', 'https://', 'ftp://localhost', 'https://own.test/a b', 'javascript:alert(1)']
    expect(good.filter(url => !check.Check(url))).toEqual([])
    expect(bad.filter(url => check.Check(url))).toEqual([])
    expect(await byoc.send!(message, { secret }, nobody)).toMatchObject({ failure: 'misconfigured' })
    expect(await byoc.send!(message, { secret, deliveryUrl: 'https://own.test:99999' }, nobody)).toMatchObject({ failure: 'misconfigured' })
  })
})

describe('Twilio', () => {
  const config = { accountSid: 'AC00000000000000000000000000000000', authToken: 'token:with+signs', phoneNumber: '+15550100000' }
  const created = { sid: 'SM00000000000000000000000000000009', status: 'queued', error_code: null, error_message: null }
  const send = (answer: ReturnType<typeof platform>, more: Partial<OutgoingMessage> = {}) => twilio.send!({ ...message, ...more }, config, answer.http)

  /** What Twilio's own library asks for the same message. */
  async function askedByTheLibrary(callbackUrl?: string) {
    let asked: Partial<RequestClient.RequestOptions> = {}
    const httpClient = new RequestClient()
    httpClient.request = options => {
      asked = options
      return Promise.resolve({ statusCode: 201, body: created as never, headers: {}, toString: () => '' })
    }
    await twilioSdk(config.accountSid, config.authToken, { httpClient }).messages
      .create({ to: message.to.key, from: config.phoneNumber, body: message.text, ...(callbackUrl && { statusCallback: callbackUrl }) })
    return asked
  }

  test.each([undefined, 'https://muster.test/webhooks/ch_1'])('asks what the official library asks, with the callback %s', async callbackUrl => {
    const answer = platform(201, created)
    expect(await send(answer, { callbackUrl })).toEqual({ ok: true, messageId: created.sid })
    const [request] = answer.requests
    const library = await askedByTheLibrary(callbackUrl)
    expect({ method: request!.method, url: request!.url }).toEqual({ method: library.method!.toUpperCase(), url: library.uri })
    expect(Object.fromEntries(new URLSearchParams(request!.body))).toEqual(library.data)
    expect(request!.headers['content-type']).toBe((library.headers as Record<string, string>)['Content-Type'])
    expect(atob(request!.headers.authorization!.replace('Basic ', ''))).toBe(`${library.username}:${library.password}`)
  })

  test.each<[number, number, string]>([
    [400, 21610, 'opted-out'], [400, 21211, 'invalid-recipient'], [400, 21614, 'invalid-recipient'], [400, 21635, 'invalid-recipient'],
    [400, 30005, 'invalid-recipient'], [400, 30006, 'invalid-recipient'], [400, 21612, 'unreachable'], [400, 30003, 'unreachable'],
    [400, 30004, 'unreachable'], [400, 30008, 'unreachable'], [400, 63014, 'unreachable'], [400, 63016, 'window-closed'], [400, 21617, 'rejected'],
    [400, 30007, 'rejected'], [401, 20003, 'misconfigured'], [404, 20404, 'misconfigured'], [400, 21408, 'misconfigured'], [400, 21606, 'misconfigured'],
    [400, 21608, 'misconfigured'], [400, 30034, 'misconfigured'], [429, 20429, 'rate-limited'], [429, 21611, 'rate-limited'], [400, 99999, 'rejected'],
    [500, 20500, 'unavailable'],
  ])('HTTP %i with code %i is %s', async (status, code, failure) => {
    const body = { code, message: 'In words', more_info: `https://www.twilio.com/docs/errors/${code}`, status }
    expect(await send(platform(status, body))).toEqual({
      ok: false, failure, code: String(code), detail: 'In words', ...(code === 21610 && { optedOut: 'all' }),
    })
  })

  test.each<[number, object | string, Partial<SendResult>]>([
    [429, '', { failure: 'rate-limited', code: null }], [401, '', { failure: 'misconfigured' }], [502, '<html>', { failure: 'unavailable', detail: 'Twilio answered 502' }],
    [201, '{}', { failure: 'rejected' }], [201, { ...created, status: 'failed', error_code: 21610, error_message: 'Unsubscribed' }, { failure: 'opted-out', optedOut: 'all' }],
  ])('HTTP %i with %j', async (status, body, expected) => {
    expect(await send(platform(status, body))).toMatchObject({ ok: false, ...expected })
  })

  test('without its secrets nothing is sent', async () => {
    for (const missing of ['accountSid', 'authToken', 'phoneNumber']) {
      expect(await twilio.send!(message, { ...config, [missing]: '' }, nobody)).toMatchObject({ ok: false, failure: 'misconfigured' })
    }
  })
})

describe('WhatsApp', () => {
  const config = { phoneNumberId: '200300400500600', appSecret: 's', verifyToken: 'verify-me', accessToken: 'EAAG' }
  const taken = { messaging_product: 'whatsapp', contacts: [{ input: '+393331234567', wa_id: '393331234567' }], messages: [{ id: 'wamid.OUT' }] }
  const send = (answer: ReturnType<typeof platform>, more: Partial<OutgoingMessage> = {}) => whatsapp.send!({ ...message, ...more }, config, answer.http)

  test('posts text as the Cloud API takes it', async () => {
    const answer = platform(200, taken)
    expect(await send(answer, { to: { kind: 'phone', key: '393331234567' } })).toEqual({ ok: true, messageId: 'wamid.OUT' })
    const [request] = answer.requests
    expect(request).toMatchObject({ ...posted, headers: { authorization: 'Bearer EAAG', 'content-type': 'application/json' } })
    expect(request!.url).toMatch(/^https:\/\/graph\.facebook\.com\/v\d+\.0\/200300400500600\/messages$/)
    expect(JSON.parse(request!.body)).toEqual({
      messaging_product: 'whatsapp', recipient_type: 'individual', to: '+393331234567', type: 'text', text: { body: message.text, preview_url: false },
    })
  })

  test.each([
    ['phone', '+5511987654321', { to: '+5511987654321' }], ['phone', '15550100001', { to: '+15550100001' }],
    ['bsuid', 'IT.90817263544536', { recipient: 'IT.90817263544536' }], ['parent_bsuid', 'US.ENT.118', { recipient: 'US.ENT.118' }],
  ])('to %s %s', async (kind, key, expected) => {
    const answer = platform(200, taken)
    await send(answer, { to: { kind, key }, replyToId: 'wamid.IN' })
    const { to, recipient, context } = JSON.parse(answer.requests[0]!.body) as Record<string, unknown>
    expect({ ...(to ? { to } : {}), ...(recipient ? { recipient } : {}) }).toEqual(expected)
    expect(context).toEqual({ message_id: 'wamid.IN' })
  })

  test.each([
    [131047, 'window-closed'], [131050, 'opted-out'], [131026, 'unreachable'], [131049, 'unreachable'], [130472, 'unreachable'], [131030, 'invalid-recipient'],
    [131062, 'invalid-recipient'], [4, 'rate-limited'], [80007, 'rate-limited'], [130429, 'rate-limited'], [131056, 'rate-limited'], [131048, 'rejected'],
    [131051, 'rejected'], [131008, 'rejected'], [131009, 'rejected'], [100, 'rejected'], [190, 'misconfigured'], [0, 'misconfigured'], [10, 'misconfigured'],
    [200, 'misconfigured'], [299, 'misconfigured'], [131031, 'misconfigured'], [131042, 'misconfigured'], [131045, 'misconfigured'],
    [131057, 'unavailable'], [1, 'unavailable'], [999999, 'rejected'],
  ])('code %i is %s', async (code, failure) => {
    const error = { message: `(#${code}) Title`, type: 'OAuthException', code, error_data: { messaging_product: 'whatsapp', details: 'In words' }, fbtrace_id: 'A' }
    expect(await send(platform(400, { error }))).toEqual({
      ok: false, failure, code: String(code), detail: 'In words', ...(code === 131050 && { optedOut: 'marketing' }),
    })
  })

  test.each<[number, object | string, Partial<SendResult>]>([
    [429, '', { failure: 'rate-limited', code: null }], [401, { error: { message: 'Bad token' } }, { failure: 'misconfigured', detail: 'Bad token' }],
    [500, '<html>', { failure: 'unavailable', detail: 'Meta answered 500' }], [200, { messages: [] }, { failure: 'rejected' }],
  ])('HTTP %i with %j', async (status, body, expected) => {
    expect(await send(platform(status, body))).toMatchObject({ ok: false, ...expected })
  })

  test('a template goes out as the Cloud API takes it, without what is Muster’s own', async () => {
    const answer = platform(200, taken)
    const components = [{ type: 'body', parameters: [{ type: 'text', text: '42' }] }]
    await send(answer, { to: { kind: 'phone', key: '393331234567' }, text: '', template: { name: 'order_update', language: 'it', category: 'utility', components } })
    expect(JSON.parse(answer.requests[0]!.body)).toEqual({
      messaging_product: 'whatsapp', recipient_type: 'individual', to: '+393331234567', type: 'template',
      template: { name: 'order_update', language: { policy: 'deterministic', code: 'it' }, components },
    })
  })

  test('without an access token nothing is sent', async () => {
    expect(await whatsapp.send!(message, { ...config, accessToken: undefined }, nobody)).toMatchObject({ ok: false, failure: 'misconfigured' })
  })
})

test('the web chat is served by Muster, so a message has arrived when it is recorded', async () => {
  expect(await webChat.send!(message, { title: 't', welcome: '', secret: 's'.repeat(32) }, nobody)).toEqual({ ok: true, messageId: message.id })
})

test('every connector can send, and every failure has words for the operator', () => {
  expect(registry.filter(({ connector }) => !connector.send)).toEqual([])
  expect(Object.values(sendFailures).map(({ advice }) => advice.length > 20)).not.toContain(false)
})
