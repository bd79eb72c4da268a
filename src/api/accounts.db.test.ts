import { afterAll, beforeAll, expect, test } from 'vitest'
import { uuidv7 } from 'uuidv7'
import { testApi, type TestApi } from '../../test/api.ts'
import { Account } from '../contract/individuals.ts'
import { toTypeId, toUuid } from '../ids.ts'

let api: TestApi
beforeAll(async () => {
  api = await testApi()
})
afterAll(() => api.stop())

const root = '/api/v1/accounts'
const create = async (body: object): Promise<Account> => {
  const response = await api.call('POST', root, body)
  expect(response.statusCode, response.body).toBe(201)
  return response.json()
}
const namesFor = async (query: Record<string, string>) => (await api.call('GET', `${root}?${new URLSearchParams(query)}`)).json().items.map(({ name }: Account) => name)

test('are created, changed and read', async () => {
  const account = await create({ name: ' Rhein Logistik ', website: 'https://rhein.example/', isoCountryCode: 'DE', attributes: { size: 3 }, externalIds: [{ system: 'erp', externalId: 'R1' }] })
  expect(Object.keys(account).toSorted()).toEqual(Object.keys(Account.properties).toSorted())
  expect(account).toMatchObject({ name: 'Rhein Logistik', attributes: { size: 3 }, contactCount: 0, messagingUserCount: 0, externalIds: [{ system: 'erp', externalId: 'R1' }] })
  expect(api.published).toContainEqual({ type: 'account', id: account.id })
  const changed = (await api.call('PATCH', `${root}/${account.id}`, { website: null, attributes: { size: null, tier: 'A' } })).json()
  expect(changed).toEqual({ ...account, website: null, attributes: { tier: 'A' }, updatedAt: changed.updatedAt })
  expect((await api.call('GET', `${root}/${account.id}`)).json()).toEqual(changed)
})

test('are created or changed by external id, once', async () => {
  const upsert = (body: object) => api.call('PUT', `${root}/external/erp/E1`, body)
  expect((await upsert({ website: 'https://e.example/' })).json().error.details[0].field).toBe('name')
  const responses = await Promise.all(Array.from({ length: 8 }, (_, i) => upsert({ name: `Name ${i}` })))
  expect(responses.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 200, 200, 200, 200, 200, 200, 201])
  expect(new Set(responses.map(response => response.json().id)).size).toBe(1)
  const taken = await api.call('POST', root, { name: 'Thief', externalIds: [{ system: 'erp', externalId: 'E1' }] })
  expect([taken.statusCode, taken.json().error.message]).toEqual([409, `externalIds erp E1 belongs to ${responses[0]!.json().id}`])
  // The same external id can name an individual as well.
  expect((await api.call('PUT', '/api/v1/individuals/external/erp/E1', { kind: 'lead', name: 'Somebody' })).statusCode).toBe(201)
})

test.each([
  [{}, 'name'],
  [{ name: ' ' }, 'name'],
  [{ name: 'x'.repeat(256) }, 'name'],
  [{ name: 'A', website: 'nowhere' }, 'website'],
  [{ name: 'A', isoCountryCode: 'de' }, 'isoCountryCode'],
  [{ name: 'A', phone: '1' }, 'phone'],
])('refuses %j', async (body, field) => {
  const response = await api.call('POST', root, body)
  expect([response.statusCode, response.json().error.details[0].field]).toEqual([400, field])
})

test('are listed newest first, and found by any part of the name, with typos', async () => {
  for (const name of ['Alpen Bau', 'Nord Bau', 'Nordwind Handel']) await create({ name })
  expect(await namesFor({ q: 'nord' })).toEqual(['Nordwind Handel', 'Nord Bau'])
  expect(await namesFor({ q: 'bau nord' })).toEqual(['Nord Bau'])
  expect(await namesFor({ q: 'nordwnid' })).toContain('Nordwind Handel')
  expect((await namesFor({ limit: '3' }))).toEqual(['Nordwind Handel', 'Nord Bau', 'Alpen Bau'])
  const first = (await api.call('GET', `${root}?limit=2`)).json()
  expect(await namesFor({ limit: '1', cursor: first.nextCursor })).toEqual(['Alpen Bau'])
})

test('that are deleted or merged say so', async () => {
  const [kept, merged, deleted] = [await create({ name: 'Kept' }), await create({ name: 'Merged' }), await create({ name: 'Deleted', externalIds: [{ system: 'erp', externalId: 'D' }] })]
  const contact = (await api.call('POST', '/api/v1/individuals', { kind: 'contact', name: 'Left', accountId: deleted.id })).json()
  await api.database.pool.query('update accounts set merged_into = $1 where id = $2', [toUuid(kept.id), toUuid(merged.id)])
  expect((await api.call('GET', `${root}/${merged.id}`)).headers.location).toBe(`${root}/${kept.id}`)
  expect((await api.call('PATCH', `${root}/${merged.id}`, { name: 'x' })).json().error.message).toBe(`${merged.id} was merged into ${kept.id}`)
  expect((await api.call('DELETE', `${root}/${merged.id}`)).statusCode).toBe(409)

  expect((await api.call('DELETE', `${root}/${deleted.id}`)).statusCode).toBe(204)
  for (const method of ['GET', 'DELETE'] as const) expect((await api.call(method, `${root}/${deleted.id}`)).statusCode).toBe(404)
  expect((await api.call('PATCH', `${root}/${toTypeId('ac', uuidv7())}`, { name: 'x' })).statusCode).toBe(404)
  expect((await api.call('GET', `/api/v1/individuals/${contact.id}`)).json()).toMatchObject({ accountId: null, accountName: null })
  for (const accountId of [merged.id, deleted.id]) expect((await api.call('PATCH', `/api/v1/individuals/${contact.id}`, { accountId })).statusCode).toBe(400)
  expect((await api.call('PUT', `${root}/external/erp/D`, { name: 'Again' })).statusCode).toBe(201)
})
