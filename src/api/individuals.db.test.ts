import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { uuidv7 } from 'uuidv7'
import { bearer, testApi, type TestApi } from '../../test/api.ts'
import { applyConnection, makeChannel, received } from '../../test/record.ts'
import { Account, Individual } from '../contract/individuals.ts'
import { applyEvents } from '../record/apply.ts'
import { toTypeId, toUuid } from '../ids.ts'

let api: TestApi
beforeAll(async () => {
  api = await testApi()
})
afterAll(() => api.stop())

const root = '/api/v1/individuals'
const create = async (body: object): Promise<Individual> => {
  const response = await api.call('POST', root, { kind: 'contact', ...body })
  expect(response.statusCode, response.body).toBe(201)
  return response.json()
}
const account = async (body: object): Promise<Account> => (await api.call('POST', '/api/v1/accounts', body)).json()
const change = async (id: string, body: object) => (await api.call('PATCH', `${root}/${id}`, body)).json()
const namesFor = async (query: Record<string, string>) =>
  (await api.call('GET', `${root}?${new URLSearchParams(query)}`)).json().items.map(({ name }: Individual) => name)
const keysOf = (item: object) => Object.keys(item).toSorted()

describe('creating', () => {
  test('keeps all that is given, and shows what the contract says', async () => {
    const acme = await account({ name: 'Acme' })
    const created = await create({
      firstName: 'Paula', lastName: 'Nunes', accountId: acme.id, language: 'pt-BR', isoCountryCode: 'BR', attributes: { tier: 'gold', children: 2, left: null },
      phones: [{ number: '(11) 98765-4321', label: 'mobile', isVerified: true }, { number: '+44 20 7946 0958', isShared: true }],
      emails: [{ email: 'Paula.Nunes@example.com', isVerified: true }, { email: 'p@example.org', label: 'home' }],
      externalIds: [{ system: 'sap', externalId: '4711' }, { system: 'crm', externalId: 'A/ß 1' }],
    })
    expect(keysOf(created)).toEqual(keysOf(Individual.properties))
    expect(created).toMatchObject({
      name: 'Paula Nunes', accountName: 'Acme', attributes: { tier: 'gold', children: 2 }, messagingUserCount: 0, convertedInto: null,
      phones: [
        { number: '(11) 98765-4321', e164: '+5511987654321', label: 'mobile', isVerified: true, isShared: false },
        { number: '+44 20 7946 0958', e164: '+442079460958', label: null, isVerified: false, isShared: true },
      ],
      emails: [{ email: 'Paula.Nunes@example.com', label: null, isVerified: true }, { email: 'p@example.org', label: 'home', isVerified: false }],
      externalIds: [{ system: 'crm', externalId: 'A/ß 1' }, { system: 'sap', externalId: '4711' }],
    })
    expect(created.attributes).not.toHaveProperty('left')
    expect((await api.call('GET', `${root}/${created.id}`)).json()).toEqual(created)
    expect(api.published).toContainEqual({ type: 'individual', id: created.id })
    const { rows } = await api.database.pool.query('select match_key from individual_phones where individual_id = $1 order by id', [toUuid(created.id)])
    expect(rows.map(row => row.match_key), 'the 9 of Brazil is for comparing left out').toEqual(['+551187654321', '+442079460958'])
  })

  test('drops what is given twice', async () => {
    const { phones, emails } = await create({
      name: 'Twice', phones: [{ number: '+44 20 7946 0958' }, { number: '+442079460958' }], emails: [{ email: 'a@example.com' }, { email: 'A@example.com' }],
    })
    expect(phones.map(phone => phone.number)).toEqual(['+44 20 7946 0958'])
    expect(emails.map(({ email }) => email)).toEqual(['a@example.com'])
  })

  test.each([
    [{}, 'name'],
    [{ name: '   ' }, 'name'],
    [{ name: 'x'.repeat(300) }, 'name'],
    [{ name: 'A', kind: 'customer' }, 'kind'],
    [{ name: 'A', kind: undefined }, 'kind'],
    [{ name: 'A', nickname: 'B' }, 'nickname'],
    [{ name: 'A', emails: [{ email: 'nobody' }] }, 'emails.0.email'],
    [{ name: 'A', phones: [{ number: '1' }] }, 'phones.0.number'],
    [{ name: 'A', isoCountryCode: 'Brazil' }, 'isoCountryCode'],
    [{ name: 'A', accountId: 'in_01jd3m5xe8f4kvh2n6q9rstvwx' }, 'accountId'],
    [{ name: 'A', accountId: toTypeId('ac', uuidv7()) }, 'accountId'],
    [{ name: 'A', kind: 'lead', accountId: toTypeId('ac', uuidv7()) }, 'accountId'],
    [{ name: 'A', externalIds: [{ system: 'SAP!', externalId: '1' }] }, 'externalIds.0.system'],
    [{ name: 'A', attributes: { list: [1] } }, 'attributes.list'],
  ])('refuses %j', async (body, field) => {
    const response = await api.call('POST', root, { kind: 'contact', ...body })
    expect(response.statusCode).toBe(400)
    expect(response.json().error.details[0].field).toBe(field)
  })

  test.each([{ name: 'A\u0000B' }, { name: 'A', attributes: { a: '\u0000' } }, { name: 'A', attributes: { a: '\ud800' } },
    { name: 'A', phones: [{ number: '123\u0000' }] }, { name: 'A', externalIds: [{ system: 'x', externalId: '\u0000' }] }])('refuses what cannot be stored: %j', async (body) => {
    expect((await api.call('POST', root, { kind: 'contact', ...body })).statusCode).toBe(400)
  })
})

describe('changing', () => {
  test('changes what is given and leaves the rest', async () => {
    const before = await create({
      firstName: 'Eva', lastName: 'Maier', phones: [{ number: '+49 170 1234567', label: 'mobile', isVerified: true }], attributes: { a: 1, b: 'x' },
      emails: [{ email: 'eva@example.com', isVerified: true }],
    })
    const married = await change(before.id, { lastName: 'Maier-Lang' })
    expect(married).toEqual({ ...before, name: 'Eva Maier-Lang', lastName: 'Maier-Lang', updatedAt: married.updatedAt })
    expect(Date.parse(married.updatedAt)).toBeGreaterThan(Date.parse(before.updatedAt))
    const named = await change(before.id, { name: 'Dr. Eva' })
    expect((await change(before.id, { firstName: 'Ewa' })).name, 'a name of its own stays').toBe(named.name)
    expect((await change(before.id, { attributes: { a: null, c: true } })).attributes).toEqual({ b: 'x', c: true })
    const { phones } = await change(before.id, { phones: [{ number: '0049 30 123456' }, { number: '+491701234567', isShared: true }] })
    expect(phones, 'what was known of a number stays with it').toEqual([
      { number: '0049 30 123456', e164: '+4930123456', label: null, isVerified: false, isShared: false },
      { number: '+491701234567', e164: '+491701234567', label: 'mobile', isVerified: true, isShared: true },
    ])
    expect((await change(before.id, { emails: [] })).emails).toEqual([])
  })

  test('a country gives meaning to national numbers', async () => {
    const { id, phones } = await create({ name: 'National', phones: [{ number: '0170 1234567' }] })
    expect(phones[0]!.e164).toBeNull()
    expect((await change(id, { isoCountryCode: 'DE' })).phones[0].e164).toBe('+491701234567')
  })

  test('what changes nothing is no change', async () => {
    const before = await create({ name: 'Still', phones: [{ number: '+44 20 7946 0958' }], attributes: { z: 1, a: 2.5 }, externalIds: [{ system: 'still', externalId: '1' }] })
    const count = api.published.length
    const { name, phones, attributes, externalIds } = before
    expect(await change(before.id, { name, phones: phones.map(({ number }) => ({ number })), attributes, externalIds })).toEqual(before)
    expect(api.published).toHaveLength(count)
  })

  test('the kind stays', async () => {
    const { id } = await create({ name: 'Lead', kind: 'lead' })
    expect((await api.call('PATCH', `${root}/${id}`, { kind: 'contact' })).json().error.details[0]).toEqual({ field: 'kind', message: 'is unknown' })
  })

  test('names itself with what there is', async () => {
    const unknown = toTypeId('in', uuidv7())
    expect((await api.call('PATCH', `${root}/${unknown}`, { name: 'x' })).statusCode).toBe(404)
    expect((await api.call('GET', `${root}/${unknown}`)).statusCode).toBe(404)
    expect((await api.call('GET', `${root}/mu_01jd3m5xe8f4kvh2n6q9rstvwx`)).statusCode).toBe(400)
    expect((await api.call('PATCH', `${root}/${unknown}`, {})).statusCode).toBe(400)
  })
})

describe('external ids', () => {
  const upsert = (externalId: string, body: object) => api.call('PUT', `${root}/external/shop/${encodeURIComponent(externalId)}`, body)

  test('create once, then change', async () => {
    const first = await upsert('4/7 ü', { kind: 'lead', firstName: 'Ugo' })
    expect([first.statusCode, first.json().externalIds]).toEqual([201, [{ system: 'shop', externalId: '4/7 ü' }]])
    const second = await upsert('4/7 ü', { lastName: 'Rossi', externalIds: [{ system: 'erp', externalId: 'u1' }] })
    expect([second.statusCode, second.json().id, second.json().name]).toEqual([200, first.json().id, 'Ugo Rossi'])
    expect(second.json().externalIds, 'the one it was found by stays').toEqual([{ system: 'erp', externalId: 'u1' }, { system: 'shop', externalId: '4/7 ü' }])
    expect((await upsert('4/7 ü', { kind: 'contact' })).statusCode).toBe(409)
    expect((await upsert('new', { name: 'No kind' })).json().error.details[0].field).toBe('kind')
    expect((await upsert('x'.repeat(255), { kind: 'lead', name: 'Long' })).statusCode).toBe(201)
    expect((await upsert('x'.repeat(256), { kind: 'lead', name: 'Too long' })).statusCode).toBe(400)
  })

  test('of many at once for one external id, one creates', async () => {
    const responses = await Promise.all(Array.from({ length: 12 }, (_, i) => upsert('race', { kind: 'contact', name: `Racer ${i}`, phones: [{ number: `+4420794609${i + 10}` }] })))
    expect(responses.map(({ statusCode }) => statusCode).toSorted()).toEqual([...Array<number>(11).fill(200), 201])
    expect(new Set(responses.map(response => response.json().id)).size).toBe(1)
    const found = (await api.call('GET', `${root}/${responses[0]!.json().id}`)).json()
    expect(found.phones, 'one of them, whole').toHaveLength(1)
    expect(found.phones[0].number).toBe(`+4420794609${Number(found.name.split(' ')[1]) + 10}`)
  })

  test('belong to one record', async () => {
    const owner = await create({ name: 'Owner', externalIds: [{ system: 'one', externalId: 'x' }] })
    const response = await api.call('POST', root, { kind: 'contact', name: 'Thief', externalIds: [{ system: 'one', externalId: 'x' }] })
    expect(response.statusCode).toBe(409)
    expect(response.json().error.message).toBe(`externalIds one x belongs to ${owner.id}`)
    expect(await namesFor({ q: 'Thief' })).not.toContain('Thief')
    await change(owner.id, { externalIds: [] })
    expect((await api.call('POST', root, { kind: 'contact', name: 'Heir', externalIds: [{ system: 'one', externalId: 'x' }] })).statusCode).toBe(201)
  })
})

describe('deleting and merging', () => {
  async function linked(contact: Individual) {
    const channel = await makeChannel(api.database.pool)
    const { run, end } = await applyConnection(api.database.connection)
    await applyEvents(run, [received(channel, `+44${Date.now()}`, uuidv7())])
    await end()
    const { items: [user] } = (await api.call('GET', `/api/v1/messaging-users?channelId=${toTypeId('ch', channel)}`)).json()
    expect((await api.call('PUT', `/api/v1/messaging-users/${user.id}/links/contact`, { recordId: contact.id })).statusCode).toBe(200)
    return async () => (await api.call('GET', `/api/v1/messaging-users/${user.id}`)).json()
  }

  test('a contact that moves takes its messaging users to the other account', async () => {
    const [one, two] = [await account({ name: 'One Ltd' }), await account({ name: 'Two Ltd' })]
    const contact = await create({ name: 'Mover', accountId: one.id })
    const user = await linked(contact)
    expect(await user()).toMatchObject({ contactId: contact.id, accountId: one.id })
    await change(contact.id, { accountId: two.id })
    expect(await user()).toMatchObject({ contactId: contact.id, accountId: two.id })
    expect((await api.call('GET', `${root}/${contact.id}`)).json().messagingUserCount).toBe(1)
    expect((await api.call('GET', `/api/v1/accounts/${two.id}`)).json()).toMatchObject({ contactCount: 1, messagingUserCount: 1 })

    expect((await api.call('DELETE', `/api/v1/accounts/${two.id}`)).statusCode).toBe(204)
    expect(await user()).toMatchObject({ contactId: contact.id, accountId: null })
    expect((await api.call('GET', `${root}/${contact.id}`)).json().accountId).toBeNull()
  })

  test('deleting unlinks with the reason, frees the external ids, and is final', async () => {
    const contact = await create({ name: 'Leaving Soon', externalIds: [{ system: 'gone', externalId: '1' }] })
    const user = await linked(contact)
    expect((await api.call('DELETE', `${root}/${contact.id}`)).statusCode).toBe(204)
    const { id, contactId } = await user()
    expect(contactId).toBeNull()
    const { items: [link] } = (await api.call('GET', `/api/v1/messaging-users/${id}/links`)).json()
    expect(link).toMatchObject({ recordId: contact.id, unlinkReason: 'The contact was deleted' })
    expect(link.unlinkedBy).toContain('a admin')
    expect((await api.call('GET', `${root}/${contact.id}`)).statusCode).toBe(404)
    expect((await api.call('PATCH', `${root}/${contact.id}`, { name: 'x' })).statusCode).toBe(404)
    expect((await api.call('DELETE', `${root}/${contact.id}`)).statusCode).toBe(404)
    expect(await namesFor({ q: 'Leaving' })).not.toContain('Leaving Soon')
    expect((await api.call('PUT', `${root}/external/gone/1`, { kind: 'contact', name: 'Again' })).statusCode).toBe(201)
  })

  test('a merged id leads to the one it was merged into, and takes no changes', async () => {
    const [kept, merged] = [await create({ name: 'Kept' }), await create({ name: 'Merged' })]
    await api.database.pool.query('update individuals set merged_into = $1 where id = $2', [toUuid(kept.id), toUuid(merged.id)])
    const answer = await api.call('GET', `${root}/${merged.id}`)
    expect([answer.statusCode, answer.headers.location]).toEqual([308, `${root}/${kept.id}`])
    for (const [method, body] of [['PATCH', { name: 'x' }], ['DELETE', undefined]] as const) {
      const response = await api.call(method, `${root}/${merged.id}`, body)
      expect([response.statusCode, response.json().error.message]).toEqual([409, `${merged.id} was merged into ${kept.id}`])
    }
    expect(await namesFor({ q: 'Merged' })).not.toContain('Merged')
  })
})

describe('access', () => {
  test('viewers read, agents write, keys need the scope', async () => {
    const as = async (key: string, method: 'GET' | 'POST') =>
      (await api.app.inject({ method, url: root, headers: bearer(key), ...method === 'POST' && { payload: { kind: 'lead', name: 'By key' } } })).statusCode
    const [viewer, agent] = [await api.keyOf('viewer'), await api.keyOf('agent')]
    expect([await as(viewer, 'GET'), await as(viewer, 'POST'), await as(agent, 'POST')]).toEqual([200, 403, 201])
    expect(await as(await api.keyOf('agent', ['messaging-users:write']), 'GET')).toBe(403)
    expect(await as(await api.keyOf('agent', ['individuals:read']), 'POST')).toBe(403)
    expect(await as(await api.keyOf('agent', ['individuals:write']), 'POST')).toBe(201)
    expect((await api.app.inject({ method: 'GET', url: root })).statusCode).toBe(401)
  })
})
