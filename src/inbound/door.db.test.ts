import { createHmac } from 'node:crypto'
import twilio from 'twilio'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { byocMessage, postByoc, startMuster, type TestMuster } from '../../test/muster.ts'
import type { ErrorBody } from '../contract/common.ts'
import type { ChannelCreated, Reject } from '../contract/channels.ts'
import type { MessagingUser } from '../contract/messaging-users.ts'

let muster: TestMuster
let byoc: ChannelCreated
let whatsapp: ChannelCreated
beforeAll(async () => {
  muster = await startMuster()
  byoc = await muster.addChannel('byoc')
  whatsapp = await muster.addChannel('whatsapp', { phoneNumberId: '200300400500600', appSecret: 'app-secret' })
})
afterAll(() => muster.stop())

const usersOf = async (channel: { id: string }, query = '') =>
  (await muster.api<{ items: MessagingUser[] }>('GET', `/messaging-users?channelId=${channel.id}&limit=1000${query}`)).body.items
const rejectsOf = async (channel: { id: string }) => (await muster.api<{ items: Reject[] }>('GET', `/channels/${channel.id}/rejects`)).body.items
const code = async (answer: Response) => [answer.status, (await answer.json() as ErrorBody).error.code]

/** As Meta sends it: everything outside ASCII escaped, signed over exactly these bytes. */
function postWhatsapp(channel: ChannelCreated, payload: unknown, secret = 'app-secret') {
  const body = JSON.stringify(payload).replace(/[\u0080-\uffff]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  return fetch(channel.webhookUrl!, { method: 'POST', body, headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` } })
}
function whatsappMessages(people: { waId?: string; bsuid?: string; name?: string; text: string; id: string }[], phoneNumberId = '200300400500600') {
  return {
    object: 'whatsapp_business_account',
    entry: [{
      id: '1', changes: [{
        field: 'messages', value: {
          messaging_product: 'whatsapp', metadata: { display_phone_number: '15550100000', phone_number_id: phoneNumberId },
          contacts: people.map(({ waId, bsuid, name = 'Zoë 🌍' }) => ({ profile: { name }, wa_id: waId, user_id: bsuid })),
          messages: people.map(({ waId, bsuid, text, id }) => ({ from: waId, from_user_id: bsuid, id, timestamp: '1790000000', type: 'text', text: { body: text } })),
        },
      }],
    }],
  }
}

describe('what is taken in', () => {
  test('a thousand simultaneous first messages of one person make one messaging user with one open session', async () => {
    const channel = await muster.addChannel('byoc')
    const answers = await Promise.all(Array.from({ length: 1000 }, (_, n) => postByoc(channel, { events: [byocMessage('one person', `m${n}`)] })))
    expect(new Set(answers.map(answer => answer.status))).toEqual(new Set([200]))
    expect(await usersOf(channel)).toMatchObject([{ platformKey: 'one person', messageCount: 1000, sessionCount: 1 }])
    const { body } = await muster.api<{ items: unknown[] }>('GET', `/sessions?channelId=${channel.id}`)
    expect(body.items).toMatchObject([{ status: 'Waiting', endUserMessageCount: 1000 }])
  }, 60_000)

  test('a batch of a thousand, redelivered, changes nothing; messages keep their order', async () => {
    const channel = await muster.addChannel('byoc')
    const batch = { events: Array.from({ length: 1000 }, (_, n) => byocMessage(`p${n % 7}`, `m${n}`)) }
    expect((await postByoc(channel, batch)).status).toBe(200)
    const before = await usersOf(channel)
    expect(before.map(user => user.messageCount).reduce((a, b) => a + b)).toBe(1000)
    expect((await postByoc(channel, batch)).status).toBe(200)
    expect(await usersOf(channel)).toEqual(before)
  })

  test('one poison event of a batch is kept as a reject, can be replayed, and its 999 neighbours are there', async () => {
    const people = Array.from({ length: 1000 }, (_, n) => ({ waId: `3933${n}`, id: `wamid.poison${n}`, text: n === 500 ? 'half a pair \ud83d' : 'ok' }))
    expect((await postWhatsapp(whatsapp, whatsappMessages(people))).status).toBe(200)
    expect((await usersOf(whatsapp)).filter(user => user.platformKey.startsWith('3933'))).toHaveLength(999)
    const reject = (await rejectsOf(whatsapp)).find(one => one.eventId === 'wamid.poison500')!
    expect(reject.reason).toContain('surrogate')
    expect((await muster.api('POST', `/channels/${whatsapp.id}/rejects/${reject.id}/replays`)).body).toMatchObject({ outcome: expect.any(String) })
    const redelivered = await postWhatsapp(whatsapp, whatsappMessages(people))
    expect(redelivered.status).toBe(200)
    expect((await rejectsOf(whatsapp)).filter(one => one.eventId === 'wamid.poison500')).toHaveLength(1)
  })

  test('names in every script and escaped unicode under the signature', async () => {
    const name = 'Amélie 山田 😀 محمد'
    expect((await postWhatsapp(whatsapp, whatsappMessages([{ waId: '4477001', name, text: 'Привет', id: 'wamid.u1' }]))).status).toBe(200)
    expect(await usersOf(whatsapp, '&q=4477001')).toMatchObject([{ name, externalId: '+4477001', nameSource: 'platform', consentStatus: 'ImplicitlyOptedIn' }])
  })

  test('a person known only by BSUID is a first-class record, and keeps it when the number shows', async () => {
    await postWhatsapp(whatsapp, whatsappMessages([{ bsuid: 'IT.908172', text: 'hello', id: 'wamid.b1' }]))
    await postWhatsapp(whatsapp, whatsappMessages([{ bsuid: 'IT.908172', waId: '39333908', text: 'again', id: 'wamid.b2' }]))
    expect(await usersOf(whatsapp, '&q=IT.908172')).toMatchObject([{ platformKey: 'IT.908172', messageCount: 2, isoCountryCode: 'IT' }])
  })

  test('an event for another account goes to that channel, if its own secret verifies the request', async () => {
    const sameSecret = await muster.addChannel('whatsapp', { phoneNumberId: '77777', appSecret: 'app-secret' })
    const otherSecret = await muster.addChannel('whatsapp', { phoneNumberId: '88888', appSecret: 'another-secret' })
    expect((await postWhatsapp(whatsapp, whatsappMessages([{ waId: '1', text: 'x', id: 'wamid.x1' }], '77777'))).status).toBe(200)
    expect((await postWhatsapp(whatsapp, whatsappMessages([{ waId: '2', text: 'x', id: 'wamid.x2' }], '88888'))).status).toBe(200)
    expect(await usersOf(sameSecret)).toHaveLength(1)
    expect(await usersOf(otherSecret)).toHaveLength(0)
  })

  test('an SMS signed as Twilio’s own library signs', async () => {
    const channel = await muster.addChannel('sms-twilio', { accountSid: `AC${'0'.repeat(32)}`, authToken: '12345'.padEnd(32, '0'), phoneNumber: '+15550100000' })
    const fields = { MessageSid: `SM${'1'.repeat(32)}`, AccountSid: `AC${'0'.repeat(32)}`, From: '+15550100001', To: '+15550100000', Body: 'héllo 😀', NumMedia: '0', FromCountry: 'US' }
    const signature = twilio.getExpectedTwilioSignature('12345'.padEnd(32, '0'), channel.webhookUrl!, fields)
    const send = (sign: string) => fetch(channel.webhookUrl!, { method: 'POST', body: new URLSearchParams(fields), headers: { 'x-twilio-signature': sign } })
    const answer = await send(signature)
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([200, expect.stringContaining('text/xml'), expect.stringContaining('<Response')])
    expect(await usersOf(channel)).toMatchObject([{ platformKey: '+15550100001', externalId: '+15550100001', isoCountryCode: 'US' }])
    expect((await send(signature.replace(/^./, first => (first === 'A' ? 'B' : 'A')))).status).toBe(401)
  })

  test('an SMS report by GET, from who hands events over so, with the secret; HEAD is none', async () => {
    const config = { secret: 'k4nnel-secret-0001', sendUrl: 'http://127.0.0.1:1/cgi-bin/sendsms', username: 'u', password: 'p', phoneNumber: '12345' }
    const channel = await muster.addChannel('sms-kannel', config)
    const report = (secret: string, method = 'GET') =>
      fetch(`${channel.webhookUrl}?secret=${secret}&message=msg_1&id=r-1&from=%2B393331234567&to=12345&status=64`, { method })
    expect((await report('k4nnel-secret-0002')).status).toBe(401)
    expect((await report(config.secret, 'HEAD')).status).toBe(404)
    const taken = await report(config.secret)
    expect([taken.status, await taken.text()]).toEqual([200, ''])
    expect(await rejectsOf(channel)).toMatchObject([{ reason: 'Message status 64' }])
    expect((await fetch(byoc.webhookUrl!)).status).toBe(403)
  })

  test('what a platform adds to the address is no matter', async () => {
    const channel = await muster.addChannel('byoc')
    const answer = await postByoc({ ...channel, webhookUrl: `${channel.webhookUrl}/message?x=1` }, { events: [byocMessage('suffix', 'suffix-1')] })
    expect(answer.status).toBe(200)
    expect(await usersOf(channel)).toHaveLength(1)
  })

  test('three megabytes of WhatsApp', async () => {
    const people = Array.from({ length: 1000 }, (_, n) => ({ waId: `99${n}`, id: `wamid.big${n}`, text: 'x'.repeat(2600) }))
    expect((await postWhatsapp(whatsapp, whatsappMessages(people))).status).toBe(200)
    expect(await usersOf(whatsapp, '&q=990')).not.toHaveLength(0)
  })
})

test('the handshake answers the challenge as it came, and refuses a wrong token', async () => {
  const url = (token: string) => `${whatsapp.webhookUrl}?hub.mode=subscribe&hub.challenge=115%2B8&hub.verify_token=${token}`
  const answer = await fetch(url(whatsapp.generatedSecrets.verifyToken!))
  expect([answer.status, await answer.text()]).toEqual([200, '115+8'])
  expect((await fetch(url('wrong'))).status).toBe(403)
})

describe('what is refused, and changes nothing', () => {
  const body = JSON.stringify({ events: [byocMessage('refused', 'refused')] })
  const post = (url: string, headers: Record<string, string> = {}, content: string | Uint8Array = body) => fetch(url, { method: 'POST', body: content as string, headers })

  test('missing or wrong signatures: 401', async () => {
    expect(await code(await post(byoc.webhookUrl!, { 'content-type': 'application/json' }))).toEqual([401, 'invalid_signature'])
    expect(await code(await postWhatsapp(whatsapp, whatsappMessages([{ waId: '0', text: '', id: 'w' }]), 'wrong'))).toEqual([401, 'invalid_signature'])
    const other = await muster.addChannel('byoc')
    expect((await postByoc({ ...byoc, generatedSecrets: other.generatedSecrets }, body)).status).toBe(401)
  })

  test('unknown, malformed and inactive channels: 404', async () => {
    const inactive = await muster.addChannel('byoc')
    await muster.api('PATCH', `/channels/${inactive.id}`, { isActive: false })
    const unknown = byoc.webhookUrl!.replace(/ch_.*/, 'ch_01h455vb4pex5vsknk084sn02q')
    await expect.poll(async () => (await postByoc(inactive, body)).status).toBe(404)
    for (const url of [unknown, byoc.webhookUrl!.replace(/ch_.*/, 'nonsense')]) expect(await code(await post(url))).toEqual([404, 'not_found'])
  })

  test('too large: 413', async () => {
    expect(await code(await postByoc(byoc, `{"x":"${'x'.repeat(5_000_000)}"}`))).toEqual([413, 'too_large'])
  })

  test.each([
    ['no JSON', '{"events":'],
    ['another shape', '[]'],
    ['an unknown field', { events: [{ ...byocMessage('a', 'a'), extra: 1 }] }],
    ['a name of 100,000 characters', { events: [byocMessage('a', 'a', { name: 'x'.repeat(100_000) })] }],
    ['NUL in a text', { events: [byocMessage('a', 'a', { text: 'a\u0000b' })] }],
    ['half of a surrogate pair', { events: [byocMessage('a', 'a', { text: 'a\ud83d' })] }],
    ['an absurd date', { events: [{ ...byocMessage('a', 'a'), occurredAt: '+275760-09-13T00:00:00Z' }] }],
    ['a number for a text', { events: [{ ...byocMessage('a', 'a'), user: { key: 12 } }] }],
    ['an empty key', { events: [byocMessage('', 'a')] }],
  ])('%s: 400 that says why', async (_what, content) => {
    const answer = await postByoc(byoc, content)
    expect(answer.status).toBe(400)
    expect((await answer.json() as ErrorBody).error.message).not.toBe('')
  })

  test('bytes that are no UTF-8: 400', async () => {
    const bytes = Buffer.concat([Buffer.from('{"object":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')])
    const signature = createHmac('sha256', 'app-secret').update(bytes).digest('hex')
    expect((await post(whatsapp.webhookUrl!, { 'x-hub-signature-256': `sha256=${signature}` }, bytes)).status).toBe(400)
  })

  test('none of it left a trace', async () => {
    expect(await usersOf(byoc)).toEqual([])
    expect(await rejectsOf(byoc)).toEqual([])
  })
})
