import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { byocMessage, postByoc, startMuster, type TestMuster } from '../../test/muster.ts'
import type { ChannelCreated } from '../contract/channels.ts'
import type { ExternalReference, Link, LinkInput, UnlinkQuery } from '../contract/links.ts'
import type { HistoryEntry, MessagingUser } from '../contract/messaging-users.ts'
import type { Session } from '../contract/sessions.ts'
import { toTypeId } from '../ids.ts'

let muster: TestMuster
let channel: ChannelCreated
let user: MessagingUser
let serial = 0

beforeAll(async () => {
  muster = await startMuster()
  channel = await muster.addChannel('byoc')
})
afterAll(() => muster.stop())
beforeEach(async () => {
  const key = `person-${serial++}`
  await postByoc(channel, { events: [byocMessage(key, `m-${key}`)] })
  user = (await muster.api<{ items: MessagingUser[] }>('GET', `/messaging-users?q=${key}`)).body.items.find(one => one.platformKey === key)!
})

async function make(kind: string, more: { accountId?: string; mergedInto?: string; deleted?: boolean } = {}): Promise<string> {
  const id = uuidv7()
  if (kind === 'account') await muster.database.pool.query('insert into accounts (id, name) values ($1, $2)', [id, `Account ${id}`])
  else {
    await muster.database.pool.query(
      'insert into individuals (id, kind, name, account_id, merged_into, deleted_at) values ($1, $2, $3, $4, $5, case when $6 then now() end)',
      [id, kind, `${kind} ${id}`, more.accountId ?? null, more.mergedInto ?? null, more.deleted ?? false])
  }
  return id
}
const typeId = (kind: string, id: string) => toTypeId(kind === 'account' ? 'ac' : 'in', id)
const link = (kind: string, id: string, as = kind, more: Partial<LinkInput> = {}) =>
  muster.api<Link>('PUT', `/messaging-users/${user.id}/links/${as}`, { recordId: typeId(kind, id), reason: 'they said so', ...more })
const unlink = (kind: string, query: UnlinkQuery = {}) =>
  muster.api('DELETE', `/messaging-users/${user.id}/links/${kind}?${new URLSearchParams(query)}`)
const read = async () => (await muster.api<MessagingUser>('GET', `/messaging-users/${user.id}`)).body
const sessions = async () => (await muster.api<{ items: Session[] }>('GET', `/messaging-users/${user.id}/sessions`)).body.items
const links = async () => (await muster.api<{ items: Link[] }>('GET', `/messaging-users/${user.id}/links`)).body.items

test('a messaging user has one record of each kind; relinking ends what was there, and all of it is kept', async () => {
  const [ann, bob, lead] = [await make('contact'), await make('contact'), await make('lead')]
  expect(await link('contact', ann)).toMatchObject({ status: 200, body: { recordId: typeId('contact', ann), source: 'console', reason: 'they said so', linkedBy: expect.stringContaining('op_') } })
  await link('contact', bob)
  await link('lead', lead)
  expect(await read()).toMatchObject({ contactId: typeId('contact', bob), leadId: typeId('lead', lead), accountId: null })
  const all = await links()
  expect(all.filter(one => one.unlinkedAt === null).map(one => one.kind).toSorted()).toEqual(['contact', 'lead'])
  expect(all.find(one => one.recordId === typeId('contact', ann))).toMatchObject({ unlinkedAt: expect.any(String), unlinkReason: 'Linked to another' })
  const history = (await muster.api<{ items: HistoryEntry[] }>('GET', `/messaging-users/${user.id}/history`)).body.items
  expect(history.filter(entry => entry.field === 'contactId').map(entry => [entry.oldValue, entry.newValue])).toEqual([
    [typeId('contact', ann), typeId('contact', bob)], [null, typeId('contact', ann)],
  ])
  expect((await unlink('contact')).status).toBe(204)
  expect((await unlink('contact')).status).toBe(404)
  expect((await read()).contactId).toBeNull()
})

test('the account follows the contact, unless it was set by hand', async () => {
  const [acme, other] = [await make('account'), await make('account')]
  const [ann, bob] = [await make('contact', { accountId: acme }), await make('contact')]
  await link('contact', ann)
  expect((await read()).accountId).toBe(typeId('account', acme))
  await link('contact', bob)
  expect((await read()).accountId).toBeNull()
  await link('account', other)
  await link('contact', ann)
  expect((await read()).accountId).toBe(typeId('account', other))
  await unlink('account')
  expect((await read()).accountId).toBe(typeId('account', acme))
})

test('setting the account that follows the contact by hand keeps it when the contact changes, and says who did', async () => {
  const acme = await make('account')
  const [ann, bob] = [await make('contact', { accountId: acme }), await make('contact', { accountId: await make('account') })]
  await link('contact', ann)
  const byHand = await link('account', acme)
  expect(byHand).toMatchObject({ status: 200, body: { source: 'console', reason: 'they said so', linkedBy: expect.stringContaining('op_') } })
  await link('contact', bob)
  expect((await read()).accountId).toBe(typeId('account', acme))
  expect((await link('account', acme)).body.id, 'once more changes nothing').toBe(byHand.body.id)
  expect((await links()).filter(one => one.kind === 'account')).toMatchObject([{ unlinkedAt: null }, { source: 'contact', unlinkReason: 'Set by hand' }])
})

test('a link that ends keeps why', async () => {
  await link('contact', await make('contact'))
  expect((await unlink('contact', { reason: '' })).status).toBe(400)
  expect((await unlink('contact', { reason: 'x'.repeat(501) })).status).toBe(400)
  expect((await unlink('contact', { reason: 'It is her sister' })).status).toBe(204)
  expect(await links()).toMatchObject([{ unlinkReason: 'It is her sister', unlinkedBy: expect.stringContaining('op_'), unlinkedAt: expect.any(String) }])
})

test('a session follows the links of its person while it runs, and keeps those it ended with', async () => {
  const acme = await make('account')
  const [ann, bob, lead] = [await make('contact', { accountId: acme }), await make('contact'), await make('lead')]
  const linkedTo = { contact: (id: string) => ({ contactId: typeId('contact', id), contactName: `contact ${id}` }), nobody: { contactId: null, contactName: null } }
  const first = { ...linkedTo.contact(ann), accountId: typeId('account', acme), leadId: typeId('lead', lead) }

  await link('contact', bob)
  expect(await sessions()).toMatchObject([{ ...linkedTo.contact(bob), accountId: null, currentLinks: linkedTo.contact(bob) }])
  await unlink('contact')
  expect(await sessions()).toMatchObject([{ ...linkedTo.nobody, currentLinks: linkedTo.nobody }])
  await link('contact', ann)
  await link('lead', lead)
  expect(await sessions()).toMatchObject([{ ...first, currentLinks: first }])

  await muster.api('POST', `/sessions/${(await sessions())[0]!.id}/closure`)
  await unlink('lead')
  await postByoc(channel, { events: [byocMessage(user.platformKey, `again-${user.platformKey}`)] })
  await link('contact', bob)
  const now = { ...linkedTo.contact(bob), accountId: null, leadId: null }
  expect(await sessions()).toMatchObject([{ ...now, currentLinks: now }, { ...first, currentLinks: now }])
})

test('a session that the person ends keeps its links, too', async () => {
  const [ann, bob] = [await make('contact'), await make('contact')]
  await link('contact', ann)
  const closed = { type: 'session.closed', id: `bye-${user.platformKey}`, occurredAt: new Date().toISOString(), user: { key: user.platformKey } }
  expect((await postByoc(channel, { events: [closed] })).status).toBe(200)
  await link('contact', bob)
  expect(await sessions()).toMatchObject([{ status: 'Ended', contactId: typeId('contact', ann), currentLinks: { contactId: typeId('contact', bob) } }])
})

test.each([
  ['another kind', async () => link('lead', await make('lead'), 'contact')],
  ['a record that was deleted', async () => link('contact', await make('contact', { deleted: true }))],
  ['a record that was merged', async () => link('contact', await make('contact', { mergedInto: await make('contact') }))],
  ['a record nobody knows', async () => link('contact', uuidv7())],
  ['an account as a contact', async () => link('account', await make('account'), 'contact')],
])('%s is refused, naming the field, and nothing is half done', async (_, attempt) => {
  const before = await make('contact')
  await link('contact', before)
  expect(await attempt()).toMatchObject({ status: 400, body: { error: { details: [{ field: 'recordId' }] } } })
  expect((await read()).contactId).toBe(typeId('contact', before))
  expect(await links()).toHaveLength(1)
})

test('two people who link the same messaging user at once leave one link', async () => {
  const people = await Promise.all(Array.from({ length: 6 }, () => make('contact')))
  await Promise.all(people.map(id => link('contact', id)))
  const current = (await links()).filter(one => one.unlinkedAt === null)
  expect(current).toHaveLength(1)
  expect((await read()).contactId).toBe(current[0]!.recordId)
})

test.each([
  ['nobody', async () => null],
  ['the same', async () => {
    const before = await make('contact')
    await link('contact', before)
    return typeId('contact', before)
  }],
])('of two people who saw %s linked and link others at once, the second is told of the first', async (_, see) => {
  const replaces = await see()
  const answers = await Promise.all([await make('contact'), await make('contact')].map(id => link('contact', id, 'contact', { replaces })))
  const [first, second] = answers.toSorted((a, b) => a.status - b.status)
  const message = `Somebody else linked ${first!.body.recordName} meanwhile`
  expect(first).toMatchObject({ status: 200, body: { unlinkedAt: null } })
  expect(second).toMatchObject({ status: 409, body: { error: { code: 'conflict', message, details: [{ field: 'replaces', message }] } } })
  expect((await read()).contactId).toBe(first!.body.recordId)
  expect(await links()).toHaveLength(replaces === null ? 1 : 2)
  expect(await link('contact', await make('contact'), 'contact', { replaces: first!.body.recordId }), 'who has seen it may').toMatchObject({ status: 200 })
})

test('each of those who link at once is answered with their own link', async () => {
  // More than there are connections to the database: whoever has linked waits for the next ones before they can read.
  const people = await Promise.all(Array.from({ length: 40 }, () => make('contact')))
  const answers = await Promise.all(people.map(id => link('contact', id)))
  expect(answers.map(({ body }) => body.recordId)).toEqual(people.map(id => typeId('contact', id)))
})

test('what the caller saw and is gone, or another by now, is neither replaced nor unlinked', async () => {
  const [ann, bob] = [await make('contact'), await make('contact')]
  const seen = { recordId: typeId('contact', ann) }
  await link('contact', bob)
  expect(await unlink('contact', seen)).toMatchObject({ status: 409, body: { error: { details: [{ field: 'recordId', message: `Somebody else linked contact ${bob} meanwhile` }] } } })
  expect((await read()).contactId).toBe(typeId('contact', bob))
  expect(await link('contact', bob, 'contact', { replaces: null }), 'it is as they want it').toMatchObject({ status: 200 })
  expect((await unlink('contact', { recordId: typeId('contact', bob) })).status).toBe(204)
  expect(await link('contact', ann, 'contact', { replaces: typeId('contact', bob) })).toMatchObject({ status: 409, body: { error: { message: 'The link was ended meanwhile' } } })
  expect((await unlink('contact', seen)).status).toBe(404)
  expect((await read()).contactId).toBeNull()
})

test('references to other records are noted once, on the person or on a session of theirs', async () => {
  const path = `/messaging-users/${user.id}/external-references`
  const order = { system: 'shop', object: 'order', externalId: '4711', url: 'https://shop.example/4711' }
  const added = await muster.api<ExternalReference>('POST', path, order)
  expect(added).toMatchObject({ status: 201, body: { ...order, sessionId: null, sessionName: null } })
  expect((await muster.api('POST', path, order)).status).toBe(409)
  const [session] = await sessions()
  const onSession = { ...order, sessionId: session!.id, sessionName: session!.name }
  expect(await muster.api('POST', path, { ...order, sessionId: session!.id })).toMatchObject({ status: 201, body: onSession })
  expect((await muster.api('POST', path, { ...order, sessionId: toTypeId('ms', uuidv7()) })).status).toBe(400)
  expect((await muster.api('POST', path, { ...order, externalId: '1', url: 'javascript:alert(1)' })).status).toBe(400)
  expect((await muster.api('DELETE', `${path}/${added.body.id}`)).status).toBe(204)
  expect((await muster.api<{ items: ExternalReference[] }>('GET', path)).body.items).toMatchObject([onSession])
})
