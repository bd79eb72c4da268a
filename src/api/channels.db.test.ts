import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { uuidv7 } from 'uuidv7'
import { bearer, SECRET, testApi, type TestApi } from '../../test/api.ts'
import { REDACTED } from '../contract/channels.ts'
import { decryptConfig } from '../record/secrets.ts'
import { toTypeId, toUuid } from '../ids.ts'

let api: TestApi
const replayed: string[][] = []
beforeAll(async () => {
  api = await testApi({
    inbound: {
      replay: async (...ids) => {
        replayed.push(ids)
        return { outcome: 'rejected', reason: 'still wrong' }
      },
    },
  })
})
afterAll(() => api.stop())

let running = 0
const secrets = { appSecret: 'the-app-secret-in-clear', verifyToken: 'the-verify-token-in-clear' }
const whatsapp = (more: object = {}) => ({ type: 'whatsapp', name: `Line ${++running}`, config: { phoneNumberId: String(100_000 + running), ...secrets }, ...more })
const create = async (body: object) => (await api.call('POST', '/api/v1/channels', body)).json()
const fieldsOf = (response: { json(): { error: { details: { field: string }[] } } }) => response.json().error.details.map(({ field }) => field)
const stored = async (id: string) => (await api.database.pool.query('select config from channels where id = $1', [toUuid(id)])).rows[0].config
const inClear = async (id: string) => decryptConfig(await stored(id), Object.keys(secrets), SECRET)

describe('a new channel', () => {
  test('is shown as it will be found, with the address for the platform', async () => {
    const created = await api.call('POST', '/api/v1/channels', whatsapp({ name: 'Support', isoCountryCode: 'DE', consentType: 'ExplicitOptIn' }))
    expect(created.statusCode).toBe(201)
    const { generatedSecrets, ...channel } = created.json()
    expect(channel).toMatchObject({
      name: 'Support', type: 'whatsapp', label: 'WhatsApp', messageType: 'WhatsApp', isoCountryCode: 'DE', consentType: 'ExplicitOptIn',
      isActive: true, accountKey: channel.config.phoneNumberId, webhookUrl: `http://localhost:8080/webhooks/${channel.id}`,
      lastEventAt: null, rejectCount: 0,
    })
    expect(generatedSecrets).toEqual({})
    expect((await api.call('GET', `/api/v1/channels/${channel.id}`)).json()).toEqual(channel)
    expect(api.published).toContainEqual({ type: 'channel', id: channel.id })
  })

  test('gets what the connector makes up, and shows it this once', async () => {
    const { id, generatedSecrets, config } = await create({ type: 'whatsapp', name: 'Made up', config: { phoneNumberId: '55555', appSecret: 'x' } })
    expect(generatedSecrets).toEqual({ verifyToken: expect.stringMatching(/.{8,}/) })
    expect(config).toEqual({ phoneNumberId: '55555', appSecret: REDACTED, verifyToken: REDACTED })
    expect((await api.call('GET', `/api/v1/channels/${id}`)).body).not.toContain(generatedSecrets.verifyToken)
  })

  test('secrets are in no answer, and in the database not in clear', async () => {
    const { id } = await create(whatsapp())
    const answers = [await api.call('GET', `/api/v1/channels/${id}`), await api.call('GET', '/api/v1/channels'), await api.call('PATCH', `/api/v1/channels/${id}`, { isActive: false })]
    const text = JSON.stringify(await stored(id))
    for (const secret of Object.values(secrets)) {
      for (const answer of answers) expect(answer.body).not.toContain(secret)
      expect(text).not.toContain(secret)
    }
    expect(await inClear(id)).toMatchObject(secrets)
  })

  test.each([
    ['an unknown type', { type: 'pigeon' }, ['type']],
    ['a missing setting', { config: {} }, ['config.phoneNumberId', 'config.appSecret']],
    ['a setting of the wrong kind', { config: { phoneNumberId: 5, ...secrets } }, ['config.phoneNumberId']],
    ['an unknown setting', { config: { phoneNumberId: '12345', colour: 'red', ...secrets } }, ['config.colour']],
    ['a redacted secret that was never given', { config: { phoneNumberId: '12345', appSecret: REDACTED } }, ['config.appSecret']],
    ['unknown and wrong fields', { name: ' ', color: 1, isoCountryCode: 'de', isActive: 'yes' }, ['color', 'name', 'isoCountryCode', 'isActive']],
  ])('%s is refused by name', async (_what, body, fields) => {
    const response = await api.call('POST', '/api/v1/channels', { ...whatsapp(), ...body })
    expect([response.statusCode, response.json().error.code]).toEqual([400, 'invalid_field'])
    expect(fieldsOf(response).toSorted()).toEqual(fields.toSorted())
  })

  test('a NUL character, which no text column holds, is the caller’s fault', async () => {
    expect((await api.call('POST', '/api/v1/channels', whatsapp({ name: 'a\u0000b' }))).json().error.code).toBe('invalid_field')
  })

  test('the name and the account of another channel are refused by field', async () => {
    const { name, config: { phoneNumberId } } = await create(whatsapp())
    const sameName = await api.call('POST', '/api/v1/channels', whatsapp({ name }))
    expect([sameName.statusCode, fieldsOf(sameName)]).toEqual([409, ['name']])
    const sameAccount = await api.call('POST', '/api/v1/channels', whatsapp({ config: { phoneNumberId, ...secrets } }))
    expect([sameAccount.statusCode, fieldsOf(sameAccount)]).toEqual([409, ['config.phoneNumberId']])
  })
})

describe('changing a channel', () => {
  test('keeps secrets that are redacted or left out, and takes new ones', async () => {
    const { id, config } = await create(whatsapp())
    const change = (config: object) => api.call('PATCH', `/api/v1/channels/${id}`, { config })
    expect((await change({ ...config, phoneNumberId: '777777' })).json()).toMatchObject({ accountKey: '777777', config: { appSecret: REDACTED } })
    await change({ displayPhoneNumber: '+49 1' })
    expect(await inClear(id)).toEqual({ phoneNumberId: '777777', displayPhoneNumber: '+49 1', ...secrets })

    await change({ appSecret: 'another', displayPhoneNumber: null })
    expect(await inClear(id)).toEqual({ phoneNumberId: '777777', ...secrets, appSecret: 'another' })
    expect(fieldsOf(await change({ appSecret: null }))).toEqual(['config.appSecret'])
  })

  test('needs something to change, and a channel', async () => {
    const { id } = await create(whatsapp())
    expect((await api.call('PATCH', `/api/v1/channels/${id}`, {})).statusCode).toBe(400)
    expect((await api.call('PATCH', '/api/v1/channels/ch_01jd3m5xe8f4kvh2n6q9rstvwx', { name: 'x' })).statusCode).toBe(404)
    const malformed = await api.call('PATCH', '/api/v1/channels/mu_01jd3m5xe8f4kvh2n6q9rstvwx', { name: 'x' })
    expect([malformed.statusCode, fieldsOf(malformed)]).toEqual([400, ['id']])
  })
})

describe('removing a channel', () => {
  test('is done while nobody has written to it', async () => {
    const { id } = await create(whatsapp())
    await addReject(id)
    expect((await api.call('DELETE', `/api/v1/channels/${id}`)).statusCode).toBe(204)
    expect((await api.call('GET', `/api/v1/channels/${id}`)).statusCode).toBe(404)
    expect((await api.call('DELETE', `/api/v1/channels/${id}`)).statusCode).toBe(404)
  })

  test('is refused when it has messaging users, and then nothing of it is lost', async () => {
    const { id } = await create(whatsapp())
    await addReject(id)
    await api.database.pool.query(
      "insert into messaging_users (id, channel_id, platform_key, name, name_source) values ($1, $2, 'k', 'n', 'platform')", [uuidv7(), toUuid(id)])
    expect((await api.call('DELETE', `/api/v1/channels/${id}`)).statusCode).toBe(409)
    expect((await api.call('GET', `/api/v1/channels/${id}`)).json().rejectCount).toBe(1)
  })
})

async function addReject(channelId: string, eventId = uuidv7()): Promise<string> {
  const id = uuidv7()
  await api.database.pool.query(
    "insert into inbound_rejects (id, channel_id, event_id, reason, payload) values ($1, $2, $3, 'no reason', '{\"a\": 1}')", [id, toUuid(channelId), eventId])
  return toTypeId('rj', id)
}

describe('rejects', () => {
  test('are listed newest first, page by page, and replayed', async () => {
    const { id } = await create(whatsapp())
    const added: string[] = []
    for (let i = 0; i < 5; i++) added.push(await addReject(id, `event ${i}`))
    const first = (await api.call('GET', `/api/v1/channels/${id}/rejects?limit=3`)).json()
    const second = (await api.call('GET', `/api/v1/channels/${id}/rejects?limit=3&cursor=${first.nextCursor}`)).json()
    expect([...first.items, ...second.items].map((reject) => reject.id)).toEqual(added.toReversed())
    expect(second.nextCursor).toBeNull()
    expect(first.items[0]).toMatchObject({ channelId: id, eventId: 'event 4', reason: 'no reason', payload: { a: 1 }, replayedAt: null })

    const replay = await api.call('POST', `/api/v1/channels/${id}/rejects/${added[0]}/replays`)
    expect(replay.json()).toEqual({ outcome: 'rejected', reason: 'still wrong' })
    expect(replayed).toEqual([[toUuid(id), toUuid(added[0]!)]])
    await api.database.pool.query('update inbound_rejects set replayed_at = now() where id = $1', [toUuid(added[0]!)])
    expect((await api.call('POST', `/api/v1/channels/${id}/rejects/${added[0]}/replays`)).statusCode).toBe(409)
    const other = await create(whatsapp())
    expect((await api.call('POST', `/api/v1/channels/${other.id}/rejects/${added[1]}/replays`)).statusCode).toBe(404)
  })
})

test('channels are listed by name, each once', async () => {
  const names: string[] = []
  let cursor = ''
  do {
    const page = (await api.call('GET', `/api/v1/channels?limit=2${cursor}`)).json()
    names.push(...page.items.map(({ name }: { name: string }) => name))
    cursor = page.nextCursor && `&cursor=${page.nextCursor}`
  } while (cursor)
  const { rows } = await api.database.pool.query('select name from channels order by name')
  expect(names).toEqual(rows.map(({ name }) => name))
  expect(names.length).toBeGreaterThan(5)
})

test('the catalogue tells what each form needs', async () => {
  const { items } = (await api.app.inject({ url: '/api/v1/connectors', headers: bearer(await api.keyOf('viewer')) })).json()
  const whatsapp = items.find(({ type }: { type: string }) => type === 'whatsapp')
  expect(whatsapp).toMatchObject({ label: 'WhatsApp', webhook: true, generated: ['verifyToken'], icon: expect.stringContaining('<svg') })
  expect(whatsapp.configSchema.properties.appSecret).toMatchObject({ title: 'App secret', secret: true })
})
