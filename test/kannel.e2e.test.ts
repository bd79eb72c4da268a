import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kannel as connector } from '../src/connectors/sms/kannel/kannel.ts'
import type { ChannelCreated } from '../src/contract/channels.ts'
import { http } from '../src/outbound/http.ts'
import { en } from '../src/record/consent/default-keywords/en.ts'
import { freePort, startKannel, type Kannel } from './kannel.ts'
import { signIn } from './muster.ts'
import { startProcess, type MusterProcess } from './process.ts'
import { temporaryFolder } from './temporary-folder.ts'

const dataDir = temporaryFolder()
const [business, ana, luc] = ['12345', '+393331234567', '33612345678']
let muster: MusterProcess
let kannel: Kannel
let cookie: string
let channelId: string
let sendUrl: string
const login = { username: 'muster', password: 'foobar' }

beforeAll(async () => {
  const [port, sendPort] = [await freePort(), await freePort()]
  muster = await startProcess(dataDir, { PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}` })
  cookie = await signIn(muster.signInLink!)
  sendUrl = `http://127.0.0.1:${sendPort}/cgi-bin/sendsms`
  const channel = await api<ChannelCreated>('POST', '/channels', { type: 'sms-kannel', name: 'Gateway', config: { ...login, sendUrl, phoneNumber: business } })
  channelId = channel.body.id
  const inbound = `${channel.body.webhookUrl}?secret=${channel.body.generatedSecrets.secret}&id=%I&from=%p&to=%P&time=%T`
  kannel = await startKannel({ sendPort, inbound, ...login })
})
afterAll(async () => {
  await kannel?.stop()
  await muster?.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

async function api<T>(method: string, path: string, body?: object): Promise<{ status: number; body: T }> {
  const answer = await fetch(`${muster.url}/api/v1${path}`, {
    method, headers: { cookie, origin: muster.url, ...(body && { 'content-type': 'application/json' }) }, ...(body && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: await answer.json() as T }
}

interface Person {
  id: string
  platformKey: string
  consentStatus: string
}
interface Message {
  id: string
  text: string
  direction: string
  deliveredAt: string | null
}

/** A message goes through four processes. */
const eventually = <T>(what: () => T) => expect.poll(what, { timeout: 20_000 })
const personWith = async (number: string) =>
  (await api<{ items: Person[] }>('GET', `/messaging-users?channelId=${channelId}`)).body.items.find(({ platformKey }) => platformKey === number)
/** Oldest first. */
const messagesWith = async ({ id }: Person) => (await api<{ items: Message[] }>('GET', `/messaging-users/${id}/messages`)).body.items.toReversed()
const reply = ({ id }: Person, text: string) => api<Message>('POST', '/messages', { messagingUserId: id, text })

test('an SMS comes in, the answer goes out, and is reported delivered', async () => {
  kannel.write(ana!, business!, 'Is it on its way? è & 100% +1')
  await eventually(() => personWith(ana!)).toBeTruthy()
  const person = (await personWith(ana!))!
  expect(await messagesWith(person)).toMatchObject([{ direction: 'inbound', text: 'Is it on its way? è & 100% +1' }])

  for (const text of ['It leaves today [100%] €5', 'Ciao 😀 日本']) expect(await reply(person, text)).toMatchObject({ status: 201 })
  await eventually(() => kannel.received()).toEqual([
    { from: business, to: ana, text: 'It leaves today [100%] €5' }, { from: business, to: ana, text: 'Ciao 😀 日本' },
  ])
  const arrived = { direction: 'outbound', sentAt: expect.any(String), deliveredAt: expect.any(String), failedAt: null }
  await eventually(async () => (await messagesWith(person)).slice(1)).toMatchObject([arrived, arrived])
})

test('STOP is an opt-out, confirmed once; nothing more is sent', async () => {
  const toLuc = () => kannel.received().filter(({ to }) => to === luc).map(({ text }) => text)
  kannel.write(luc!, business!, 'Bonjour')
  await eventually(() => personWith(luc!)).toBeTruthy()
  kannel.write(luc!, business!, 'Stop')
  await eventually(async () => (await personWith(luc!))?.consentStatus).toBe('OptedOut')
  await eventually(toLuc).toEqual([en.optOutConfirmation])

  const person = (await personWith(luc!))!
  const fromLuc = async () => (await messagesWith(person)).filter(({ direction }) => direction === 'inbound').map(({ text }) => text)
  expect(await reply(person, 'Are you sure?')).toMatchObject({ status: 409 })
  kannel.write(luc!, business!, 'STOP')
  await eventually(fromLuc).toEqual(['Bonjour', 'Stop', 'STOP'])
  kannel.write(luc!, business!, 'HELP')
  // The answer to it comes after whatever else would have been said.
  await eventually(toLuc).toHaveLength(2)
  expect(toLuc()).toEqual([en.optOutConfirmation, en.helpResponse])
})

test('what Kannel refuses, it says in the words we know', async () => {
  const send = (more: object, text = 'Hello') => connector.send!(
    { id: 'msg_1', to: { kind: 'phone', key: ana! }, text, sentAt: new Date(), attemptAt: new Date() },
    { secret: 's'.repeat(16), ...login, sendUrl, phoneNumber: business!, ...more }, http,
  )
  expect(await send({ password: 'wrong' })).toEqual({ ok: false, failure: 'misconfigured', code: '403', detail: 'Authorization failed for sendsms' })
  expect(await send({ sendUrl: sendUrl.replace('sendsms', 'send') })).toEqual({ ok: false, failure: 'misconfigured', code: '404', detail: 'Unknown request.' })
})
