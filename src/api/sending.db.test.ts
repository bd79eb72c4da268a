import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startMuster, type TestMuster } from '../../test/muster.ts'
import { applyConnection, received } from '../../test/record.ts'
import type { Message } from '../contract/sessions.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { applyEvents } from '../record/apply.ts'

let muster: TestMuster
let messagingUserId: string
let serial = 0

beforeAll(async () => {
  muster = await startMuster()
})
afterAll(() => muster.stop())
beforeEach(async () => {
  const config = { phoneNumberId: `2003004005${String(serial).padStart(5, '0')}`, appSecret: 'app', verifyToken: 'verify-me', accessToken: 'EAAG' }
  messagingUserId = await personOn('whatsapp', config)
})

/** Somebody who wrote two days ago, and never since. */
async function personOn(type: string, config: Record<string, unknown> = {}, hoursAgo = 48): Promise<string> {
  const { id } = await muster.addChannel(type, config)
  const lane = await applyConnection(muster.database.connection)
  await applyEvents(lane.run, [received(toUuid(id), `+1555${serial++}`, 'in-1', { occurredAt: new Date(Date.now() - hoursAgo * 3_600_000) })])
  await lane.end()
  const { rows: [user] } = await muster.database.pool.query('select id from messaging_users where channel_id = $1', [toUuid(id)])
  return toTypeId('mu', user.id)
}
const write = (more: object) => muster.api<Message & { error: { details: { field: string; message: string }[] } }>('POST', '/messages', { messagingUserId, ...more })
const fieldsOf = async (more: object) => {
  const { status, body } = await write(more)
  return [status, ...body.error.details.map(({ field }) => field)]
}
const template = { name: 'order_update', language: 'it', components: [{ type: 'body', parameters: [{ type: 'text', text: '42' }] }] }

test('outside the reply window text is refused, and a template taken, recorded as one', async () => {
  expect(await write({ text: 'Hello again' })).toMatchObject({ status: 409, body: { error: { details: [{ field: 'reply_window_closed' }] } } })
  const said = await write({ template, purpose: 'service' })
  expect(said).toMatchObject({ status: 201, body: { type: 'template', text: null, content: template, purpose: 'service', direction: 'outbound' } })
  const { body: { items: [session] } } = await muster.api<{ items: object[] }>('GET', `/messaging-users/${messagingUserId}/sessions`)
  expect(session).toMatchObject({ preview: '[template]', agentMessageCount: 1 })
})

test('a template asks for consent like all else', async () => {
  expect(await fieldsOf({ template, purpose: 'marketing' })).toEqual([409, 'consent_too_low'])
  await muster.api('POST', `/messaging-users/${messagingUserId}/consent-events`, { status: 'ExplicitlyOptedIn', evidence: 'a form' })
  expect((await write({ template: { ...template, category: 'marketing' }, purpose: 'marketing' })).status).toBe(201)
  await muster.api('POST', `/messaging-users/${messagingUserId}/consent-events`, { status: 'OptedOut', evidence: 'a call' })
  expect(await fieldsOf({ template, purpose: 'service' })).toEqual([409, 'opted_out'])
})

test('what a template is for has to be said, and marketing is marketing', async () => {
  expect(await fieldsOf({ template })).toEqual([400, 'purpose'])
  expect(await fieldsOf({ template: { ...template, category: 'marketing' }, purpose: 'service' })).toEqual([400, 'purpose'])
})

test('what the platform would not take as a template is refused before, naming the field', async () => {
  const parameters = [{ type: 'text' }]
  const cases: [object, string][] = [
    [{ ...template, name: 'Order Update' }, 'template.name'], [{ ...template, language: 'Italian' }, 'template.language'],
    [{ name: 'order_update' }, 'template.language'], [{ ...template, to: 'me' }, 'template.to'],
    [{ ...template, components: [{ type: 'body', parameters }] }, 'template.components.0.parameters.0.text'],
  ]
  for (const [wrong, field] of cases) expect(await fieldsOf({ template: wrong, purpose: 'service' })).toContain(field)
})

test('either text or a template, and a template only where there are any', async () => {
  expect(await fieldsOf({})).toEqual([400, 'text'])
  expect(await fieldsOf({ text: 'Hello', template, purpose: 'service' })).toEqual([400, 'template'])
  messagingUserId = await personOn('byoc')
  expect(await fieldsOf({ template, purpose: 'service' })).toEqual([400, 'template'])
})

describe('late answers, where the platform lets people give them for longer', () => {
  const late = (hoursAgo: number, humanAgent?: boolean) =>
    personOn('messenger', { pageId: `1100220033${serial}`, appSecret: 'app', verifyToken: 'verify-me', pageAccessToken: 'EAAP', ...(humanAgent && { humanAgent }) }, hoursAgo)
  const closed = [409, 'reply_window_closed']

  test('an operator may, for the service of the person, once the channel’s settings say so, and for seven days', async () => {
    messagingUserId = await late(48)
    expect(await fieldsOf({ text: 'Sorry for the wait' })).toEqual(closed)
    messagingUserId = await late(48, true)
    expect((await muster.api('POST', '/send-checks', { messagingUserId })).body).toMatchObject({ allowed: true })
    expect((await write({ text: 'Sorry for the wait' })).status).toBe(201)
    await muster.api('POST', `/messaging-users/${messagingUserId}/consent-events`, { status: 'ExplicitlyOptedIn', evidence: 'a form' })
    expect(await fieldsOf({ text: 'Now cheaper', purpose: 'marketing' })).toEqual(closed)
    messagingUserId = await late(7 * 24 + 1, true)
    expect(await fieldsOf({ text: 'Sorry for the wait' })).toEqual(closed)
  })

  test('a program may not', async () => {
    messagingUserId = await late(48, true)
    const { body: { key } } = await muster.api<{ key: string }>('POST', '/api-keys', { name: 'bot', role: 'agent' })
    const answer = await fetch(`${muster.server.url}/api/v1/messages`, {
      method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: JSON.stringify({ messagingUserId, text: 'Hello' }),
    })
    expect(answer.status).toBe(409)
    expect(await answer.json()).toMatchObject({ error: { details: [{ field: 'reply_window_closed' }] } })
  })
})

test('who writes to a person at the moment the person writes does so in the session that the person has opened', async () => {
  const user = toUuid(messagingUserId)
  const { pool } = muster.database
  await pool.query(`update sessions set status = 'Ended', ended_at = now() where messaging_user_id = $1`, [user])
  const person = await pool.connect()
  await person.query('begin')
  const { rows: [session] } = await person.query<{ id: string }>(`
    insert into sessions (messaging_user_id, id, channel_id, status, origin, started_at)
    select id, gen_random_uuid(), channel_id, 'Waiting', 'InboundInitiated', now() from messaging_users where id = $1 returning id`, [user])
  const saying = write({ template, purpose: 'service' })
  await expect.poll(async () => (await pool.query(
    `select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`)).rows[0].n).toBeGreaterThan(0)
  await person.query('commit')
  person.release()
  expect(await saying).toMatchObject({ status: 201, body: { sessionId: toTypeId('ms', session!.id) } })
})
