import { afterAll, beforeAll, expect, test } from 'vitest'
import { byocMessage, postByoc, startMuster, type TestMuster } from '../../test/muster.ts'
import type { ChangeEvent } from '../contract/events.ts'

let muster: TestMuster
const stop = new AbortController()
const heard: ChangeEvent[] = []
beforeAll(async () => {
  muster = await startMuster()
  const { body: { key } } = await muster.api<{ key: string }>('POST', '/api-keys', { name: 'listener', role: 'viewer' })
  const stream = await fetch(`${muster.server.url}/api/v1/events`, { headers: { authorization: `Bearer ${key}` }, signal: stop.signal })
  void listen(stream.body!).catch(() => {})
})
afterAll(async () => {
  stop.abort()
  await muster.stop()
})

async function listen(stream: ReadableStream<Uint8Array>): Promise<void> {
  let text = ''
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const lines = text.split('\n')
    text = lines.pop()!
    heard.push(...lines.filter(line => line.startsWith('data: ')).map(line => JSON.parse(line.slice(6)) as ChangeEvent))
  }
}

const typing = (key: string, isTyping: boolean) =>
  ({ type: 'typing', id: crypto.randomUUID(), occurredAt: new Date().toISOString(), user: { key }, isTyping })

test('who is writing shows in the live stream, and nowhere in the record', async () => {
  const channel = await muster.addChannel('byoc')
  await postByoc(channel, { events: [byocMessage('ana', 'm-1')] })
  const { body: { items: [ana] } } = await muster.api<{ items: { id: string }[] }>('GET', `/messaging-users?channelId=${channel.id}`)
  const counts = async () => (await muster.database.pool.query(`
    select (select count(*) from messaging_users) as people, (select count(*) from messages) as messages, (select count(*) from inbound_events) as events,
      (select count(*) from inbound_rejects) as rejects, (select max(active_at) from messaging_user_activity) as active`)).rows[0]
  const before = await counts()

  expect((await postByoc(channel, { events: [typing('nobody', true), typing('ana', true)] })).status).toBe(200)
  const told = () => heard.filter(({ type }) => type === 'typing')
  await expect.poll(told).toEqual([{ type: 'typing', id: ana!.id, channelId: channel.id, isTyping: true }])
  expect((await postByoc(channel, { events: [typing('ana', false)] })).status).toBe(200)
  await expect.poll(() => told().at(-1)).toMatchObject({ isTyping: false })
  expect(await counts()).toEqual(before)
})
