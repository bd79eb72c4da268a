import { Messages, SMS } from '@vonage/messages'
import Telnyx from 'telnyx'
import { describe, expect, test, vi } from 'vitest'
import { message, nobody, platform } from '../fake-platform.ts'
import type { Connector, OutgoingMessage } from '../connector.ts'
import type { SendResult } from '../sending.ts'
import { isGsm } from './kannel/gsm.ts'
import { kannel } from './kannel/kannel.ts'
import { telnyx } from './telnyx/telnyx.ts'
import { vonage } from './vonage/vonage.ts'

const callbackUrl = 'https://muster.test/webhooks/ch_1'
type Answer = ReturnType<typeof platform>

/** What comes of sending while one of the settings is missing, each in turn. */
const failuresWithout = (connector: Connector, config: Record<string, string>, names: string[]) =>
  Promise.all(names.map(async missing => {
    const result = await connector.send!(message, { ...config, [missing]: '' }, nobody)
    return result.ok ? 'sent' : result.failure
  }))

/** What somebody else's library asks for the same message. */
async function askedBy(work: () => Promise<unknown>, answer: object): Promise<Request> {
  const fetch = vi.spyOn(globalThis, 'fetch').mockResolvedValue(Response.json(answer, { status: 202 }))
  try {
    await work()
    return new Request(...fetch.mock.calls[0]!)
  } finally {
    fetch.mockRestore()
  }
}

describe('Telnyx', () => {
  const config = { publicKey: 'HkXPl5cl2LAavDznvHss5eLlX2xMzhMrbMtq35LcUyI=', apiToken: 'KEY0001', phoneNumber: '+15550100000' }
  const taken = { data: { id: '834f3d53-8a3c-4aa0-a733-7f2d682a72df', record_type: 'message' } }
  const send = (answer: Answer, more: Partial<OutgoingMessage> = {}) => telnyx.send!({ ...message, ...more }, config, answer.http)

  test.each([undefined, callbackUrl])('asks what the official library asks, with the callback %s', async callbackUrl => {
    const answer = platform(200, taken)
    expect(await send(answer, { callbackUrl })).toEqual({ ok: true, messageId: taken.data.id })
    const ours = answer.requests[0]!
    const theirs = await askedBy(() => new Telnyx({ apiKey: config.apiToken }).messages
      .send({ from: config.phoneNumber, to: message.to.key, text: message.text, ...(callbackUrl && { webhook_url: callbackUrl }) }), taken)
    expect([ours.method, ours.url]).toEqual([theirs.method, theirs.url])
    expect(JSON.parse(ours.body)).toEqual(await theirs.json())
    for (const name of ['authorization', 'content-type', 'accept']) expect(ours.headers[name]).toBe(theirs.headers.get(name))
  })

  test.each<[number, string, string]>([
    [400, '40300', 'opted-out'], [400, '40310', 'invalid-recipient'], [400, '40001', 'invalid-recipient'], [400, '10016', 'invalid-recipient'],
    [400, '40008', 'unreachable'], [400, '40006', 'unreachable'], [400, '40002', 'rejected'], [400, '40302', 'rejected'], [400, '40322', 'rejected'],
    [401, '10009', 'misconfigured'], [400, '40305', 'misconfigured'], [400, '40010', 'misconfigured'], [403, '20100', 'misconfigured'],
    [400, '40333', 'misconfigured'], [429, '10011', 'rate-limited'], [400, '40318', 'rate-limited'], [500, '10007', 'unavailable'],
    [422, '99999', 'rejected'], [503, '99999', 'unavailable'],
  ])('HTTP %i with code %s is %s', async (status, code, failure) => {
    expect(await send(platform(status, { errors: [{ code, title: 'Title', detail: 'In words' }] }))).toEqual({
      ok: false, failure, code, detail: 'In words', ...(code === '40300' && { optedOut: 'all' }),
    })
  })

  test.each<[number, object | string, Partial<SendResult>]>([
    [429, '', { failure: 'rate-limited', code: null }], [502, '<html>', { failure: 'unavailable', detail: 'Telnyx answered 502' }],
    [200, { data: {} }, { failure: 'rejected' }], [403, { errors: [] }, { failure: 'misconfigured' }], [400, { errors: [{ title: 'T' }] }, { detail: 'T' }],
  ])('HTTP %i with %j', async (status, body, expected) => {
    expect(await send(platform(status, body))).toMatchObject({ ok: false, ...expected })
  })

  test('when it may be tried again is as Telnyx says', async () => {
    expect(await send(platform(429, { errors: [{ code: '10011' }] }, { 'retry-after': '7' }))).toMatchObject({ retryAfterSeconds: 7 })
  })

  test('without its secrets nothing is sent', async () => {
    const failures = await failuresWithout(telnyx, config, ['apiToken', 'phoneNumber'])
    expect(new Set(failures)).toEqual(new Set(['misconfigured']))
  })
})

describe('Vonage', () => {
  const config = { signatureSecret: 's', apiKey: 'aaa012', apiSecret: 'api+secret:x', phoneNumber: '+15550100000' }
  const taken = { message_uuid: 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab' }
  const send = (answer: Answer, more: Partial<OutgoingMessage> = {}) => vonage.send!({ ...message, ...more }, config, answer.http)

  test.each([undefined, callbackUrl])('asks what the official library asks, with the callback %s', async callbackUrl => {
    const answer = platform(202, taken)
    expect(await send(answer, { callbackUrl })).toEqual({ ok: true, messageId: taken.message_uuid })
    const ours = answer.requests[0]!
    const sms = new SMS({ channel: 'sms', messageType: 'text', to: '393331234567', from: '15550100000', text: message.text, clientRef: message.id })
    const more = callbackUrl && { webhookUrl: callbackUrl, webhookVersion: 'v1' }
    const theirs = await askedBy(() => new Messages({ apiKey: config.apiKey, apiSecret: config.apiSecret }).send(Object.assign(sms, more)), taken)
    expect([ours.method, ours.url]).toEqual([theirs.method, theirs.url])
    expect(JSON.parse(ours.body)).toEqual(await theirs.json())
    for (const name of ['authorization', 'content-type']) expect(ours.headers[name]).toBe(theirs.headers.get(name))
  })

  test.each<[number, string, string]>([
    [422, '1000', 'rate-limited'], [422, '1040', 'invalid-recipient'], [422, '1170', 'invalid-recipient'], [422, '1190', 'invalid-recipient'],
    [422, '1050', 'unreachable'], [422, '1180', 'unreachable'], [422, '1240', 'opted-out'], [422, '1020', 'rejected'], [422, '1210', 'rejected'],
    [403, '1060', 'misconfigured'], [402, '1070', 'misconfigured'], [422, '1120', 'misconfigured'], [422, '1160', 'misconfigured'],
    [402, 'low-balance', 'misconfigured'], [401, 'unauthorized', 'misconfigured'], [500, '1030', 'unavailable'], [422, '9999', 'rejected'],
  ])('HTTP %i with code %s is %s', async (status, code, failure) => {
    const problem = { type: `https://developer.vonage.com/api-errors/messages#${code}`, title: 'Title', detail: 'In words', instance: 'bf0ca0bf' }
    expect(await send(platform(status, problem))).toEqual({ ok: false, failure, code, detail: 'In words', ...(code === '1240' && { optedOut: 'all' }) })
  })

  test.each<[number, object | string, Partial<SendResult>]>([
    [429, '', { failure: 'rate-limited', code: null }], [401, { type: 'UNAUTHORIZED', title: 'Unauthorized' }, { failure: 'misconfigured', detail: 'Unauthorized' }],
    [502, '<html>', { failure: 'unavailable', detail: 'Vonage answered 502' }], [202, {}, { failure: 'rejected' }],
    [422, { title: 1120 }, { failure: 'misconfigured', code: '1120' }],
  ])('HTTP %i with %j', async (status, body, expected) => {
    expect(await send(platform(status, body))).toMatchObject({ ok: false, ...expected })
  })

  test('without its secrets nothing is sent', async () => {
    const failures = await failuresWithout(vonage, config, ['apiKey', 'apiSecret', 'phoneNumber'])
    expect(new Set(failures)).toEqual(new Set(['misconfigured']))
  })
})

describe('Kannel', () => {
  const config = { secret: 'k4nnel-secret-0001', sendUrl: 'http://127.0.0.1:13013/cgi-bin/sendsms', username: 'muster', password: 'foobar', phoneNumber: '12345' }
  const send = (answer: Answer, more: Partial<OutgoingMessage> = {}) => kannel.send!({ ...message, ...more }, config, answer.http)

  test('posts the text; the password is in no address, the message’s id in that for reports', async () => {
    const answer = platform(202, '0: Accepted for delivery')
    expect(await send(answer, { callbackUrl: 'https://muster.test/a%20b/webhooks/ch_1' })).toEqual({ ok: true, messageId: message.id })
    expect(answer.requests).toEqual([{
      method: 'POST', url: config.sendUrl, body: message.text,
      headers: {
        'content-type': 'text/plain; charset=UTF-8', 'x-kannel-username': 'muster', 'x-kannel-password': 'foobar', 'x-kannel-from': '12345',
        'x-kannel-to': '+393331234567', 'x-kannel-coding': '2', 'x-kannel-dlr-mask': '27',
        'x-kannel-dlr-url': `https://muster.test/a%%20b/webhooks/ch_1?secret=k4nnel-secret-0001&message=${message.id}&id=%I&from=%p&to=%P&time=%T&status=%d&reply=%A`,
      },
    }])
  })

  test('without a callback no report is asked for', async () => {
    const answer = platform(202, '3: Queued for later delivery')
    expect(await send(answer, { text: 'Plain' })).toMatchObject({ ok: true })
    expect(Object.keys(answer.requests[0]!.headers).filter(name => name.includes('dlr'))).toEqual([])
    expect(answer.requests[0]!.headers['x-kannel-coding']).toBe('0')
  })

  test('seven bits a character are for what the GSM alphabet has', () => {
    expect(['', 'Hällo è €[x] 100% ~a+b\n', '@£$¥Ç¿§'].filter(text => !isGsm(text))).toEqual([])
    expect(['😀', '日本', 'ê', 'ç', '`', '“'].filter(isGsm)).toEqual([])
  })

  test('one number a message: what could reach others is not sent', async () => {
    for (const key of ['+393331234567 +15550100001', '393331234567+15550100001', 'MyBank', '', '+', '1\r\nX-Kannel-To: 2']) {
      expect(await kannel.send!({ ...message, to: { kind: 'phone', key } }, config, nobody)).toMatchObject({ ok: false, failure: 'invalid-recipient' })
    }
  })

  test.each<[number, string, string]>([
    [403, 'Authorization failed for sendsms', 'misconfigured'], [400, 'Missing receiver number, rejected', 'invalid-recipient'],
    [400, 'Number(s) has/have been denied by white- and/or black-lists.', 'invalid-recipient'], [404, 'Unknown request.', 'misconfigured'],
    [400, 'Coding field misformed, rejected', 'rejected'], [503, 'Temporal failure, try again later.', 'unavailable'],
    [200, '<html>', 'misconfigured'], [202, 'Thanks', 'misconfigured'], [302, 'Moved', 'misconfigured'],
  ])('HTTP %i with %j is %s', async (status, text, failure) => {
    expect(await send(platform(status, `${text}\n`))).toEqual({ ok: false, failure, code: String(status), detail: text })
  })

  test('without its secrets nothing is sent', async () => {
    const failures = await failuresWithout(kannel, config, ['sendUrl', 'username', 'password', 'phoneNumber'])
    expect(new Set(failures)).toEqual(new Set(['misconfigured']))
  })
})
