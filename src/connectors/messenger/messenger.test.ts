import { describe, expect, test } from 'vitest'
import { message, nobody, platform } from '../fake-platform.ts'
import type { OutgoingMessage, SendResult } from '../sending.ts'
import { messenger } from './messenger.ts'

const config = { pageId: '110022003300', appSecret: 'app-secret', verifyToken: 'verify-me-please', pageAccessToken: 'EAAP' }
const to = { kind: 'psid', key: '7766554433221100' }

test('known signatures, over escaped and over plain UTF-8', () => {
  const verify = (body: string, signature: string) => messenger.verify({
    method: 'POST', url: 'https://x.test/', headers: { 'x-hub-signature-256': `sha256=${signature}` }, body: Buffer.from(body), receivedAt: new Date(),
  }, config, new Date()).ok
  expect(verify('{"t":"\\u00e9"}', 'e4420a9880830c33ad928d74825735e80ecb9a69d9cdff403d32a3d09fd559a3')).toBe(true)
  expect(verify('{"t":"é"}', '60b08663081c329f468a94d4861a19b5807e911853a08a403fc8293b4e8ee441')).toBe(true)
  expect(verify('{"t":"é"}', 'e4420a9880830c33ad928d74825735e80ecb9a69d9cdff403d32a3d09fd559a3')).toBe(false)
})

describe('sending', () => {
  const send = (answer: ReturnType<typeof platform>, more: Partial<OutgoingMessage> = {}) => messenger.send!({ ...message, to, ...more }, config, answer.http)

  test('posts text as the Send API takes it, and what tells its echo from others', async () => {
    const answer = platform(200, { recipient_id: to.key, message_id: 'm_OUT' })
    expect(await send(answer)).toEqual({ ok: true, messageId: 'm_OUT' })
    const [request] = answer.requests
    expect(request).toMatchObject({ method: 'POST', headers: { authorization: 'Bearer EAAP', 'content-type': 'application/json' } })
    expect(request!.url).toMatch(/^https:\/\/graph\.facebook\.com\/v\d+\.0\/110022003300\/messages$/)
    expect(JSON.parse(request!.body)).toEqual({
      recipient: { id: to.key }, messaging_type: 'RESPONSE', message: { text: message.text, metadata: message.id },
    })

    await send(answer, { isLateAnswer: true })
    expect(JSON.parse(answer.requests[1]!.body)).toEqual({
      recipient: { id: to.key }, messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT', message: { text: message.text, metadata: message.id },
    })

    const echo = { sender: { id: config.pageId }, recipient: { id: to.key }, timestamp: 1790000000321, message: { mid: 'm_OUT', is_echo: true, text: message.text, metadata: message.id } }
    const body = Buffer.from(JSON.stringify({ object: 'page', entry: [{ id: config.pageId, messaging: [echo] }] }))
    expect(messenger.parse({ method: 'POST', url: '', headers: {}, body, receivedAt: new Date() })).toMatchObject([{ kind: 'message.status', messageId: 'm_OUT' }])
  })

  test.each<[number, number | undefined, string]>([
    [10, 2018278, 'window-closed'], [10, 2018065, 'window-closed'], [10, 2534022, 'window-closed'], [10, 1893063, 'misconfigured'], [10, undefined, 'misconfigured'],
    [100, 2018001, 'invalid-recipient'], [100, 2018276, 'rejected'], [100, undefined, 'rejected'], [551, 1545041, 'unreachable'], [551, undefined, 'unreachable'],
    [200, 1545041, 'unreachable'], [10, 2018108, 'unreachable'], [2, undefined, 'unavailable'], [1200, undefined, 'unavailable'],
    [190, 463, 'misconfigured'], [200, undefined, 'misconfigured'], [230, undefined, 'misconfigured'], [368, undefined, 'misconfigured'],
    [4, undefined, 'rate-limited'], [17, undefined, 'rate-limited'], [32, undefined, 'rate-limited'], [613, undefined, 'rate-limited'], [999999, 5, 'rejected'],
  ])('code %i, subcode %s is %s', async (code, subcode, failure) => {
    const error = { message: `(#${code}) In words`, type: 'OAuthException', code, ...(subcode && { error_subcode: subcode }), fbtrace_id: 'A' }
    expect(await send(platform(400, { error }))).toEqual({ ok: false, failure, code: subcode ? `${code}/${subcode}` : String(code), detail: `(#${code}) In words` })
  })

  test.each<[number, object | string, Partial<SendResult>]>([
    [429, '', { failure: 'rate-limited', code: null }], [401, { error: { message: 'Bad token' } }, { failure: 'misconfigured', detail: 'Bad token' }],
    [500, '<html>', { failure: 'unavailable', detail: 'Meta answered 500' }], [200, {}, { failure: 'rejected' }], [400, { error: { code: 'constructor' } }, { failure: 'rejected' }],
  ])('HTTP %i with %j', async (status, body, expected) => {
    expect(await send(platform(status, body))).toMatchObject({ ok: false, ...expected })
  })

  test('shows that somebody is writing, as a sender action', async () => {
    const answer = platform(200, { recipient_id: to.key })
    expect(await messenger.typing!({ id: 'x', to, at: message.attemptAt }, config, answer.http)).toMatchObject({ status: 200 })
    expect(answer.requests[0]).toMatchObject({ method: 'POST', headers: { authorization: 'Bearer EAAP' } })
    expect(JSON.parse(answer.requests[0]!.body)).toEqual({ recipient: { id: to.key }, sender_action: 'typing_on' })
  })

  test('without an access token nothing is sent, and nobody is asked for', async () => {
    const none = { ...config, pageAccessToken: undefined }
    expect(await messenger.typing!({ id: 'x', to, at: message.attemptAt }, none, nobody)).toBeUndefined()
    expect(await messenger.send!(message, none, nobody)).toMatchObject({ ok: false, failure: 'misconfigured' })
    expect(await messenger.fetchProfile!(to, none, nobody)).toBeUndefined()
  })
})

describe('the profile', () => {
  const profile = (answer: ReturnType<typeof platform>) => messenger.fetchProfile!(to, config, answer.http)

  test('is name and picture; the token is not in the address', async () => {
    const answer = platform(200, { first_name: 'Ana', last_name: 'Rossi', profile_pic: 'https://pics.test/ana.jpg', id: to.key })
    expect(await profile(answer)).toEqual({ name: 'Ana Rossi', profilePictureUrl: 'https://pics.test/ana.jpg' })
    const [request] = answer.requests
    expect(request).toMatchObject({ method: 'GET', headers: { authorization: 'Bearer EAAP' }, body: '' })
    expect(request!.url).toMatch(/^https:\/\/graph\.facebook\.com\/v\d+\.0\/7766554433221100\?fields=first_name,last_name,profile_pic$/)
  })

  test.each<[number, object | string, object | undefined]>([
    [200, { first_name: 'Ana' }, { name: 'Ana' }], [200, { profile_pic: 'https://p.test' }, { profilePictureUrl: 'https://p.test' }], [200, { id: to.key }, undefined],
    [200, { first_name: 7, last_name: null }, undefined], [400, { error: { code: 100, error_subcode: 33 } }, undefined], [500, '<html>', undefined],
  ])('HTTP %i with %j', async (status, body, expected) => {
    expect(await profile(platform(status, body))).toEqual(expected)
  })
})
