import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { client, xml, type Client, type Element } from '@xmpp/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ChannelCreated } from '../src/contract/channels.ts'
import type { Message } from '../src/contract/sessions.ts'
import { freePort } from './kannel.ts'
import { startMuster, type TestMuster } from './muster.ts'
import { startProsody, type Prosody } from './prosody.ts'

const RECEIPTS = 'urn:xmpp:receipts'
let prosody: Prosody
let muster: TestMuster
let connector: ChildProcess
let ana: Client
let channel: ChannelCreated
let port: number
const received: Element[] = []

beforeAll(async () => {
  port = await freePort()
  ;[prosody, muster] = await Promise.all([startProsody({ shop: 'a password', ana: 'another' }), startMuster()])
  channel = await muster.addChannel('byoc', { deliveryUrl: `http://127.0.0.1:${port}/` })
  connector = await startConnector()
  ana = client({ service: prosody.service, domain: 'localhost', username: 'ana', password: 'another' })
  ana.on('error', () => {})
  ana.on('stanza', stanza => void (stanza.is('message') && received.push(stanza)))
  await ana.start()
  await ana.send(xml('presence'))
})
afterAll(async () => {
  await ana?.stop()
  await stopConnector()
  await muster?.stop()
  await prosody?.stop()
})

async function startConnector(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['docs/examples/xmpp-connector.js'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env, MUSTER_URL: channel.webhookUrl!, MUSTER_SECRET: channel.generatedSecrets.secret!, PORT: String(port),
      XMPP_SERVICE: prosody.service, XMPP_DOMAIN: 'localhost', XMPP_USER: 'shop', XMPP_PASSWORD: 'a password',
    },
  })
  await once(createInterface(child.stdout), 'line') // Connected
  return child
}
async function stopConnector(): Promise<void> {
  const exited = once(connector, 'exit')
  connector.kill('SIGKILL')
  await exited
}

/** A message goes through four processes. */
const eventually = <T>(what: () => T) => expect.poll(what, { timeout: 20_000 })
const write = (id: string, text: string) => ana.send(xml('message', { type: 'chat', to: 'shop@localhost', id }, xml('body', {}, text)))
const people = async () => (await muster.api<{ items: { id: string; name: string; platformKey: string }[] }>('GET', `/messaging-users?channelId=${channel.id}`)).body.items
const messages = async () => (await muster.api<{ items: Message[] }>('GET', `/messaging-users/${(await people())[0]?.id}/messages`)).body.items
const texts = () => received.map(stanza => stanza.getChildText('body'))

test('what somebody writes over XMPP is in the record, the answer reaches them, and their client says so', async () => {
  await write('x-1', 'Is my order on its way? 😀')
  await eventually(people).toMatchObject([{ platformKey: 'ana@localhost', name: 'ana' }])
  await eventually(messages).toMatchObject([{ direction: 'inbound', text: 'Is my order on its way? 😀', platformMessageId: 'ana@localhost/x-1' }])

  const messagingUserId = (await people())[0]!.id
  const { status, body: said } = await muster.api<Message>('POST', '/messages', { messagingUserId, text: 'It leaves <today> & tomorrow' })
  expect(status).toBe(201)
  await eventually(texts).toEqual(['It leaves <today> & tomorrow'])
  expect(received[0]!.attrs).toMatchObject({ id: said.id, from: expect.stringMatching(/^shop@localhost/) })
  expect(received[0]!.getChild('request', RECEIPTS)).toBeDefined()

  await ana.send(xml('message', { to: 'shop@localhost', id: 'x-2' }, xml('received', { xmlns: RECEIPTS, id: said.id })))
  await eventually(async () => (await messages()).find(({ id }) => id === said.id)?.deliveredAt).toEqual(expect.any(String))
  expect(await messages()).toHaveLength(2)
})

test('while the connector is away nothing is lost, in either direction', async () => {
  const from = received[0]!.attrs.from!
  await stopConnector()
  const ping = () => ana.iqCaller.request(xml('iq', { type: 'get', to: from }, xml('ping', { xmlns: 'urn:xmpp:ping' })), 1_000)
  // Until the XMPP server has noticed, it would hand the message to who is gone, and nobody would have it.
  await eventually(() => ping().catch(({ condition }: { condition?: string }) => condition)).toBe('service-unavailable')
  await write('x-3', 'Are you there?') // the XMPP server keeps it
  const messagingUserId = (await people())[0]!.id
  received.length = 0
  expect((await muster.api('POST', '/messages', { messagingUserId, text: 'Still here' })).status).toBe(201)
  const attempts = async () => (await muster.database.pool.query('select 1 from graphile_worker.jobs where attempts > 0 and locked_at is null')).rowCount
  await eventually(attempts).toBe(1)
  connector = await startConnector()
  await eventually(texts).toEqual(['Still here'])
  await eventually(async () => (await messages()).map(({ text }) => text)).toContain('Are you there?')
})
