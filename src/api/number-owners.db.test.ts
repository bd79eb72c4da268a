import type { Static } from 'typebox'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testApi, type TestApi } from '../../test/api.ts'
import { applyConnection, makeChannel, received } from '../../test/record.ts'
import type { Individual } from '../contract/individuals.ts'
import type { Link, LinkRule, LinkSuggestion } from '../contract/links.ts'
import type { Alias, HistoryEntry, MessagingUser, ReassignmentResult } from '../contract/messaging-users.ts'
import type { Message, Session } from '../contract/sessions.ts'
import { toTypeId } from '../ids.ts'
import { applyEvents } from '../record/apply.ts'
import { applyLinkRules, deleteLinkRule, setLinkRule } from '../record/link-rules.ts'
import { toUuid } from '../ids.ts'

let api: TestApi
let connection: Awaited<ReturnType<typeof applyConnection>>
let channelId: string
let serial = 10
beforeAll(async () => {
  api = await testApi()
  connection = await applyConnection(api.database.connection)
  channelId = await makeChannel(api.database.pool)
  await setLinkRule(api.database.pool, { channelType: '*', kind: 'contact', isActive: true, matchOn: ['phone'], externalIdSystem: null, whenNone: 'prompt', whenOne: 'auto' })
})
afterAll(async () => {
  await connection.end()
  await api.stop()
})

const call = async <T>(method: 'GET' | 'POST' | 'PUT', url: string, body?: object) => {
  const answer = await api.call(method, `/api/v1${url}`, body)
  return { status: answer.statusCode, body: answer.json() as T }
}
const listed = async <T>(url: string) => (await call<{ items: T[] }>('GET', url)).body.items
const newNumber = () => `+49151234567${serial++}`
const write = (number: string) => applyEvents(connection.run, [received(channelId, number, uuidv7())])
const owners = async (number: string) =>
  (await listed<MessagingUser>(`/messaging-users?q=${encodeURIComponent(number)}`)).toSorted((a, b) => (a.id < b.id ? -1 : 1))
const link = async (user: MessagingUser) => {
  await applyLinkRules(api.database.pool, [toUuid(user.id)])
  return (await call<MessagingUser>('GET', `/messaging-users/${user.id}`)).body.contactId
}
const contact = async (number: string, more = {}) =>
  (await call<Individual>('POST', '/individuals', { kind: 'contact', name: `Ann ${number}`, phones: [{ number, ...more }] })).body

test('a number that is given to somebody else begins anew, and what was said stays with who said it', async () => {
  const number = newNumber()
  const ann = await contact(number)
  await write(number)
  const [old] = await owners(number)
  expect(await link(old!)).toBe(ann.id)
  const ledger = await listed(`/messaging-users/${old!.id}/consent-events`)
  const answer = await call<{ identifiers: object[] }>('POST', `/messaging-users/${old!.id}/reassignment`, { note: 'Letter from the carrier' })
  expect(answer).toMatchObject({ status: 200, body: { identifiers: [{ kind: 'phone', key: number }], sharedPhoneCount: 1 } })
  expect(await listed<Alias>(`/messaging-users/${old!.id}/aliases`)).toMatchObject([{ key: number, until: expect.any(String), evidence: expect.stringContaining('Letter from the carrier') }])
  expect(await listed<Session>(`/messaging-users/${old!.id}/sessions`)).toMatchObject([{ status: 'Ended', endedBy: 'System' }])
  expect(await listed<HistoryEntry>(`/messaging-users/${old!.id}/history`)).toContainEqual(expect.objectContaining({ field: 'addresses', oldValue: [number], newValue: [] }))
  expect(api.published).toContainEqual({ type: 'messaging-user', id: old!.id, channelId: toTypeId('ch', channelId) })

  await write(number)
  const [same, fresh, ...more] = await owners(number)
  expect(more).toEqual([])
  expect(same!.id).toBe(old!.id)
  expect(fresh).toMatchObject({ platformKey: number, contactId: null, messageCount: 1 })
  expect(await listed(`/messaging-users/${fresh!.id}/consent-events`), 'the consent of the new owner begins with their own message').toHaveLength(1)
  expect(await listed(`/messaging-users/${old!.id}/consent-events`)).toEqual(ledger)
  expect(await listed<Message>(`/messaging-users/${old!.id}/messages`)).toHaveLength(1)
  expect(await listed<Link>(`/messaging-users/${old!.id}/links`)).toMatchObject([{ recordId: ann.id, unlinkedAt: null }])
  expect(await link(fresh!), 'the former owner’s contact is not theirs').toBeNull()
  const checked = (await call<{ reasons: { code: string }[] }>('POST', '/send-checks', { messagingUserId: old!.id })).body
  expect(checked.reasons.map(reason => reason.code)).toContain('no_address')
  expect((await call<{ reasons: { code: string }[] }>('POST', '/send-checks', { messagingUserId: fresh!.id })).body.reasons.map(reason => reason.code)).not.toContain('no_address')
})

test('nobody else who has the number is linked to its new owner either', async () => {
  const number = newNumber()
  await write(number)
  const [old] = await owners(number)
  const suggested = await contact(number)
  expect((await call('POST', `/messaging-users/${old!.id}/reassignment`, {})).body).toMatchObject({ sharedPhoneCount: 1 })
  await write(number)
  const fresh = (await owners(number))[1]!
  expect(await link(fresh)).toBeNull()
  const suggestions = await listed<LinkSuggestion>(`/link-suggestions?messagingUserId=${fresh.id}`)
  expect(suggestions.map(({ recordId }) => recordId), 'a person may still say that it is them').toEqual([suggested.id])
})

test('where a rule makes contacts, the old and the new owner get one each', async () => {
  const number = newNumber()
  await write(number)
  await call('POST', `/messaging-users/${(await owners(number))[0]!.id}/reassignment`, {})
  await write(number)
  const both = await owners(number)
  const rule = { channelType: 'byoc', kind: 'contact', isActive: true, matchOn: ['phone'], externalIdSystem: null, whenNone: 'create', whenOne: 'auto' } satisfies LinkRule
  await setLinkRule(api.database.pool, rule)
  await applyLinkRules(api.database.pool, both.map(({ id }) => toUuid(id)))
  await deleteLinkRule(api.database.pool, rule.channelType, rule.kind)
  const contacts = (await owners(number)).map(({ contactId }) => contactId)
  expect(contacts).toEqual([expect.any(String), expect.any(String)])
  expect(contacts[0]).not.toBe(contacts[1])
})

test('on other channels the number stays whose it was, and whoever gives it away is told of them', async () => {
  const number = newNumber()
  const elsewhere = await makeChannel(api.database.pool, `Elsewhere ${number}`)
  const ann = await contact(number)
  await write(number)
  await applyEvents(connection.run, [received(elsewhere, number, uuidv7(), { profile: { name: 'Ann elsewhere' } })])
  const [here, there] = await owners(number)
  expect(await link(there!)).toBe(ann.id)
  const reassign = async (id: string) => (await call<Static<typeof ReassignmentResult>>('POST', `/messaging-users/${id}/reassignment`, {})).body.alsoAt
  expect(await reassign(here!.id)).toEqual([{ messagingUserId: there!.id, channelName: `Elsewhere ${number}`, name: 'Ann elsewhere' }])
  expect((await call<MessagingUser>('GET', `/messaging-users/${there!.id}`)).body.contactId).toBe(ann.id)
  expect((await listed<Alias>(`/messaging-users/${there!.id}/aliases`))[0]!.until).toBeNull()
  expect(await reassign(there!.id), 'who has lost the number is not named').toEqual([])
})

test('what cannot be is refused with words', async () => {
  const number = newNumber()
  await write(number)
  const [user] = await owners(number)
  const reassign = (id: string, body = {}) => call('POST', `/messaging-users/${id}/reassignment`, body)
  expect(await reassign(user!.id, { at: '2999-01-01T00:00:00Z' })).toMatchObject({ status: 400, body: { error: { details: [{ field: 'at' }] } } })
  expect((await reassign(toTypeId('mu', uuidv7()))).status).toBe(404)
  const answers = await Promise.all([1, 2, 3].map(() => reassign(user!.id)))
  expect(answers.map(({ status }) => status).toSorted(), 'of several at once one does it').toEqual([200, 409, 409])
})

test('messages that come while the number changes hands each belong to one of the two', async () => {
  const number = newNumber()
  await write(number)
  const [user] = await owners(number)
  const lanes = await Promise.all([1, 2, 3].map(() => applyConnection(api.database.connection)))
  await Promise.all([
    call('POST', `/messaging-users/${user!.id}/reassignment`, {}),
    ...lanes.map(lane => applyEvents(lane.run, [received(channelId, number, uuidv7())])),
  ])
  await Promise.all(lanes.map(lane => lane.end()))
  await write(number)
  const all = await owners(number)
  expect(all).toHaveLength(2)
  expect(all.reduce((sum, one) => sum + one.messageCount, 0)).toBe(5)
  expect((await listed<Alias>(`/messaging-users/${all[1]!.id}/aliases`)).filter(alias => alias.until === null)).toHaveLength(1)
})

test('nobody is linked by a rule to a shared number, whichever side says so', async () => {
  const [mine, theirs] = [newNumber(), newNumber()]
  await contact(mine)
  await contact(theirs, { isShared: true })
  await write(mine)
  await write(theirs)
  const [[first], [second]] = [await owners(mine), await owners(theirs)]
  expect(await call('PUT', `/messaging-users/${first!.id}/shared`, { isShared: true })).toEqual({ status: 200, body: { isShared: true } })
  expect((await call<MessagingUser>('GET', `/messaging-users/${first!.id}`)).body.isShared).toBe(true)
  expect(await link(first!)).toBeNull()
  expect(await link(second!)).toBeNull()
  expect((await listed<HistoryEntry>(`/messaging-users/${first!.id}/history`))[0]).toMatchObject({ field: 'isShared', oldValue: false, newValue: true })
  await call('PUT', `/messaging-users/${first!.id}/shared`, { isShared: false })
  await api.database.pool.query('delete from link_suggestions')
  expect(await link(first!)).not.toBeNull()
})
