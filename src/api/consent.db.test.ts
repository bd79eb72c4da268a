import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ChannelCreated } from '../contract/channels.ts'
import type { ConsentEvent, ConsentReceipt, ConsentReview, Keywords, KeywordTrialResult, LanguageKeywords, SendCheckResult } from '../contract/consent.ts'
import type { MessagingUser } from '../contract/messaging-users.ts'
import type { Session } from '../contract/sessions.ts'
import { toUuid } from '../ids.ts'
import { applyEvents } from '../record/apply.ts'
import { tenBusinessDaysAfter } from '../record/consent/revocation.ts'
import { byocMessage, postByoc, startMuster, type TestMuster } from '../../test/muster.ts'
import { applyConnection, received } from '../../test/record.ts'

interface Delivery {
  user: { key: string }
  message: { text: string }
}

let muster: TestMuster
let serial = 0
let platform: Server
let channel: ChannelCreated
/** What the platform was asked to deliver, in order. */
let delivered: Delivery[] = []
/** Secrets of the channels, by where they deliver. */
const secrets = new Map<string, string>()
let answerWith = { status: 200, body: '{}' }

beforeAll(async () => {
  platform = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    // each test's channel has an address of its own: what was said in the test before may come late
    new Webhook(secrets.get(request.url!)!).verify(body, request.headers as Record<string, string>)
    delivered.push(JSON.parse(body))
    response.writeHead(answerWith.status, { 'content-type': 'application/json' }).end(answerWith.body)
  }).listen(0, '127.0.0.1')
  await once(platform, 'listening')
  muster = await startMuster()
})
afterAll(async () => {
  await muster.stop()
  platform.close()
})
beforeEach(async () => {
  delivered = []
  answerWith = { status: 200, body: '{}' }
  const path = `/deliver/${serial++}`
  channel = await muster.addChannel('byoc', { deliveryUrl: `http://127.0.0.1:${(platform.address() as AddressInfo).port}${path}` })
  secrets.set(path, channel.generatedSecrets.secret!)
})

/** What was said to somebody, in order. */
const saidTo = (key: string) => delivered.filter(({ user }) => user.key === key).map(({ message }) => message.text)

async function write(key: string, text: string, more: object = {}): Promise<void> {
  const answer = await postByoc(channel, { events: [{ ...byocMessage(key, `message-${serial++}`, { text }), ...more }] })
  expect(answer.status).toBe(200)
}
const userOf = async (key: string) =>
  (await muster.api<{ items: MessagingUser[] }>('GET', `/messaging-users?channelId=${channel.id}&q=${key}`)).body.items.find(user => user.platformKey === key)!
const sessionsOf = async (user: MessagingUser) => (await muster.api<{ items: Session[] }>('GET', `/messaging-users/${user.id}/sessions`)).body.items
const ledgerOf = async (user: MessagingUser) =>
  (await muster.api<{ items: ConsentEvent[] }>('GET', `/messaging-users/${user.id}/consent-events`)).body.items
const check = async (user: MessagingUser, purpose?: string) =>
  (await muster.api<SendCheckResult>('POST', '/send-checks', { messagingUserId: user.id, ...(purpose && { purpose }) })).body
const update = (change: object) => muster.api('PATCH', `/channels/${channel.id}`, change)

test('STOP is answered once, closes the gate with the line behind it, and START opens it again', async () => {
  await write('ada', 'Hello')
  expect(await check(await userOf('ada'))).toMatchObject({ allowed: true, reasons: [], consentStatus: 'ImplicitlyOptedIn' })
  await write('ada', ' Stop! ')
  await expect.poll(() => saidTo('ada')).toEqual([expect.stringContaining('START')])
  const user = await userOf('ada')
  const [line] = await ledgerOf(user)
  expect(line).toMatchObject({ toStatus: 'OptedOut', source: 'keyword', words: ' Stop! ', purpose: 'all' })
  expect(await check(user)).toMatchObject({ allowed: false, reasons: [{ code: 'opted_out', consentEventId: line!.id }], consentEventId: line!.id })
  const refused = await muster.api('POST', '/messages', { messagingUserId: user.id, text: 'Are you sure?' })
  expect(refused).toMatchObject({ status: 409, body: { error: { code: 'send_refused', details: [{ field: 'opted_out' }] } } })

  await write('ada', 'STOP')
  await write('ada', 'start')
  await expect.poll(() => saidTo('ada').length).toBe(2) // nothing for the second STOP
  expect(await check(user)).toMatchObject({ allowed: true, consentStatus: 'ExplicitlyOptedIn' })
})

test('keyword traffic is a session of its own that waits for nobody, and ordinary words after it begin another', async () => {
  await write('bea', 'help')
  const user = await userOf('bea')
  expect((await sessionsOf(user)).map(({ status, origin }) => [status, origin])).toEqual([['Consent', 'Help']])
  await write('bea', 'Where is my parcel?')
  expect((await sessionsOf(user)).map(({ status, origin, endedBy }) => [status, origin, endedBy])).toEqual([
    ['Waiting', 'InboundInitiated', null], ['Ended', 'Help', 'System'],
  ])
  await write('bea', 'STOP')
  expect((await sessionsOf(user)).map(session => session.status)).toEqual(['Waiting', 'Ended']) // said within the open session
})

test('a redelivered keyword is answered and recorded once', async () => {
  const body = { events: [byocMessage('cleo', 'only-once', { text: 'STOP' })] }
  for (let n = 0; n < 3; n++) expect((await postByoc(channel, body)).status).toBe(200)
  await write('cleo', 'HELP')
  await expect.poll(() => saidTo('cleo')).toEqual([expect.stringContaining('START'), expect.stringContaining('question')]) // sent in order
  expect(await ledgerOf(await userOf('cleo'))).toHaveLength(1)
})

test('double opt-in takes both words; the gate stays closed in between', async () => {
  expect((await update({ consentType: 'DoubleOptIn' })).status).toBe(200)
  await write('dora', 'Hello')
  await expect.poll(() => saidTo('dora').length).toBe(1) // asked for consent
  await write('dora', 'yes') // means nothing yet
  const user = await userOf('dora')
  expect(user).toMatchObject({ consentStatus: 'ImplicitlyOptedIn', isFullyOptedIn: false })
  await write('dora', 'START')
  await expect.poll(() => saidTo('dora').at(-1)).toContain('YES')
  expect(await userOf('dora')).toMatchObject({ consentStatus: 'ExplicitlyOptedIn', isFullyOptedIn: false, consentPendingUntil: expect.any(String) })
  expect(await check(user)).toMatchObject({ allowed: false, reasons: [{ code: 'consent_too_low' }] })
  await write('dora', 'YES')
  expect(await userOf('dora')).toMatchObject({ consentStatus: 'DoublyOptedIn', isFullyOptedIn: true, consentPendingUntil: null })
  expect(await check(user)).toMatchObject({ allowed: true })
})

test('people are understood and answered in their language', async () => {
  await write('eva', 'BAJA', { user: { key: 'eva', language: 'es-MX' } })
  await expect.poll(() => saidTo('eva').length).toBe(1)
  const { body } = await muster.api<{ items: LanguageKeywords[] }>('GET', `/channels/${channel.id}/keywords`)
  const spanish = body.items.find(({ language }) => language === 'es')!
  expect(saidTo('eva')).toEqual([spanish.keywords.optOutConfirmation])
  expect(await ledgerOf(await userOf('eva'))).toMatchObject([{ language: 'es', words: 'BAJA' }])
})

test('words and replies are the channel’s own once they are set; what an active channel needs cannot be taken away', async () => {
  const { body } = await muster.api<{ items: LanguageKeywords[] }>('GET', `/channels/${channel.id}/keywords`)
  const general = body.items.find(({ language }) => language === 'general')!
  expect(general.isDefault).toBe(true)
  const own: Keywords = { ...general.keywords, custom: ['hours'], customResponse: 'We are here from 9 to 5.' }
  expect(await muster.api('PUT', `/channels/${channel.id}/keywords/general`, own)).toMatchObject({ status: 200, body: { isDefault: false } })
  await write('fay', 'Hours?')
  await expect.poll(() => saidTo('fay')).toEqual(['We are here from 9 to 5.'])

  const empty = await muster.api<{ error: { message: string } }>('PUT', `/channels/${channel.id}/keywords/general`, { ...own, optOut: [], optOutConfirmation: null })
  expect(empty).toMatchObject({ status: 409, body: { error: { message: expect.stringMatching(/opt.out/i) } } })
  await update({ isActive: false })
  expect((await muster.api('PUT', `/channels/${channel.id}/keywords/general`, { ...own, optOut: [] })).status).toBe(200)
  expect(await update({ isActive: true })).toMatchObject({ status: 409, body: { error: { message: expect.stringMatching(/opt.out/i) } } })
  expect((await muster.api('DELETE', `/channels/${channel.id}/keywords/general`)).status).toBe(204)
  expect((await update({ isActive: true })).status).toBe(200)
})

test('trying a message tells what would happen, and changes nothing', async () => {
  const trial = async (body: object) => (await muster.api<KeywordTrialResult>('POST', `/channels/${channel.id}/keyword-trials`, body)).body
  expect(await trial({ text: 'ＳＴＯＰ' })).toMatchObject({
    keyword: { kind: 'optOut' }, consentStatus: 'OptedOut', sessionStatus: 'Consent', reply: expect.any(String), isFullyOptedIn: false,
  })
  expect(await trial({ text: 'please stop texting me' })).toMatchObject({ keyword: null, revocation: { language: 'en' }, sessionStatus: 'Waiting' })
})

test('free text that reads like a revocation waits for a person, who decides it', async () => {
  await write('gina', 'please stop texting me')
  const user = await userOf('gina')
  expect(user.consentStatus).toBe('ImplicitlyOptedIn')
  const list = async (open: boolean) => (await muster.api<{ items: ConsentReview[] }>('GET', `/consent-reviews?open=${open}`)).body.items
  const review = (await list(true)).find(({ messagingUserId }) => messagingUserId === user.id)!
  expect(review).toMatchObject({ text: 'please stop texting me', decision: null })
  expect(review.dueAt).toBe(tenBusinessDaysAfter(new Date(review.flaggedAt)).toISOString())
  expect((await muster.api('PUT', `/consent-reviews/${review.id}/decision`, { decision: 'OptedOut', note: 'clear' })).status).toBe(200)
  expect((await muster.api('PUT', `/consent-reviews/${review.id}/decision`, { decision: 'NoRevocation' })).status).toBe(409)
  expect(await ledgerOf(user)).toMatchObject([{ source: 'review', toStatus: 'OptedOut', words: 'please stop texting me', note: 'clear' }, {}])
  expect((await list(true)).map(({ id }) => id)).not.toContain(review.id)
  expect((await list(false)).map(({ id }) => id)).toContain(review.id)
})

test('a marketing opt-out leaves service messages allowed', async () => {
  await write('hana', 'START')
  const user = await userOf('hana')
  expect(await check(user, 'marketing')).toMatchObject({ allowed: true })
  const stop = { type: 'consent.changed', id: 'prefs-1', occurredAt: new Date().toISOString(), user: { key: 'hana' }, status: 'OptedOut', purpose: 'marketing' }
  expect((await postByoc(channel, { events: [stop] })).status).toBe(200)
  const [line] = await ledgerOf(user)
  expect(line).toMatchObject({ purpose: 'marketing', toStatus: 'OptedOut', source: 'platform' })
  expect(await check(user, 'marketing')).toMatchObject({ allowed: false, reasons: [{ code: 'purpose_opted_out', consentEventId: line!.id }] })
  expect(await check(user, 'service')).toMatchObject({ allowed: true })
  expect(await muster.api('POST', '/send-checks', { messagingUserId: user.id, purpose: 'no-such' })).toMatchObject({ status: 400 })
})

test('purposes can be added, asked for, and stay while the ledger speaks of them', async () => {
  const surveys = { key: 'surveys', label: 'Surveys', minimumConsent: 'ExplicitOptIn' }
  expect((await muster.api('POST', '/purposes', surveys)).status).toBe(201)
  expect((await muster.api('POST', '/purposes', surveys)).status).toBe(409)
  await write('iris', 'Hello')
  const user = await userOf('iris')
  expect(await check(user, 'surveys')).toMatchObject({ allowed: false, requiredConsent: 'ExplicitOptIn' })
  const recorded = { status: 'ExplicitlyOptedIn', purpose: 'surveys', evidence: 'Web form', words: 'Yes, send me surveys' }
  expect((await muster.api('POST', `/messaging-users/${user.id}/consent-events`, recorded)).status).toBe(201)
  expect(await check(user, 'surveys')).toMatchObject({ allowed: true })
  expect((await muster.api('DELETE', '/purposes/surveys')).status).toBe(409)
})

test('a change by a person asks for evidence, names them, and cannot undo what the rules forbid', async () => {
  await write('jana', 'STOP')
  const user = await userOf('jana')
  const record = (body: object) => muster.api<ConsentEvent>('POST', `/messaging-users/${user.id}/consent-events`, body)
  expect((await record({ status: 'ExplicitlyOptedIn' })).status).toBe(400)
  expect((await record({ status: 'ImplicitlyOptedIn', evidence: 'x' })).status).toBe(409)
  expect((await record({ status: 'DoublyOptedIn', evidence: 'x' })).status).toBe(409)
  expect((await record({ status: 'Unknown', evidence: 'x' })).status).toBe(400)
  expect((await record({ status: 'OptedOut', evidence: 'x', happenedAt: '2999-01-01T00:00:00Z' })).status).toBe(400)
  expect(await ledgerOf(user)).toHaveLength(1)
  const { status, body } = await record({ status: 'ExplicitlyOptedIn', evidence: 'Phone call', note: 'asked to hear from us again' })
  expect(status).toBe(201)
  expect(body).toMatchObject({ source: 'console', actor: expect.stringMatching(/\(op_/), note: 'Phone call: asked to hear from us again', number: 2 })
})

test('a receipt tells everything one person agreed to and withdrew', async () => {
  await write('kira', 'START')
  await write('kira', 'STOP')
  const user = await userOf('kira')
  const { status, body } = await muster.api<ConsentReceipt>('GET', `/messaging-users/${user.id}/consent-receipt`)
  expect(status).toBe(200)
  expect(body).toMatchObject({ schema_version: 'ISO/IEC TS 27560:2023', pii_principal_id: user.id, purposes: [{ purpose: 'all', status: 'OptedOut' }] })
  expect(body.events.map(event => [event.event_type, event.words])).toEqual([['consent given', 'START'], ['consent withdrawn', 'STOP']])
})

test('a blocked person is not written to until the block ends', async () => {
  await write('lena', 'Hello')
  const user = await userOf('lena')
  const block = (body: object) => muster.api('PUT', `/messaging-users/${user.id}/block`, body)
  expect((await block({ reason: 'Abuse', until: '2001-01-01T00:00:00Z' })).status).toBe(400)
  expect((await block({ reason: 'Abuse' })).status).toBe(200)
  expect(await userOf('lena')).toMatchObject({ blocked: true, blockedReason: 'Abuse', blockedUntil: null })
  expect(await check(user)).toMatchObject({ allowed: false, reasons: [{ code: 'blocked', message: expect.stringContaining('Abuse') }] })
  expect((await muster.api('DELETE', `/messaging-users/${user.id}/block`)).status).toBe(204)
  expect(await check(user)).toMatchObject({ allowed: true })
})

test('an opt-out reaches as far as its channel says: here, the brand’s channels, or everywhere, by whatever the number is called', async () => {
  const sms = await muster.addChannel('sms-twilio', { accountSid: `AC${'0'.repeat(32)}`, authToken: 'f'.repeat(32), phoneNumber: '+15005550006' })
  expect(sms.id).toBeTruthy()
  const lane = await applyConnection(muster.database.connection)
  await applyEvents(lane.run, [
    received(toUuid(channel.id), '4915112345678', 'here', { user: { key: { kind: 'phone', key: '4915112345678' } } }),
    received(toUuid(sms.id), '+4915112345678', 'there'),
  ])
  await lane.end()
  const { body: { items } } = await muster.api<{ items: MessagingUser[] }>('GET', '/messaging-users?q=4915112345678')
  const here = items.find(user => user.channelId === channel.id)!
  const there = items.find(user => user.channelId === sms.id)!
  const record = (user: MessagingUser, status: string) => muster.api('POST', `/messaging-users/${user.id}/consent-events`, { status, evidence: 'test' })
  await record(there, 'ExplicitlyOptedIn')
  await record(here, 'OptedOut')
  const elsewhere = async () => (await check(there)).reasons.map(({ code }) => code).includes('opted_out_elsewhere')
  expect(await elsewhere()).toBe(false)
  await update({ optOutScope: 'brand', brand: 'Acme' })
  expect(await elsewhere()).toBe(false)
  await muster.api('PATCH', `/channels/${sms.id}`, { brand: 'Acme' })
  expect(await elsewhere()).toBe(true)
  await record(there, 'ExplicitlyOptedIn') // said yes there since
  expect(await elsewhere()).toBe(false)
  await record(here, 'OptedOut')
  await update({ optOutScope: 'everything', brand: null })
  expect(await elsewhere()).toBe(true)
})

test('an opt-out reaches the same number on another channel also where nobody can tell what number it is', async () => {
  const sms = await muster.addChannel('sms-twilio', { accountSid: `AC${'1'.repeat(32)}`, authToken: 'f'.repeat(32), phoneNumber: '+15005550007' })
  const lane = await applyConnection(muster.database.connection)
  await applyEvents(lane.run, [channel, sms].map(({ id }) => received(toUuid(id), '0320 777 888', `national-${id}`)))
  await lane.end()
  const { body: { items } } = await muster.api<{ items: MessagingUser[] }>('GET', '/messaging-users?q=0320')
  await muster.api('POST', `/messaging-users/${items.find(user => user.channelId === channel.id)!.id}/consent-events`, { status: 'OptedOut', evidence: 'test' })
  await update({ optOutScope: 'everything', brand: null })
  expect((await check(items.find(user => user.channelId === sms.id)!)).reasons.map(({ code }) => code)).toContain('opted_out_elsewhere')
})

test('a time that no calendar has is refused, and so is a place that no list has', async () => {
  await write('leap', 'Hello')
  const user = await userOf('leap')
  const answer = await muster.api('POST', `/messaging-users/${user.id}/consent-events`, { status: 'OptedOut', evidence: 'test', happenedAt: '2016-12-31T23:59:60Z' })
  expect(answer).toMatchObject({ status: 400, body: { error: { details: [{ field: 'happenedAt' }] } } })
  const cursor = (...key: unknown[]) => Buffer.from(JSON.stringify(key)).toString('base64url')
  const paths = [`/link-suggestions?cursor=${cursor(2 ** 53 - 1, '00000000-0000-0000-0000-000000000000')}`, `/messaging-users/${user.id}/consent-events?cursor=${cursor(2 ** 31)}`]
  for (const path of paths) expect((await muster.api('GET', path)).status).toBe(400)
})

test('what leaves Muster between being written and being sent is checked again', async () => {
  await write('nora', 'Hello')
  const user = await userOf('nora')
  answerWith = { status: 500, body: '{}' } // the platform is down: the message waits
  expect((await muster.api('POST', '/messages', { messagingUserId: user.id, text: 'Hi Nora' })).status).toBe(201)
  await expect.poll(() => saidTo('nora').length).toBe(1)
  await muster.api('POST', `/messaging-users/${user.id}/consent-events`, { status: 'OptedOut', evidence: 'Phone call' })
  answerWith = { status: 200, body: '{}' }
  await muster.database.pool.query('update graphile_worker._private_jobs set run_at = now()')
  const failure = async () => (await muster.api<{ items: { failure: string | null }[] }>('GET', `/messaging-users/${user.id}/messages`)).body.items[0]!.failure
  await expect.poll(failure).toMatch(/opted out/)
  expect(saidTo('nora')).toHaveLength(1)
})
