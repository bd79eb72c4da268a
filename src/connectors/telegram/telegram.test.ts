import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { message, platform } from '../fake-platform.ts'
import type { OutgoingMessage, SendResult } from '../sending.ts'
import { telegram } from './telegram.ts'

const config = { botToken: '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw', secretToken: 'secret-token-of-muster_1' }
const to = { kind: 'user_id', key: '7654321098765' }

test('only the secret is accepted: no part of it, no other case, not one byte more or less', () => {
  const verify = (secret: string) => telegram.verify({
    method: 'POST', url: 'https://x.test/', headers: { 'x-telegram-bot-api-secret-token': secret }, body: Buffer.from('{}'), receivedAt: new Date(),
  }, config, new Date()).ok
  expect(verify(config.secretToken)).toBe(true)
  expect(['', ' ', config.secretToken.toUpperCase(), `${config.secretToken} `, config.secretToken.slice(1), config.secretToken.slice(0, -1)].filter(verify)).toEqual([])
  fc.assert(fc.property(fc.nat(config.secretToken.length - 1), fc.integer({ min: 33, max: 126 }), (at, code) => {
    const changed = config.secretToken.slice(0, at) + String.fromCharCode(code) + config.secretToken.slice(at + 1)
    expect(verify(changed)).toBe(changed === config.secretToken)
  }), { numRuns: 500 })
})

test('the account is the bot, whatever token it has at the time', () => {
  expect(telegram.accountKey!(config)).toBe('110201543')
})

describe('sending', () => {
  const send = (answer: ReturnType<typeof platform>, more: Partial<OutgoingMessage> = {}) => telegram.send!({ ...message, to, ...more }, config, answer.http)
  const sent = { ok: true, result: { message_id: 77, date: 1790000000, chat: { id: 7654321098765, type: 'private' }, text: 'x' } }

  test('posts text, and knows the message by chat and number as in answers to it', async () => {
    const answer = platform(200, sent)
    expect(await send(answer)).toEqual({ ok: true, messageId: '7654321098765:77' })
    const [request] = answer.requests
    expect(request).toMatchObject({ method: 'POST', url: `https://api.telegram.org/bot${config.botToken}/sendMessage` })
    expect(JSON.parse(request!.body)).toEqual({ chat_id: 7654321098765, text: message.text })
  })

  test('answers a message, if that is still there', async () => {
    const answer = platform(200, sent)
    await send(answer, { replyToId: '7654321098765:41' })
    expect(JSON.parse(answer.requests[0]!.body)).toMatchObject({ reply_parameters: { message_id: 41, allow_sending_without_reply: true } })
  })

  test.each<[number, string, string, string?]>([
    [403, 'Forbidden: bot was blocked by the user', 'opted-out', 'all'], [403, 'Forbidden: user is deactivated', 'unreachable'],
    [403, "Forbidden: bot can't initiate conversation with a user", 'unreachable'], [400, 'Bad Request: chat not found', 'invalid-recipient'],
    [400, 'Bad Request: PEER_ID_INVALID', 'invalid-recipient'], [400, 'Bad Request: message is too long', 'rejected'],
    [401, 'Unauthorized', 'misconfigured'], [404, 'Not Found', 'misconfigured'], [500, 'Internal Server Error', 'unavailable'],
  ])('HTTP %i, %s, is %s', async (status, description, failure, optedOut) => {
    expect(await send(platform(status, { ok: false, error_code: status, description })))
      .toEqual({ ok: false, failure, code: String(status), detail: description, ...(optedOut && { optedOut }) })
  })

  test.each<[number, object | string, Partial<SendResult & { ok: false }>]>([
    [429, { ok: false, error_code: 429, description: 'Too Many Requests: retry after 35', parameters: { retry_after: 35 } }, { failure: 'rate-limited', retryAfterSeconds: 35 }],
    [429, '', { failure: 'rate-limited' }], [502, '<html>', { failure: 'unavailable', detail: 'Telegram answered 502' }], [200, { ok: true }, { failure: 'rejected' }],
    [200, { ok: false, description: 'no' }, { failure: 'rejected' }],
  ])('HTTP %i with %j', async (status, body, expected) => {
    expect(await send(platform(status, body))).toMatchObject({ ok: false, ...expected })
  })
})
