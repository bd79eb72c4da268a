import { createHmac } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { byocMessage, postByoc, startMuster, type TestMuster } from '../../test/muster.ts'
import { applyConnection, received } from '../../test/record.ts'
import type { ChannelCreated } from '../contract/channels.ts'
import type { Link, LinkRun, LinkSuggestion } from '../contract/links.ts'
import type { MessagingUser } from '../contract/messaging-users.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { applyEvents } from '../record/apply.ts'
import { applyLinkRules } from '../record/link-rules.ts'
import { phoneKey, PHONE_MATCH_VERSION } from '../record/phone/match-key.ts'

let muster: TestMuster
let channel: ChannelCreated
let lane: Awaited<ReturnType<typeof applyConnection>>
let serial = 0

beforeAll(async () => {
  muster = await startMuster()
  channel = await muster.addChannel('byoc')
  lane = await applyConnection(muster.database.connection)
})
afterAll(async () => {
  await lane.end()
  await muster.stop()
})
beforeEach(() => muster.database.pool.query('delete from link_rules'))

const rule = (more: object = {}, type = 'byoc', kind = 'contact') =>
  muster.api('PUT', `/link-rules/${type}/${kind}`, { isActive: true, matchOn: ['phone'], whenNone: 'prompt', whenOne: 'auto', ...more })
const newNumber = () => `+49151${String(10_000_000 + serial++)}`

async function contact(number: string, more: { kind?: string; name?: string; isShared?: boolean; country?: string } = {}): Promise<string> {
  const id = uuidv7()
  const { e164, matchKey } = phoneKey(number)
  await muster.database.pool.query(`insert into individuals (id, kind, name, iso_country_code) values ($1, $2, $3, $4)`,
    [id, more.kind ?? 'contact', more.name ?? `Contact ${serial++}`, more.country ?? null])
  await muster.database.pool.query(`
    insert into individual_phones (individual_id, id, number, e164, match_key, match_version, is_shared) values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, uuidv7(), number, e164, matchKey, PHONE_MATCH_VERSION, more.isShared ?? false])
  return toTypeId('in', id)
}

/** Somebody writes from a number for the first time. */
async function writes(number: string, name?: string, text?: string): Promise<MessagingUser> {
  await applyEvents(lane.run, [received(toUuid(channel.id), number, `m${serial++}`, { profile: { ...(name && { name }), isoCountryCode: 'DE' }, ...(text && { text }) })])
  return read(number)
}
const read = async (number: string) =>
  (await muster.api<{ items: MessagingUser[] }>('GET', `/messaging-users?q=${encodeURIComponent(number)}`)).body.items.find(user => user.platformKey === number)!
const suggestionsOf = async (user: MessagingUser, open = true) =>
  (await muster.api<{ items: LinkSuggestion[] }>('GET', `/link-suggestions?messagingUserId=${user.id}&open=${open}`)).body.items
const linksOf = async (user: MessagingUser) => (await muster.api<{ items: Link[] }>('GET', `/messaging-users/${user.id}/links`)).body.items
const again = (user: MessagingUser) => muster.api<{ items: LinkSuggestion[] }>('POST', `/messaging-users/${user.id}/link-suggestions`)

test('exactly one fits: the person is linked on first contact, with the reason; spellings of a number are one', async () => {
  await rule()
  const ada = await contact('+55 11 98765-4321')
  await writes('551187654321')
  await expect.poll(async () => (await read('551187654321')).contactId).toBe(ada)
  expect(await linksOf(await read('551187654321'))).toMatchObject([{ kind: 'contact', source: 'rule', reason: expect.stringContaining('+55 11 98765-4321'), linkedBy: null }])
})

/** As Meta sends it. */
async function postWhatsapp(whatsapp: ChannelCreated, value: object): Promise<void> {
  const metadata = { display_phone_number: '15550100000', phone_number_id: '200300400500600' }
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: '1', changes: [{ field: 'messages', value: { messaging_product: 'whatsapp', metadata, ...value } }] }] })
  const signature = createHmac('sha256', 'app-secret').update(body).digest('hex')
  const { status } = await fetch(whatsapp.webhookUrl!, { method: 'POST', body, headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` } })
  expect(status).toBe(200)
}

test('who writes by WhatsApp is linked by their number: by the first they tell, and by the one they change to', async () => {
  await rule({}, 'whatsapp')
  const whatsapp = await muster.addChannel('whatsapp', { phoneNumberId: '200300400500600', appSecret: 'app-secret' })
  const numbers = [newNumber(), newNumber(), newNumber()]
  const [ada, ben, cleo] = [await contact(numbers[0]!), await contact(numbers[1]!), await contact(numbers[2]!)]
  const waIds = numbers.map(number => number.slice(1))
  const says = (waId: string | undefined, bsuid: string) => postWhatsapp(whatsapp, {
    contacts: [{ profile: { name: bsuid }, wa_id: waId, user_id: bsuid }],
    messages: [{ from: waId, from_user_id: bsuid, id: `wamid.${serial++}`, timestamp: '1790000000', type: 'text', text: { body: 'Hello' } }],
  })
  const contactOf = async (name: string) =>
    (await muster.api<{ items: MessagingUser[] }>('GET', `/messaging-users?channelId=${whatsapp.id}&q=${name}`)).body.items[0]?.contactId
  await says(waIds[0], 'DE.100')
  await expect.poll(() => contactOf('DE.100')).toBe(ada)

  await says(undefined, 'DE.200') // known by the id alone
  expect(await contactOf('DE.200')).toBeNull()
  await says(waIds[1], 'DE.200')
  await expect.poll(() => contactOf('DE.200')).toBe(ben)

  await says('4915199999901', 'DE.300')
  await postWhatsapp(whatsapp, { messages: [{
    from: '4915199999901', id: `wamid.${serial++}`, timestamp: '1790000010', type: 'system',
    system: { body: 'changed', wa_id: waIds[2], type: 'user_changed_number', user_id: 'DE.301', previous_user_id: 'DE.300' },
  }] })
  await expect.poll(() => contactOf('DE.300')).toBe(cleo)
})

test('a number that is national is of the channel’s country', async () => {
  await rule()
  const german = await muster.addChannel('byoc')
  expect((await muster.api('PATCH', `/channels/${german.id}`, { isoCountryCode: 'DE' })).status).toBe(200)
  const number = newNumber()
  const ada = await contact(number)
  const national = number.replace('+49', '0')
  await applyEvents(lane.run, [received(toUuid(german.id), national, `m${serial++}`)])
  await expect.poll(async () => (await read(national)).contactId).toBe(ada)

  const later = await muster.addChannel('byoc')
  const [second, third] = [newNumber(), newNumber()]
  await applyEvents(lane.run, [second, third].map(one => received(toUuid(later.id), one.replace('+49', '0'), `m${serial++}`)))
  await muster.api('PATCH', `/channels/${later.id}`, { isoCountryCode: 'DE' })
  const keys = async () => (await muster.database.pool.query('select match_key from messaging_users where channel_id = $1 order by 1', [toUuid(later.id)])).rows.map(row => row.match_key)
  await expect.poll(keys, { message: 'also when the country is set later' }).toEqual([second, third])
})

test('two fit: nobody is linked, both are suggested, the surest first; taking one answers the other', async () => {
  await rule()
  const number = newNumber()
  const [one, two] = [await contact(number), await contact(number)]
  const user = await writes(number)
  await expect.poll(async () => (await suggestionsOf(user)).map(row => row.recordId).toSorted()).toEqual([one, two].toSorted())
  expect((await read(number)).contactId).toBeNull()
  const [first] = await suggestionsOf(user)
  expect(first).toMatchObject({ score: 70, reasons: [{ code: 'phone', message: expect.stringContaining(number) }] })
  const decide = (decision: string) => muster.api('PUT', `/link-suggestions/${first!.id}/decision`, { decision })
  expect((await decide('taken')).status).toBe(200)
  expect((await decide('dismissed')).status).toBe(409)
  expect((await read(number)).contactId).toBe(first!.recordId)
  expect(await suggestionsOf(user)).toEqual([])
  expect((await linksOf(user))[0]).toMatchObject({ source: 'suggestion', linkedBy: expect.stringContaining('op_') })
})

test('nobody fits: created and linked where the rule says so, one individual for a number', async () => {
  await rule({ whenNone: 'create' })
  const number = newNumber()
  await writes(number, 'Grace Hopper')
  await expect.poll(async () => (await read(number)).contactId).not.toBeNull()
  const other = await muster.addChannel('byoc')
  await applyEvents(lane.run, [received(toUuid(other.id), number, `m${serial++}`)])
  await expect.poll(async () => {
    const { items } = (await muster.api<{ items: MessagingUser[] }>('GET', `/messaging-users?q=${encodeURIComponent(number)}`)).body
    return new Set(items.map(user => user.contactId)).size
  }).toBe(1)
})

test.each([
  ['the rule prompts', { rule: { whenOne: 'prompt' }, contact: {} }],
  ['the number is shared', { rule: {}, contact: { isShared: true } }],
])('one fits but %s: suggested, not linked', async (_, given) => {
  await rule(given.rule)
  const number = newNumber()
  const ada = await contact(number, given.contact)
  const user = await writes(number)
  await expect.poll(async () => (await suggestionsOf(user)).map(row => row.recordId)).toEqual([ada])
  expect((await read(number)).contactId).toBeNull()
})

test('what was dismissed stays dismissed, also when the rules are applied again', async () => {
  await rule({ whenOne: 'prompt' })
  const number = newNumber()
  await contact(number)
  const user = await writes(number)
  await expect.poll(async () => (await suggestionsOf(user)).length).toBe(1)
  const [suggestion] = await suggestionsOf(user)
  await muster.api('PUT', `/link-suggestions/${suggestion!.id}/decision`, { decision: 'dismissed' })
  await rule()
  expect((await again(user)).body.items).toEqual([])
  expect((await read(number)).contactId).toBeNull()
})

test('whom somebody unlinked is not linked again, nor made anew, and nobody is asked; by hand they can be', async () => {
  await rule({ whenNone: 'create' })
  const number = newNumber()
  const wrong = await contact(number)
  const user = await writes(number)
  await expect.poll(async () => (await read(number)).contactId).toBe(wrong)
  const link = (recordId: string) => muster.api('PUT', `/messaging-users/${user.id}/links/contact`, { recordId })
  const unlink = () => muster.api('DELETE', `/messaging-users/${user.id}/links/contact`)
  expect((await unlink()).status).toBe(204)
  expect((await again(user)).body.items).toEqual([])
  expect((await read(number)).contactId).toBeNull()
  expect((await link(wrong)).status).toBe(200)
  const right = await contact(newNumber())
  expect((await link(right)).status).toBe(200)
  await unlink()
  await again(user)
  expect((await read(number)).contactId, 'relinking says of the first that it is wrong, too').toBeNull()
})

test('what a person answered by linking is asked no more, by whatever sign', async () => {
  await rule({ whenOne: 'prompt' })
  const number = newNumber()
  const fits = await contact(number, { name: 'Ottilie Baader', country: 'DE' })
  const user = await writes(number, 'Ottilie Baader')
  await expect.poll(async () => (await suggestionsOf(user)).map(row => row.recordId)).toEqual([fits])
  const other = await contact(newNumber())
  await muster.api('PUT', `/messaging-users/${user.id}/links/contact`, { recordId: other })
  expect(await suggestionsOf(user)).toEqual([])
  expect((await again(user)).body.items).toEqual([])
  expect((await suggestionsOf(user, false)).map(row => [row.recordId, row.decision])).toEqual([[fits, 'obsolete']])
})

test('two who write from one number at the same time, on two channels, are one person', async () => {
  await rule({ whenNone: 'create' }, '*')
  const other = await muster.addChannel('byoc')
  for (let round = 0; round < 8; round++) {
    const number = newNumber()
    for (const { id } of [channel, other]) await applyEvents(lane.run, [received(toUuid(id), number, `m${serial++}`)])
    const ids = (await muster.database.pool.query(`select messaging_user_id as id from aliases where key = $1`, [number])).rows.map(row => row.id as string)
    await muster.database.pool.query(`delete from graphile_worker._private_jobs`)
    await Promise.all(ids.map(id => applyLinkRules(muster.database.pool, [id])))
    const { rows } = await muster.database.pool.query('select distinct contact_id from messaging_users where id = any($1)', [ids])
    expect(rows).toEqual([{ contact_id: expect.any(String) }])
  }
})

test('ids are compared with those of one system: the same id is somebody else’s in another', async () => {
  expect(await rule({ matchOn: ['user_id'] })).toMatchObject({ status: 400, body: { error: { details: [{ field: 'externalIdSystem' }] } } })
  expect((await rule({ matchOn: ['user_id'], externalIdSystem: 'shop' })).status).toBe(200)
  const add = async (system: string, externalId: string) =>
    (await muster.api<{ id: string }>('POST', '/individuals', { kind: 'contact', name: system, externalIds: [{ system, externalId }] })).body.id
  const customer = `customer-${serial++}`
  await add('crm', customer)
  const post = () => postByoc(channel, { events: [byocMessage(customer, `m${serial++}`)] })
  expect((await post()).status).toBe(200)
  await again(await read(customer))
  expect((await read(customer)).contactId).toBeNull()
  const ada = await add('shop', customer)
  await expect.poll(async () => (await read(customer)).contactId, { message: 'also when the individual appears' }).toBe(ada)
})

test('a name alone, or an address in a message, is suggested at most', async () => {
  await rule()
  const grace = await contact(newNumber(), { name: 'Grace Brewster Hopper', country: 'DE' })
  const user = await writes(newNumber(), 'Grace Brewster Hoper', 'write to ada@example.org please')
  await again(user)
  expect(await suggestionsOf(user)).toMatchObject([{ recordId: grace, reasons: [{ code: 'similar_name' }], score: 30 }])
  const ada = await contact(newNumber())
  await muster.database.pool.query(`insert into individual_emails (individual_id, id, email, match_key) values ($1, $2, 'Ada@Example.org', 'ada@example.org')`, [toUuid(ada), uuidv7()])
  await again(user)
  expect((await suggestionsOf(user)).map(row => [row.recordId, row.reasons[0]!.code])).toEqual([[ada, 'email_in_message'], [grace, 'similar_name']])
  expect((await read(user.platformKey)).contactId).toBeNull()
})

test('the rules are applied to everybody in the background: first as a trial that changes nothing', async () => {
  const number = newNumber()
  const user = await writes(number)
  const ada = await contact(number)
  await rule()
  const run = async (isTrial: boolean) => {
    const started = await muster.api<LinkRun>('POST', '/link-runs', { isTrial })
    expect(started.status).toBe(202)
    const status = async () => (await muster.api<LinkRun>('GET', `/link-runs/${started.body.id}`)).body
    await expect.poll(async () => (await status()).status).toBe('done')
    return status()
  }
  const trial = await run(true)
  expect(trial.linked).toBeGreaterThanOrEqual(1)
  expect(trial.done).toBe(trial.total)
  expect((await read(number)).contactId).toBeNull()
  const real = await run(false)
  expect(real.linked).toBe(trial.linked)
  expect((await read(user.platformKey)).contactId).toBe(ada)
  expect((await run(false)).linked).toBe(0)
})

test('somebody who was there is linked when their individual appears, and when it gets their number', async () => {
  await rule()
  const [one, two] = [newNumber(), newNumber()]
  await writes(one)
  await writes(two)
  const added = await muster.api<{ id: string }>('POST', '/individuals', { kind: 'contact', name: 'Ida', phones: [{ number: one }] })
  expect(added.status).toBe(201)
  await expect.poll(async () => (await read(one)).contactId).toBe(added.body.id)
  expect((await muster.api('PATCH', `/individuals/${added.body.id}`, { phones: [{ number: one }, { number: two }] })).status).toBe(200)
  await expect.poll(async () => (await read(two)).contactId).toBe(added.body.id)
})

test('a rule for a kind of channel that does not exist is refused', async () => {
  expect(await rule({}, 'pigeon')).toMatchObject({ status: 400, body: { error: { details: [{ field: 'channelType' }] } } })
  expect((await rule({ matchOn: ['name'] })).status).toBe(400)
  expect((await muster.api('DELETE', '/link-rules/byoc/contact')).status).toBe(404)
})
