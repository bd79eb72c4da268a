import type { IncomingHttpHeaders } from 'node:http'
import { jwtVerify } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { testFiles } from '../../test/files.ts'

const settings = {
  whatsapp: { phoneNumberId: '200300400500600', appSecret: 'app', verifyToken: 'verify-me', accessToken: 'EAAG' },
  apple: { mspId: 'msp-1', businessId: '11111111-2222-4333-8444-555555555555', secret: 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTMyYiE=' },
  messenger: { pageId: '110022003300', appSecret: 'app', verifyToken: 'verify-me' },
  line: { botUserId: `U${'1'.repeat(32)}`, channelSecret: 'line-secret', channelAccessToken: 'line-token' },
  telegram: { botToken: '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw', secretToken: 'secret-token-of-muster_1' },
  'sms-twilio': { accountSid: `AC${'0'.repeat(32)}`, authToken: 'token', phoneNumber: '+15550100000' },
  'sms-telnyx': { publicKey: 'HkXPl5cl2LAavDznvHss5eLlX2xMzhMrbMtq35LcUyI=', apiToken: 'KEY0001', phoneNumber: '+15550100000' },
  'sms-vonage': { signatureSecret: 's1gnature', apiKey: 'aaa012', apiSecret: 'api-secret', phoneNumber: '+15550100000' },
}

let files: Awaited<ReturnType<typeof testFiles>>
beforeAll(async () => {
  files = await testFiles()
})
afterAll(() => files.stop())
beforeEach(() => files.begin())
afterEach(() => files.end())

test('an address on this machine or its network is not asked, unless it is where the operator delivers to', async () => {
  const talk = await files.talk('byoc', { secret: 'whsec_x', deliveryUrl: 'https://muster.test/deliver' })
  const sent = await talk.send(
    { kind: 'image', url: `https://${files.host}/` }, { kind: 'image', url: `http://${files.host}/` }, { kind: 'image', url: 'https://169.254.169.254/latest' },
    { kind: 'image', url: 'https://[::1]/' }, { kind: 'image', url: 'https://localhost/' })
  for (const file of sent) {
    expect((await files.open(file)).statusCode).toBe(409)
    expect(await talk.state(file)).toMatchObject({ state: 'Refused', reason: expect.stringMatching(/is not a public address|by https/) })
  }
  expect(files.asked).toEqual([])
})

test('what its platform keeps for a short time is fetched soon, in two steps and with the token', async () => {
  const talk = await files.talk('whatsapp', settings.whatsapp)
  await files.startJobs()
  files.answer = (request, response) => void response.end(request.url!.startsWith('/v') ? JSON.stringify({ url: 'https://lookaside.test/media?mid=1' }) : files.png)
  const [picture] = await talk.send({ kind: 'image', platformId: '1234567', mediaType: 'image/png', expires: true })
  await expect.poll(() => talk.state(picture!)).toMatchObject({ state: 'Stored' })
  expect(files.asked).toEqual([
    { path: expect.stringMatching(/^\/v[\d.]+\/1234567\?phone_number_id=200300400500600$/), authorization: 'Bearer EAAG' },
    { path: '/media?mid=1', authorization: 'Bearer EAAG' },
  ])
  expect((await files.open(picture!)).rawPayload.equals(files.png)).toBe(true)
})

test.each([
  ['that is there no more', 400, { error: { code: 100, message: 'Object does not exist' } }, 404, 'Gone'],
  ['that it does not give', 400, { error: { code: 131052, message: 'Media download error' } }, 409, 'Refused'],
  ['for another token', 401, { error: { code: 190, message: 'Token expired' } }, 503, 'Waiting'],
  ['later', 500, {}, 503, 'Waiting'],
])('a file of a platform’s own id %s', async (_what, status, body, statusCode, state) => {
  const talk = await files.talk('whatsapp', settings.whatsapp)
  const [picture] = await talk.send({ kind: 'image', platformId: '1' })
  files.answer = (_request, response) => void response.writeHead(status).end(JSON.stringify(body))
  expect((await files.open(picture!)).statusCode).toBe(statusCode)
  expect(await talk.state(picture!)).toMatchObject({ state })
})

test('a token that is missing is asked for, and the file can be had once it is there', async () => {
  const { accessToken: _none, ...config } = settings.whatsapp
  const talk = await files.talk('whatsapp', config)
  const [picture] = await talk.send({ kind: 'image', platformId: '1' })
  expect((await files.open(picture!)).json().error).toEqual({ code: 'unavailable', message: 'The channel has no access token' })
  expect(await talk.state(picture!)).toMatchObject({ state: 'Waiting' })
})

test('an MMS is fetched with the account’s token, which goes to its platform alone', async () => {
  const talk = await files.talk('sms-twilio', settings['sms-twilio'])
  const [picture, strange] = await talk.send({ kind: 'image', url: 'https://api.twilio.com/media/ME1' }, { kind: 'image', url: 'https://api.twilio.com.evil.test/ME1' })
  files.answer = (request, response) => void (request.url === '/signed' ? response.end(files.png) : response.writeHead(307, { location: '/signed' }).end())
  expect((await files.open(picture!)).statusCode).toBe(200)
  expect(files.asked[0]).toEqual({ path: '/media/ME1', authorization: `Basic ${Buffer.from(`AC${'0'.repeat(32)}:token`).toString('base64')}` })
  expect((await files.open(strange!)).statusCode).toBe(409)
  expect(files.asked).toHaveLength(2)
})

test.each(['messenger', 'sms-telnyx'] as const)('a file of %s is fetched without credentials, and gone when its address is past its time', async type => {
  const talk = await files.talk(type, settings[type])
  const url = 'https://lookaside.test/a.jpg?oh=1'
  const [picture, late] = await talk.send({ kind: 'image', url }, { kind: 'image', url })
  expect((await files.open(picture!)).rawPayload.equals(files.png)).toBe(true)
  expect(files.asked).toEqual([{ path: '/a.jpg?oh=1', authorization: undefined }])
  files.answer = (_request, response) => void response.writeHead(403).end('URL signature expired')
  expect((await files.open(late!)).statusCode).toBe(404)
  expect(await talk.state(late!)).toMatchObject({ state: 'Gone', reason: 'Its address is no longer valid (the platform answered 403)' })
})

test('Vonage’s files need no credentials, unless the application asks for a token that Muster does not have', async () => {
  const talk = await files.talk('sms-vonage', settings['sms-vonage'])
  const [picture, secured] = await talk.send({ kind: 'image', url: 'https://lookaside.test/v3/media/1' }, { kind: 'image', url: 'https://lookaside.test/v3/media/2' })
  expect((await files.open(picture!)).statusCode).toBe(200)
  files.answer = (_request, response) => void response.writeHead(401).end()
  expect((await files.open(secured!)).json().error).toMatchObject({ code: 'unavailable', message: expect.stringContaining('“Secure inbound media”') })
  expect(await talk.state(secured!)).toMatchObject({ state: 'Waiting' })
  expect(files.asked.map(({ authorization }) => authorization)).toEqual([undefined, undefined])
})

test('LINE is asked by the message’s id with the token, and again while it prepares a film', async () => {
  const talk = await files.talk('line', settings.line)
  const [film, elsewhere] = await talk.send({ kind: 'video', platformId: '500000000000000004' }, { kind: 'video', url: 'https://lookaside.test/film' })
  files.answer = (_request, response) => void response.writeHead(202).end()
  expect((await files.open(film!)).statusCode).toBe(503)
  files.answer = (_request, response) => void response.end(files.png)
  expect((await files.open(film!)).statusCode).toBe(200)
  const asked = { path: '/v2/bot/message/500000000000000004/content', authorization: 'Bearer line-token' }
  expect(files.asked).toEqual([asked, asked])
  expect((await files.open(elsewhere!)).statusCode).toBe(200)
  expect(files.asked[2]).toEqual({ path: '/film', authorization: undefined })
})

test('without a token LINE is not asked', async () => {
  const talk = await files.talk('line', { ...settings.line, channelAccessToken: undefined })
  const [film] = await talk.send({ kind: 'video', platformId: '1' })
  expect((await files.open(film!)).json().error).toEqual({ code: 'unavailable', message: 'The channel has no channel access token' })
  expect(files.asked).toEqual([])
})

test('Telegram is asked for the path, and then for the file', async () => {
  const talk = await files.talk('telegram', settings.telegram)
  const [picture] = await talk.send({ kind: 'image', platformId: 'AgAD' })
  files.answer = (request, response) =>
    void response.end(request.url!.endsWith('/getFile') ? JSON.stringify({ ok: true, result: { file_id: 'AgAD', file_path: 'photos/file 1.jpg' } }) : files.png)
  expect((await files.open(picture!)).rawPayload.equals(files.png)).toBe(true)
  expect(files.asked.map(({ path }) => path)).toEqual([`/bot${settings.telegram.botToken}/getFile`, `/file/bot${settings.telegram.botToken}/photos/file%201.jpg`])
})

test.each([
  ['that is too large for a bot', 400, 'Bad Request: file is too big', 409, 'Refused'],
  ['for another token', 401, 'Unauthorized', 503, 'Waiting'],
  ['later', 429, 'Too Many Requests: retry after 5', 503, 'Waiting'],
])('a file of Telegram’s %s', async (_what, status, description, statusCode, state) => {
  const talk = await files.talk('telegram', settings.telegram)
  const [film] = await talk.send({ kind: 'video', platformId: 'BAAD' })
  files.answer = (_request, response) => void response.writeHead(status).end(JSON.stringify({ ok: false, error_code: status, description }))
  expect((await files.open(film!)).statusCode).toBe(statusCode)
  expect(await talk.state(film!)).toMatchObject({ state, ...(state === 'Refused' && { reason: description }) })
})

const apple = { key: `00${'07'.repeat(32)}`, owner: 'M0.owner', signature: '81a0b2c4' }
const ofApple = (more = {}) => ({ kind: 'file', url: 'https://content.test/M12A', platformId: JSON.stringify({ ...apple, ...more }), mediaType: 'text/plain' } as const)

test('Apple tells where a file is, which is decrypted with the message’s key', async () => {
  const talk = await files.talk('apple', settings.apple)
  const [note] = await talk.send(ofApple())
  let headers: IncomingHttpHeaders = {}
  files.answer = (request, response) => {
    if (request.url === '/encrypted') return void response.end(Buffer.from('622882eb88', 'hex'))
    headers = request.headers
    response.end(JSON.stringify({ 'download-url': 'https://lookaside.test/encrypted' }))
  }
  expect((await files.open(note!)).body).toBe('hello')
  expect(files.asked.map(({ path }) => path)).toEqual(['/v1/preDownload', '/encrypted'])
  expect(files.asked[1]!.authorization).toBeUndefined()
  expect(headers).toMatchObject({ 'source-id': settings.apple.businessId, 'mmcs-url': 'https://content.test/M12A', 'mmcs-owner': 'M0.owner', 'mmcs-signature': 'gaCyxA==' })
  await jwtVerify(headers.authorization!.replace('Bearer ', ''), Buffer.from(settings.apple.secret, 'base64'), { issuer: 'msp-1', maxTokenAge: '1 minute' })
})

test.each([
  ['that is there no more', 404, {}, 404, 'Gone'], ['for another secret', 403, {}, 503, 'Waiting'], ['later', 503, {}, 503, 'Waiting'],
  ['with an odd key', 200, { key: '07'.repeat(32) }, 409, 'Refused'],
])('a file of Apple’s %s', async (_what, status, more, statusCode, state) => {
  const talk = await files.talk('apple', settings.apple)
  const [note] = await talk.send(ofApple(more))
  files.answer = (_request, response) => void response.writeHead(status).end()
  expect((await files.open(note!)).statusCode).toBe(statusCode)
  expect(await talk.state(note!)).toMatchObject({ state })
})
