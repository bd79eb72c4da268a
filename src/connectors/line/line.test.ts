import { messagingApi, validateSignature } from '@line/bot-sdk'
import * as fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { toUuid } from '../../ids.ts'
import { message, nobody, platform } from '../fake-platform.ts'
import type { SendResult } from '../sending.ts'
import { hmac } from '../signature.ts'
import { line } from './line.ts'

const config = { botUserId: 'U11111111111111111111111111111111', channelSecret: 'line-secret', channelAccessToken: 'token+/=' }
const to = { kind: 'user_id', key: 'U22222222222222222222222222222222' }

describe('the signature', () => {
  const verify = (body: string, signature: string) => line.verify({
    method: 'POST', url: 'https://x.test/?channel=other', headers: { 'x-line-signature': signature }, body: Buffer.from(body), receivedAt: new Date(),
  }, config, new Date()).ok

  test('a known one', () => {
    const body = '{"destination":"U00000000000000000000000000000000","events":[]}'
    expect(verify(body, 'jHGKsZOC9E1kyEPdnnV8KLH1Q8vYfOVKnv3CY0cnwcA=')).toBe(true)
    expect(verify(`${body} `, 'jHGKsZOC9E1kyEPdnnV8KLH1Q8vYfOVKnv3CY0cnwcA=')).toBe(false)
    // The official library decodes leniently, and would take these.
    expect(verify(body, 'jHGKsZOC9E1kyEPdnnV8KLH1Q8vYfOVKnv3CY0cnwcA')).toBe(false)
    expect(verify(body, 'jHGKsZOC9E1kyEPdnnV8KLH1Q8vYfOVKnv3CY0cnwcB=')).toBe(false)
  })

  test('agrees with the official library on any body', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (body, right) => {
      const signature = hmac('sha256', right ? config.channelSecret : 'other', body, 'base64')
      expect(verify(body, signature)).toBe(validateSignature(body, config.channelSecret, signature))
    }), { numRuns: 300 })
  })
})

describe('against the official client', () => {
  afterEach(() => void vi.unstubAllGlobals())

  /** What the library asks for; its way to the network is replaced by an answer. */
  async function askedByTheLibrary(answer: object, call: (client: messagingApi.MessagingApiClient) => Promise<unknown>) {
    let asked: Request | undefined
    vi.stubGlobal('fetch', (url: URL, init: RequestInit) => {
      asked = new Request(url, init)
      return Promise.resolve(Response.json(answer))
    })
    const result = await call(new messagingApi.MessagingApiClient({ channelAccessToken: config.channelAccessToken }))
    return { request: asked!, result }
  }

  test('a push is what the library pushes, its key our id as a UUID', async () => {
    const answer = platform(200, { sentMessages: [{ id: '461230966842064897', quoteToken: 'q' }] })
    expect(await line.send!({ ...message, to }, config, answer.http)).toEqual({ ok: true, messageId: '461230966842064897' })
    const [ours] = answer.requests
    const { request } = await askedByTheLibrary({ sentMessages: [] }, client =>
      client.pushMessage({ to: to.key, messages: [{ type: 'text', text: message.text }] }, toUuid(message.id)))
    expect({ method: ours!.method, url: ours!.url, body: JSON.parse(ours!.body) as unknown })
      .toEqual({ method: request.method, url: request.url, body: await request.json() })
    for (const name of ['authorization', 'content-type', 'x-line-retry-key']) expect(ours!.headers[name]).toBe(request.headers.get(name))
  })

  test('so is the question for a profile', async () => {
    const told = { displayName: 'Ana 📦', userId: to.key, pictureUrl: 'https://profile.test/a', statusMessage: 'Hello', language: 'it' }
    const answer = platform(200, told)
    expect(await line.fetchProfile!(to, config, answer.http)).toEqual({ name: 'Ana 📦', profilePictureUrl: 'https://profile.test/a', language: 'it' })
    const { request, result } = await askedByTheLibrary(told, client => client.getProfile(to.key))
    expect(result).toMatchObject({ displayName: 'Ana 📦' })
    const [ours] = answer.requests
    expect({ method: ours!.method, url: ours!.url, body: ours!.body }).toEqual({ method: request.method, url: request.url, body: '' })
    expect(ours!.headers.authorization).toBe(request.headers.get('authorization'))
  })
})

describe('sending', () => {
  const send = (answer: ReturnType<typeof platform>) => line.send!({ ...message, to }, config, answer.http)

  test('what an earlier attempt has sent is sent', async () => {
    const said = { message: 'The retry key is already accepted', sentMessages: [{ id: '461230966842064897', quoteToken: 'q' }] }
    expect(await send(platform(409, said))).toEqual({ ok: true, messageId: '461230966842064897' })
    expect(await send(platform(409, { message: 'The retry key is already accepted' }))).toEqual({ ok: true, messageId: message.id })
    expect(await send(platform(200, '{}'))).toEqual({ ok: true, messageId: message.id })
  })

  test.each<[number, object | string, Partial<SendResult & { ok: false }>]>([
    [400, { message: 'Failed to send messages' }, { failure: 'invalid-recipient' }],
    [400, { message: "The property, 'to', in the request body is invalid (line: -, column: -)" }, { failure: 'invalid-recipient' }],
    [400, { message: 'The request body has 1 error(s)', details: [{ message: 'May not be empty', property: 'messages[0].text' }] },
      { failure: 'rejected', detail: 'The request body has 1 error(s): messages[0].text: May not be empty' }],
    [401, { message: 'Authentication failed due to the expired access token' }, { failure: 'misconfigured', code: '401' }],
    [403, { message: 'Access to this API is not available for your account' }, { failure: 'misconfigured' }],
    [429, { message: 'You have reached your monthly limit.' }, { failure: 'misconfigured', detail: 'You have reached your monthly limit.' }],
    [429, { message: 'The API rate limit has been exceeded. Try again later.' }, { failure: 'rate-limited' }],
    [500, { message: 'Internal server error' }, { failure: 'unavailable' }], [502, '<html>', { failure: 'unavailable', detail: 'LINE answered 502' }],
    [404, '', { failure: 'rejected' }],
  ])('HTTP %i with %j', async (status, body, expected) => {
    expect(await send(platform(status, body))).toMatchObject({ ok: false, ...expected })
  })

  test('without a token nothing is sent, and nobody is asked for', async () => {
    const none = { ...config, channelAccessToken: undefined }
    expect(await line.send!({ ...message, to }, none, nobody)).toMatchObject({ ok: false, failure: 'misconfigured' })
    expect(await line.fetchProfile!(to, none, nobody)).toBeUndefined()
  })
})

test.each<[number, object | string, object | undefined]>([
  [200, { displayName: 'Ana', userId: to.key }, { name: 'Ana' }], [200, { displayName: 7, pictureUrl: '' }, undefined], [200, '[]', undefined],
  [404, { message: 'Not found' }, undefined], [500, '', undefined],
])('a profile answered %i %j', async (status, body, expected) => {
  expect(await line.fetchProfile!(to, config, platform(status, body).http)).toEqual(expected)
})
