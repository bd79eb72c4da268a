import { afterAll, beforeAll, expect, test } from 'vitest'
import { testApi, type TestApi } from '../../test/api.ts'
import type { Account, Individual } from '../contract/individuals.ts'
import type { Merge, MergeCandidate } from '../contract/merges.ts'
import { tidySharedKeys } from '../record/shared-keys.ts'

let api: TestApi
beforeAll(async () => {
  api = await testApi()
})
afterAll(() => api.stop())

const call = async <T>(method: 'GET' | 'POST', url: string, body?: object) => {
  const answer = await api.call(method, `/api/v1${url}`, body)
  return { status: answer.statusCode, body: answer.json() as T }
}
const create = async (body: object) => (await call<Individual>('POST', '/individuals', { kind: 'contact', ...body })).body
const account = async (body: object) => (await call<Account>('POST', '/accounts', body)).body
const merge = (keptId: string, mergedId: string) => call('POST', '/merges', { keptId, mergedId })

const key = (pair: MergeCandidate) => `${pair.keptName}<-${pair.mergedName}`
const pages = async (object: string, limit: number) => {
  const all: MergeCandidate[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body }: { body: { items: MergeCandidate[]; nextCursor: string | null } } = await call('GET', `/merge-candidates?object=${object}&limit=${limit}${cursor && `&cursor=${cursor}`}`)
    all.push(...body.items)
    cursor = body.nextCursor
  }
  return all
}

test('are those with the same number or e-mail, each once, with reasons; not of shared numbers, other kinds or what was merged', async () => {
  const [same, shared] = ['+5511987650001', '+442079460999']
  const [first] = [
    await create({ name: 'Cand 1', phones: [{ number: same }], emails: [{ email: 'cand@example.com', isVerified: true }] }),
    await create({ name: 'Cand 2', phones: [{ number: '+551187650001' }] }),
    await create({ name: 'Cand 1', emails: [{ email: 'CAND@example.com', isVerified: true }], phones: [{ number: same }] }),
    await create({ name: 'Cand lead', kind: 'lead', phones: [{ number: same }] }),
    await create({ name: 'Family 1', phones: [{ number: shared, isShared: true }] }),
    await create({ name: 'Family 2', phones: [{ number: shared, isShared: true }] }),
  ]
  const found = (await pages('individual', 50)).filter(pair => /Cand|Family/.test(pair.keptName + pair.mergedName))
  expect(found.map(key).toSorted()).toEqual(['Cand 1<-Cand 1', 'Cand 1<-Cand 2'])
  const [twin, plain] = [found.find(pair => pair.mergedName === 'Cand 1')!, found.find(pair => pair.mergedName === 'Cand 2')!]
  expect(twin).toMatchObject({ keptId: first!.id, score: 95 })
  expect(twin.reasons.map(reason => reason.code).toSorted()).toEqual(['email', 'name', 'phone'])
  expect(plain).toMatchObject({ score: 70, reasons: [{ code: 'phone', message: 'The number +551187650001 is the same' }] })
  expect((await pages('individual', 1)).map(key)).toEqual((await pages('individual', 50)).map(key))
  await merge(twin.keptId, twin.mergedId)
  expect((await pages('individual', 50)).map(pair => pair.mergedId)).not.toContain(twin.mergedId)
})

const keys = async () => (await api.database.pool.query('select source, key from shared_keys order by source, key')).rows

test('are found again when a merge is undone, and when their keys were not noted; keys of what is one by now are forgotten', async () => {
  const [one, other] = [await create({ name: 'Undone', emails: [{ email: 'undone@example.com' }] }), await create({ name: 'Undone', emails: [{ email: 'undone@example.com' }] })]
  const noted = { source: 'email', key: 'undone@example.com' }
  const merged = await call<Merge>('POST', '/merges', { keptId: one.id, mergedId: other.id })
  await tidySharedKeys(api.database.pool)
  expect(await keys()).not.toContainEqual(noted)
  await api.call('DELETE', `/api/v1/merges/${merged.body.id}`)
  expect((await pages('individual', 50)).map(pair => pair.mergedId)).toContain(other.id)
  expect(await keys()).toContainEqual(noted)
  await api.database.pool.query(`delete from shared_keys where source = 'email'`)
  await tidySharedKeys(api.database.pool)
  expect(await keys()).toContainEqual(noted)
})

test('of accounts have the same name', async () => {
  await account({ name: 'Twin: Co' })
  await account({ name: 'TWIN: CO' })
  await account({ name: 'twin: co' })
  expect((await pages('account', 1)).map(key)).toEqual(expect.arrayContaining(['Twin: Co<-TWIN: CO', 'Twin: Co<-twin: co']))
  expect((await call('GET', '/merge-candidates?cursor=nonsense')).status).toBe(400)
})
