import { afterAll, beforeAll, expect, test } from 'vitest'
import { testApi, type TestApi } from '../../test/api.ts'
import { applyConnection, at, received } from '../../test/record.ts'
import { applyEvents } from '../record/apply.ts'
import { toUuid } from '../ids.ts'

let api: TestApi
beforeAll(async () => {
  api = await testApi()
})
afterAll(() => api.stop())

let running = 0
const call = (method: 'GET' | 'POST' | 'PATCH', path: string, body?: object) => api.call(method, `/api/v1${path}`, body)
const line = (more: object = {}) => ({ type: 'byoc', name: `Line ${++running}`, ...more })
const sms = (more: object = {}) => ({ type: 'sms-twilio', name: `Line ${++running}`, config: { accountSid: `AC${String(running).padStart(32, '0')}`, authToken: 'x', phoneNumber: `+1555010${1000 + running}` }, ...more })

test('a channel is enhanced, and standard only where its platform has the tier', async () => {
  expect((await call('POST', '/channels', line())).json()).toMatchObject({ platformType: 'Enhanced', inactivityMinutes: null, optOutScope: 'channel', brand: null })
  expect((await call('POST', '/channels', sms({ platformType: 'Standard' }))).json()).toMatchObject({ platformType: 'Standard' })
  const refused = await call('POST', '/channels', line({ platformType: 'Standard' }))
  expect([refused.statusCode, refused.json().error.details[0].field]).toEqual([400, 'platformType'])
  const { items } = (await call('GET', '/connectors')).json()
  expect(items.filter(({ tiers }: { tiers: boolean }) => tiers).map(({ messageType }: { messageType: string }) => messageType).toSorted()).toEqual(['Facebook', 'Text', 'Text', 'Text', 'Text'])
})

test('an upgrade keeps the people, their sessions and the settings', async () => {
  const channel = (await call('POST', '/channels', sms({ platformType: 'Standard' }))).json()
  const { run, end } = await applyConnection(api.database.connection)
  await applyEvents(run, ['a', 'b'].map(key => received(toUuid(channel.id), key, `m ${key}`, { occurredAt: at(1) })))
  await end()
  const lists = async () => [
    (await call('GET', `/messaging-users?channelId=${channel.id}`)).json().items,
    (await call('GET', `/sessions?channelId=${channel.id}`)).json().items.map((session: object) => ({ ...session, platformType: 'either' })),
  ]
  const before = await lists()
  expect(before.map(items => items.length)).toEqual([2, 2])

  const upgraded = await call('POST', `/channels/${channel.id}/upgrade`)
  expect(upgraded.json()).toMatchObject({ platformType: 'Enhanced', name: channel.name, accountKey: channel.accountKey, config: channel.config })
  expect(api.published).toContainEqual({ type: 'channel', id: channel.id })
  expect(await lists()).toEqual(before)
  expect((await call('POST', `/channels/${channel.id}/upgrade`)).statusCode).toBe(409)
})

test('there has to be a channel to upgrade', async () => {
  expect((await call('POST', '/channels/ch_01jd3m5xe8f4kvh2n6q9rstvwx/upgrade')).statusCode).toBe(404)
})

test('the time until inactivity, the brand and the reach of an opt-out are settings', async () => {
  const { id } = (await call('POST', '/channels', line())).json()
  const change = { inactivityMinutes: 15, optOutScope: 'brand', brand: 'Acme' }
  expect((await call('PATCH', `/channels/${id}`, change)).json()).toMatchObject(change)
  expect((await call('PATCH', `/channels/${id}`, { inactivityMinutes: null })).json()).toMatchObject({ ...change, inactivityMinutes: null })
  for (const [field, value] of [['inactivityMinutes', 4], ['inactivityMinutes', 31], ['optOutScope', 'world'], ['brand', ''], ['brand', 'x'.repeat(81)], ['platformType', 'Standard']] as const) {
    const refused = await call('PATCH', `/channels/${id}`, { [field]: value })
    expect([refused.statusCode, refused.json().error.details[0].field]).toEqual([400, field])
  }
})

test('a standard channel has no inactivity', async () => {
  const { id } = (await call('POST', '/channels', sms({ platformType: 'Standard' }))).json()
  const refused = await call('PATCH', `/channels/${id}`, { inactivityMinutes: 10 })
  expect([refused.statusCode, refused.json().error.details[0].field]).toEqual([400, 'inactivityMinutes'])
  expect((await call('PATCH', `/channels/${id}`, { inactivityMinutes: null })).statusCode).toBe(200)
})
