import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { applyConnection, received } from '../../test/record.ts'
import { bearer, testApi, type TestApi } from '../../test/api.ts'
import type { ErrorBody } from '../contract/common.ts'
import type { ConsentEvent } from '../contract/consent.ts'
import type { Individual } from '../contract/individuals.ts'
import type { Link } from '../contract/links.ts'
import type { MessagingUser } from '../contract/messaging-users.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { applyEvents } from '../record/apply.ts'
import { verifyLedger } from '../record/consent/verify.ts'

let api: TestApi
let sms: string
let own: string
beforeAll(async () => {
  api = await testApi()
  sms = await channel('SMS', 'sms-twilio')
  own = await channel('App', 'byoc')
})
afterAll(() => api.stop())
beforeEach(() => void api.published.splice(0))

async function channel(name: string, type: string, country = 'IT'): Promise<string> {
  const { rows } = await api.database.pool.query(
    `insert into channels (id, type, name, config, iso_country_code) values (gen_random_uuid(), $1, $2, '{}', $3) returning id`, [type, name, country])
  return toTypeId('ch', rows[0].id)
}

async function create(body: object): Promise<{ status: number; user: MessagingUser; error: ErrorBody['error'] }> {
  const answer = await api.call('POST', '/api/v1/messaging-users', body)
  return { status: answer.statusCode, user: answer.json(), error: answer.json().error }
}
const created = async (body: object): Promise<MessagingUser> => {
  const { status, user } = await create(body)
  if (status !== 201) throw new Error(JSON.stringify(user))
  return user
}
const read = async (path: string) => (await api.call('GET', `/api/v1/${path}`)).json()
async function record<T = Individual>(path: string, body: object): Promise<T> {
  const answer = await api.call('POST', `/api/v1/${path}`, body)
  if (answer.statusCode >= 300) throw new Error(answer.body)
  return answer.json()
}
const individual = (body: object = {}) => record('individuals', { kind: 'contact', name: 'Ada Rossi', ...body })

/** Everything that creating somebody could leave behind. */
async function counts(): Promise<unknown> {
  const { rows } = await api.database.pool.query(`
    select (select count(*) from messaging_users) as users, (select count(*) from aliases) as aliases, (select count(*) from consent_events) as lines,
      (select count(*) from links) as links, (select count(*) from messaging_user_history) as history`)
  return rows[0]
}

test('somebody is created before they write: linked, with their consent and who says so, and can be written to', async () => {
  const { id: accountId } = await record('accounts', { name: 'Rossi & Figli' })
  const contact = await individual({ accountId })
  const user = await created({
    channelId: sms, key: '333 1234567', name: 'Ada', language: 'it', locale: 'it-IT', isoCountryCode: 'it', contactId: contact.id,
    consent: { status: 'ExplicitlyOptedIn', source: 'Paper form, trade fair', at: '2026-01-02T00:00:00Z' },
  })
  expect(user).toMatchObject({
    channelId: sms, platformKey: '+393331234567', externalId: '+393331234567', name: 'Ada', nameSource: 'business', language: 'it', locale: 'it-IT',
    isoCountryCode: 'IT', consentStatus: 'ExplicitlyOptedIn', isFullyOptedIn: true, contactId: contact.id, accountId,
  })
  expect(await read(`messaging-users/${user.id}`)).toEqual(user)
  expect(api.published).toContainEqual({ type: 'messaging-user', id: user.id, channelId: sms })

  const [line]: ConsentEvent[] = (await read(`messaging-users/${user.id}/consent-events`)).items
  expect(line).toMatchObject({ source: 'api', actor: expect.stringMatching(/^a admin \(key_/), note: 'Paper form, trade fair', happenedAt: '2026-01-02T00:00:00.000Z' })
  expect((await verifyLedger(api.database.pool)).broken).toBeUndefined()
  const links: Link[] = (await read(`messaging-users/${user.id}/links`)).items
  expect(links.map(({ kind, source, reason, recordName }) => [kind, source, reason, recordName]).toSorted()).toEqual([
    ['account', 'contact', 'The contact’s account', 'Rossi & Figli'], ['contact', 'api', null, 'Ada Rossi']])
  expect((await read(`messaging-users/${user.id}/history`)).items).toMatchObject([{ field: 'created', source: 'api-key', actor: 'a admin' }])
  expect((await api.call('POST', '/api/v1/messages', { messagingUserId: user.id, text: 'Hello' })).statusCode).toBe(201)

  // Their first message is theirs, and the platform's name does not replace the one that was given.
  const { run, end } = await applyConnection(api.database.connection)
  await applyEvents(run, [received(toUuid(sms), '+393331234567', 'hello', { profile: { name: 'Someone else' } })])
  await end()
  expect(await read(`messaging-users/${user.id}`)).toMatchObject({ name: 'Ada', messageCount: 2 })
})

test('without consent nothing can be sent; on a channel of one’s own the key is taken as it is', async () => {
  const user = await created({ channelId: own, key: ' customer 17 ' })
  expect(user).toMatchObject({ platformKey: 'customer 17', name: 'customer 17', nameSource: 'default', consentStatus: null, isFullyOptedIn: false })
  const check = (await api.call('POST', '/api/v1/send-checks', { messagingUserId: user.id })).json()
  expect(check.reasons).toMatchObject([{ code: 'not_opted_in' }])
  // One report is one confirmation.
  const twice = await created({ channelId: own, key: 'customer 18', consent: { status: 'DoublyOptedIn', source: 'Shop' } })
  expect(twice.consentStatus).toBe('ExplicitlyOptedIn')
})

test('who is on the channel already, in any spelling, is named and not changed', async () => {
  const argentina = await channel('Argentina', 'sms-twilio', 'AR')
  const user = await created({ channelId: argentina, key: '+54 9 11 6123 4567', name: 'Evita' })
  const before = await counts()
  for (const key of ['+5491161234567', '+54 11 6123 4567', '011 15 6123 4567']) {
    const { status, error } = await create({ channelId: argentina, key, name: 'Somebody', consent: { status: 'ExplicitlyOptedIn', source: 'Shop' } })
    expect({ key, status, code: error.code }).toEqual({ key, status: 409, code: 'conflict' })
    expect(error.details).toEqual([{ field: 'key', message: `belongs to ${user.id} on this channel already` }])
  }
  expect(await counts()).toEqual(before)
  expect(await read(`messaging-users/${user.id}`)).toEqual(user)
  expect((await create({ channelId: sms, key: '+54 9 11 6123 4567' })).status).toBe(201)
})

test('of many who create the same number at once, one does', async () => {
  for (const round of [1, 2, 3]) {
    const spellings = [`+39 320 00000${round}0`, `0039 32000000${round}0`, `32000000${round}0`, `sms:+3932000000${round}0`]
    const answers = await Promise.all([...spellings, ...spellings].map(key => create({ channelId: sms, key, consent: { status: 'ImplicitlyOptedIn', source: 'Shop' } })))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array.from({ length: 7 }, () => 409)])
    const { user } = answers.find(({ status }) => status === 201)!
    expect(answers.filter(({ error }) => error?.message.includes(user.id))).toHaveLength(7)
  }
})

test('what is wrong is named, and changes nothing', async () => {
  const contact = await individual()
  const lead = await individual({ kind: 'lead', name: 'Leo' })
  const converted = await individual({ kind: 'lead', name: 'Lea' })
  await record(`individuals/${converted.id}/conversion`, {})
  const merged = await individual({ name: 'Ada R.' })
  await record('merges', { keptId: contact.id, mergedId: merged.id })
  const before = await counts()
  const key = '+393330009999'
  const wrong: [object, string, string?][] = [
    [{ key: 'nobody' }, 'key'], [{ key: '12' }, 'key'], [{ key: '4.91512E+12' }, 'key'], [{ key: '   ' }, 'key'], [{}, 'key'],
    [{ key: '+39333\u0000' }, 'key'],
    [{ key, name: ' ' }, 'name'], [{ key, language: 'Italian!' }, 'language'], [{ key, isoCountryCode: '39' }, 'isoCountryCode'],
    [{ key, contactId: 'in_01jd3m5xe8f4kvh2n6q9rstvwx' }, 'contactId', 'is not known'], [{ key, contactId: lead.id }, 'contactId', 'is a lead, not a contact'],
    [{ key, contactId: merged.id }, 'contactId', 'was merged'], [{ key, leadId: converted.id }, 'leadId', 'converted'], [{ key, accountId: contact.id }, 'accountId'],
    [{ key, consent: { status: 'ExplicitlyOptedIn' } }, 'consent.source'], [{ key, consent: { status: 'ExplicitlyOptedIn', source: ' ' } }, 'consent.source'],
    [{ key, consent: { status: 'Yes', source: 'Shop' } }, 'consent.status'], [{ key, consent: { status: 'OptedOut', source: 'Shop\u0000' } }, 'consent.source'],
    [{ key, consent: { status: 'OptedOut', source: 'Shop', at: new Date(Date.now() + 3_600_000).toISOString() } }, 'consent.at'],
    [{ key, consent: { status: 'OptedOut', source: 'Shop', at: '1815-12-10T00:00:00Z' } }, 'consent.at'],
    [{ key, phone: key }, 'phone'],
  ]
  for (const [body, field, reason = ''] of wrong) {
    const { status, error } = await create({ channelId: sms, ...body })
    expect({ body, status, field: error?.details?.[0]?.field }).toEqual({ body, status: 400, field })
    expect(error.message).toContain(reason)
  }
  expect((await create({ channelId: 'ch_01jd3m5xe8f4kvh2n6q9rstvwx', key })).status).toBe(404)
  const { status, error } = await create({ channelId: await channel('Chat', 'web-chat'), key })
  expect([status, error.message]).toEqual([409, expect.stringContaining('nobody can be created in advance')])
  expect(await counts()).toEqual(before)
  expect(api.published.filter(({ type }) => type === 'messaging-user')).toEqual([])
})

test('a key that is somebody’s handle is a conflict, and no fault of ours', async () => {
  const { id } = await created({ channelId: own, key: 'customer 21' })
  await api.database.pool.query(`
    insert into aliases (id, messaging_user_id, channel_id, kind, key, resolves, since, evidence)
    values (gen_random_uuid(), $1, $2, 'username', 'ada', false, now(), 'test')`, [toUuid(id), toUuid(own)])
  expect((await create({ channelId: own, key: 'ada' })).status).toBe(409)
})

test('a channel that is deleted at this moment is 404', async () => {
  const gone = await channel('Gone', 'byoc')
  const client = await api.database.pool.connect()
  await client.query('begin')
  await client.query('delete from channels where id = $1', [toUuid(gone)])
  const creating = create({ channelId: gone, key: 'customer 1' })
  for (;;) {
    const { rows } = await api.database.pool.query(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
    if (rows.length > 0) break
  }
  await client.query('commit')
  client.release()
  expect((await creating).status).toBe(404)
})

test('the link rules are asked about them, as about everybody who is new', async () => {
  await api.call('PUT', '/api/v1/link-rules/byoc/contact', { isActive: true, matchOn: ['phone'], whenNone: 'prompt', whenOne: 'auto' })
  const user = await created({ channelId: own, key: 'customer 19' })
  const { rows } = await api.database.pool.query(`select payload from graphile_worker._private_jobs where payload::text like '%' || $1 || '%'`, [toUuid(user.id)])
  expect(rows).toHaveLength(1)
})

test('viewers and keys without the scope create nobody', async () => {
  for (const key of [await api.keyOf('viewer'), await api.keyOf('agent', ['messaging-users:read', 'individuals:write'])]) {
    const answer = await api.app.inject({ method: 'POST', url: '/api/v1/messaging-users', headers: bearer(key), payload: { channelId: own, key: 'customer 20' } })
    expect(answer.statusCode).toBe(403)
  }
  const agent = await api.keyOf('agent', ['messaging-users:write'])
  const answer = await api.app.inject({ method: 'POST', url: '/api/v1/messaging-users', headers: bearer(agent), payload: { channelId: own, key: 'customer 20' } })
  expect(answer.statusCode).toBe(201)
})
