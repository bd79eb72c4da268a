import { afterAll, beforeAll, expect, test } from 'vitest'
import { applyConnection, received } from '../../test/record.ts'
import { memoryBlobs, testApi, type TestApi } from '../../test/api.ts'
import type { Import, ImportRowOutcome } from '../contract/imports.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { receiveFile } from '../imports/upload.ts'
import { FileStore } from '../imports/storage.ts'
import { workOn } from '../imports/work.ts'
import { applyEvents } from '../record/apply.ts'
import { verifyLedger } from '../record/consent/verify.ts'

const blobs = memoryBlobs()
let api: TestApi
let channelId: string
beforeAll(async () => {
  api = await testApi({ blobs })
  channelId = await channel('SMS', 'sms-twilio')
})
afterAll(() => api.stop())

async function channel(name: string, type: string, country = 'IT'): Promise<string> {
  const { rows } = await api.database.pool.query(
    `insert into channels (id, type, name, config, iso_country_code) values (gen_random_uuid(), $1, $2, '{}', $3) returning id`, [type, name, country])
  return toTypeId('ch', rows[0].id)
}

const key = () => api.keyOf('admin')
/** Uploads a file. */
async function upload(file: string | Buffer, query: Record<string, string> = { channelId }): Promise<{ status: number; body: Import }> {
  const answer = await api.app.inject({
    method: 'POST', url: `/api/v1/imports?${new URLSearchParams(query)}`, payload: file, headers: { authorization: `Bearer ${await key()}`, 'content-type': 'text/csv' },
  })
  return { status: answer.statusCode, body: answer.json() }
}
const work = (id: string) => workOn(
  { pool: api.database.pool, store: new FileStore(api.database.pool, blobs), changes: { publishUsers: () => {} } }, toUuid(id))
async function step(id: string, what: string): Promise<Import> {
  const answer = await api.call('POST', `/api/v1/imports/${id}/${what}`)
  if (answer.statusCode !== 200) throw new Error(answer.body)
  await work(id)
  return (await api.call('GET', `/api/v1/imports/${id}`)).json()
}
/** Uploads and imports a file. */
async function imported(file: string | Buffer, query?: Record<string, string>): Promise<Import> {
  const { status, body } = await upload(file, query)
  if (status !== 201) throw new Error(JSON.stringify(body))
  return step(body.id, 'start')
}
const outcomes = async (id: string): Promise<ImportRowOutcome[]> => (await api.call('GET', `/api/v1/imports/${id}/outcomes?limit=1000`)).json().items
const user = async (id: string) => (await api.call('GET', `/api/v1/messaging-users/${id}`)).json()
const told = (rows: ImportRowOutcome[]) => rows.map(row => [row.row, row.outcome, row.column, row.reason])

test('people are created as their first message would create them, and can be written to at once', async () => {
  const { body } = await upload('Phone;Name;MessagingConsentStatus\n333 1234567;Ada Rossi;Explicitly opted in\n+44 (0)20 7946 0018;Bo;\n',
    { channelId, consentSource: 'Trade fair', consentAt: '2026-01-02T00:00:00Z', fileName: 'fair.csv' })
  expect(body).toMatchObject({ status: 'ready', delimiter: ';', encoding: 'utf-8', columns: [{ field: 'key' }, { field: 'name' }, { field: 'consentStatus' }],
    sampleRows: [['333 1234567', 'Ada Rossi', 'Explicitly opted in'], ['+44 (0)20 7946 0018', 'Bo', '']] })
  expect(await step(body.id, 'start')).toMatchObject({ status: 'done', rows: 2, created: 2, rejected: 0 })
  const [ada] = await outcomes(body.id)
  expect(await user(ada!.messagingUserId!)).toMatchObject({
    platformKey: '+393331234567', externalId: '+393331234567', name: 'Ada Rossi', nameSource: 'import', consentStatus: 'ExplicitlyOptedIn' })
  const { items: [line] } = (await api.call('GET', `/api/v1/messaging-users/${ada!.messagingUserId}/consent-events`)).json()
  expect(line).toMatchObject({ source: 'import', note: 'Trade fair', happenedAt: '2026-01-02T00:00:00.000Z', toStatus: 'ExplicitlyOptedIn' })
  const check = await api.call('POST', '/api/v1/send-checks', { messagingUserId: ada!.messagingUserId })
  expect(check.json()).toMatchObject({ allowed: true })

  const { run, end } = await applyConnection(api.database.connection)
  await applyEvents(run, [received(toUuid(channelId), '+393331234567', 'hello', { profile: { name: 'Someone else' } })])
  await end()
  expect(await user(ada!.messagingUserId!)).toMatchObject({ name: 'Ada Rossi', messageCount: 1 })
})

test('the dry run tells what would happen, and changes nothing', async () => {
  const { body } = await upload('phone,name\n+393330000001,One\n333 0000001,Twice\nnobody,x\n4.91512E+12,Excel\n+393331234567,Ada Bianchi\n+39 333 1234567,Again\nragged\n')
  const before = (await api.database.pool.query('select count(*) from messaging_users')).rows
  const { trial, status } = await step(body.id, 'trial')
  expect(status).toBe('ready')
  expect(trial).toMatchObject({ rows: 7, created: 1, matched: 1, changed: 1, unchanged: 0, rejected: 5 })
  expect(trial!.reasons.map(({ column, reason, count }) => [count, column, reason])).toEqual(expect.arrayContaining([
    [2, 'phone', 'The same person is in row … already'], [1, 'phone', 'This is not a phone number: write it with + and the country code'],
    [1, 'phone', expect.stringContaining('Excel has shortened')], [1, null, 'The row has … cells, and there are 2 columns']]))
  expect((await api.database.pool.query('select count(*) from messaging_users')).rows).toEqual(before)
  const done = await step(body.id, 'start')
  expect(done).toMatchObject({ created: trial!.created, changed: trial!.changed, unchanged: trial!.unchanged, rejected: trial!.rejected })
  expect(told(await outcomes(body.id))).toEqual([
    [2, 'created', null, null], [3, 'rejected', 'phone', 'The same person is in row “2” already'], [4, 'rejected', 'phone', expect.any(String)],
    [5, 'rejected', 'phone', expect.any(String)], [6, 'changed', null, null], [7, 'rejected', 'phone', 'The same person is in row “6” already'],
    [8, 'rejected', null, expect.any(String)]])
})

test('the same file twice changes nothing, also when people changed since', async () => {
  const file = 'phone,name\n+393330000010,First\n+393330000011,Second\n'
  const first = await imported(file)
  const [one] = await outcomes(first.id)
  await api.call('PATCH', `/api/v1/messaging-users/${one!.messagingUserId}`, { name: 'By hand' })
  expect(await imported(file)).toMatchObject({ created: 0, changed: 0, unchanged: 2 })
  expect(await user(one!.messagingUserId!)).toMatchObject({ name: 'By hand' })
})

test('an opt-out is never overridden, and consent without a source is refused', async () => {
  const first = await imported('phone,consent\n+393330000020,OptedOut\n', { channelId, consentSource: 'List of objections' })
  expect(first).toMatchObject({ created: 1 })
  const second = await imported('phone,consent,name\n+393330000020,DoublyOptedIn,Named all the same\n', { channelId, consentSource: 'Web form' })
  const [row] = await outcomes(second.id)
  expect(row).toMatchObject({ outcome: 'changed', column: 'consent', reason: 'The person has opted out, and an import does not undo that.' })
  expect(await user(row!.messagingUserId!)).toMatchObject({ consentStatus: 'OptedOut', name: 'Named all the same' })

  const { body } = await upload('phone,consent\n+393330000021,ExplicitlyOptedIn\n')
  const refused = await api.call('POST', `/api/v1/imports/${body.id}/start`)
  expect([refused.statusCode, refused.json().error.message]).toEqual([400, expect.stringContaining('consentSource')])
  const third = await imported('phone,consent,consentSource\n+393330000021,ExplicitlyOptedIn,\n+393330000022,ExplicitlyOptedIn,Form 7\n')
  expect(told(await outcomes(third.id))).toEqual([[2, 'rejected', 'consent', expect.stringContaining('state the source')], [3, 'created', null, null]])
})

test('rows are linked by our ids and those of other systems, and the account follows the contact', async () => {
  const account = (await api.call('POST', '/api/v1/accounts', { name: 'ACME' })).json().id
  const contact = (await api.call('POST', '/api/v1/individuals', { kind: 'contact', name: 'C', accountId: account })).json().id
  const lead = (await api.call('PUT', '/api/v1/individuals/external/salesforce/00Q000000000001AAA', { kind: 'lead', name: 'L' })).json().id
  const done = await imported(`MessagingPlatformKey,ContactId,LeadId\n+393330000030,${contact},\n+393330000031,,00Q000000000001AAA\n+393330000032,crm:17,\n+393330000033,${lead},\n`)
  const rows = await outcomes(done.id)
  expect(told(rows).slice(2)).toEqual([
    [4, 'rejected', 'ContactId', 'The contact “crm:17” is not known'], [5, 'rejected', 'ContactId', `“${lead}” is a lead, not a contact`]])
  expect(await user(rows[0]!.messagingUserId!)).toMatchObject({ contactId: contact, accountId: account })
  expect(await user(rows[1]!.messagingUserId!)).toMatchObject({ leadId: lead })
  const { items } = (await api.call('GET', `/api/v1/messaging-users/${rows[0]!.messagingUserId}/links`)).json()
  expect(items.map((link: { kind: string; source: string }) => [link.kind, link.source]).toSorted()).toEqual([['account', 'contact'], ['contact', 'import']])
})

test('an opt-out outlives the undoing of the import that told of it', async () => {
  const created = await imported('phone,consent\n+393330009030,OptedOut\n', { channelId, consentSource: 'List of objections' })
  const before = await imported('phone\n+393330009031\n')
  const changed = await imported('phone,consent\n+393330009031,OptedOut\n', { channelId, consentSource: 'List of objections' })
  expect(before).toMatchObject({ created: 1 })
  for (const { id } of [created, changed]) {
    expect(await step(id, 'undo')).toMatchObject({ removed: 0 })
    const [row] = await outcomes(id)
    expect(await user(row!.messagingUserId!)).toMatchObject({ consentStatus: 'OptedOut' })
  }
})

test('undoing removes who was not used, brings back what was, and says what it left', async () => {
  const before = await imported('phone,name\n+393330000040,Old name\n')
  const old = (await outcomes(before.id))[0]!.messagingUserId!
  const done = await imported('phone,name,consent\n+393330000040,New name,ImplicitlyOptedIn\n+393330000041,Unused,ImplicitlyOptedIn\n+393330000042,Wrote,\n+393330000043,Renamed,\n',
    { channelId, consentSource: 'Form' })
  const rows = await outcomes(done.id)
  const { run, end } = await applyConnection(api.database.connection)
  await applyEvents(run, [received(toUuid(channelId), '+393330000042', 'they wrote')])
  await end()
  await api.call('PATCH', `/api/v1/messaging-users/${rows[3]!.messagingUserId}`, { name: 'By hand' })
  expect(await step(done.id, 'undo')).toMatchObject({ status: 'undone', removed: 1, reverted: 1, kept: 2 })
  expect((await outcomes(done.id)).map(({ undone, undoReason }) => [undone, undoReason])).toEqual([
    ['reverted', null], ['removed', null], ['kept', 'There are messages'], ['kept', 'They were changed since']])
  const { items } = (await api.call('GET', `/api/v1/imports/${done.id}/outcomes?undone=kept&outcome=created`)).json()
  expect(items.map(({ row }: ImportRowOutcome) => row)).toEqual([4, 5])
  expect(await user(old)).toMatchObject({ name: 'Old name', nameSource: 'import', consentStatus: null })
  expect((await api.call('GET', `/api/v1/messaging-users/${rows[1]!.messagingUserId}`)).statusCode).toBe(404)
  expect((await verifyLedger(api.database.pool)).broken).toBeUndefined()
  // The ledger of who is gone is still checked.
  await api.database.pool.query('update erased_users set lines = lines + 1')
  expect((await verifyLedger(api.database.pool)).broken).toMatchObject({ problem: 'Lines are missing at the end' })
  await api.database.pool.query('update erased_users set lines = lines - 1')
  // Undone, it can be imported again.
  expect(await imported('phone,name,consent\n+393330000041,Unused,ImplicitlyOptedIn\n', { channelId, consentSource: 'Form' })).toMatchObject({ created: 1 })
})

test('what was exported imports back unchanged', async () => {
  const byoc = await channel('Own', 'byoc')
  await imported('key,name,locale,language,country\n=evil,"=HYPERLINK(""x"")",de_AT,de,AT\n\'=x,"two\nlines",,,\n', { channelId: byoc })
  const answer = await api.call('GET', '/api/v1/messaging-users/export')
  expect(answer.headers['content-type']).toContain('text/csv')
  expect(answer.body).toContain(`"'=HYPERLINK(""x"")"`)
  const count = (await api.database.pool.query('select count(*)::int as n from messaging_users')).rows[0].n
  expect(await imported(answer.body, {})).toMatchObject({ rows: count, unchanged: count })
  const one = await api.call('GET', `/api/v1/messaging-users/export?channelId=${byoc}&q=evil`)
  expect(one.body.trim().split('\n')).toHaveLength(2)
})

test('channels where nobody can be created in advance are refused with the reason', async () => {
  const line = await channel('Social', 'line')
  const { status, body } = await upload('phone\n1\n', { channelId: line })
  expect([status, (body as unknown as { error: { message: string } }).error.message]).toEqual([409, expect.stringContaining('until they write themselves')])
  const done = await imported('phone,channel\n+393330000050,Social\n+393330000051,sms\n+393330000052,None\n', {})
  expect(told(await outcomes(done.id))).toEqual([
    [2, 'rejected', 'channel', expect.stringContaining('until they write themselves')], [3, 'created', null, null], [4, 'rejected', 'channel', 'No channel has the id or name “None”']])
})

test('programs hand in rows; a batch that is sent again is answered as it was', async () => {
  const { id } = (await api.call('POST', `/api/v1/imports?channelId=${channelId}`)).json()
  const send = async (lines: object[], query = '') => {
    const answer = await api.app.inject({ method: 'POST', url: `/api/v1/imports/${id}/rows${query}`, payload: lines.map(line => JSON.stringify(line)).join('\n'),
      headers: { authorization: `Bearer ${await key()}`, 'content-type': 'application/x-ndjson' } })
    return { status: answer.statusCode, body: answer.json() }
  }
  const batch = [{ phone: '+393330000060', name: 'Six' }, { phone: 393330000061 }, { phone: '+393330000062', shoe: 42 }]
  const first = await send(batch, '?firstRow=1')
  expect(first.body.rows.map((row: ImportRowOutcome) => [row.outcome, row.reason])).toEqual([['created', null], ['created', null], ['rejected', 'Nobody knows a field “shoe”']])
  expect((await send(batch, '?firstRow=1')).body).toEqual(first.body)
  expect((await send(batch, '?firstRow=9')).status).toBe(409)
  expect((await send([{ phone: '+393330000060' }])).body).toMatchObject({ nextRow: 5, rows: [{ outcome: 'rejected', reason: 'The same person is in row “1” already' }] })
  await api.call('POST', `/api/v1/imports/${id}/finish`)
  expect((await send(batch)).status).toBe(409)
})

test('pausing and cancelling stop it where it is, and outcomes are downloaded as CSV', async () => {
  const { body } = await upload(`phone,name\n${Array.from({ length: 2500 }, (_, n) => `+3933310${String(n).padStart(5, '0')},=P${n}`).join('\n')}\n`)
  await api.call('POST', `/api/v1/imports/${body.id}/start`)
  await api.call('POST', `/api/v1/imports/${body.id}/pause`)
  await work(body.id)
  expect((await api.call('GET', `/api/v1/imports/${body.id}`)).json()).toMatchObject({ status: 'paused', rows: 0 })
  expect(await step(body.id, 'resume')).toMatchObject({ status: 'done', created: 2500 })
  const csv = (await api.call('GET', `/api/v1/imports/${body.id}/outcomes.csv`)).body.trim().split('\n')
  expect(csv).toHaveLength(2501)
  expect(csv[1]).toMatch(/^2,created,mu_\w+,'\+393331000000,,,,$/)
  expect((await api.call('POST', `/api/v1/imports/${body.id}/cancel`)).statusCode).toBe(409)
  expect(await step(body.id, 'undo')).toMatchObject({ removed: 2500 })
})

test('mappings are set, saved by name and used again', async () => {
  const { body } = await upload('Wer,Wie\n+393330000070,Name\n')
  expect(body.columns).toEqual([{ name: 'Wer', field: 'key' }, { name: 'Wie', field: null }]) // by what is in it
  const put = (payload: object) => api.call('PUT', `/api/v1/imports/${body.id}/mapping`, payload)
  expect((await put({ columns: { Was: 'name' } })).statusCode).toBe(400)
  expect((await put({ columns: { Wie: 'key' } })).statusCode).toBe(400)
  expect((await put({ columns: { Wie: 'name' }, saveAs: 'German' })).statusCode).toBe(200)
  expect((await upload('Wie,Wer\nx,y\n', { channelId, mapping: 'German' })).body.columns).toEqual([{ name: 'Wie', field: 'name' }, { name: 'Wer', field: 'key' }])
  expect((await api.call('DELETE', `/api/v1/imports/${body.id}`)).statusCode).toBe(204)
})

test('what is wrong is refused or rejected with row, column and reason, and the rest goes on', async () => {
  const message = async (file: string | Buffer) => {
    const { status, body } = await upload(file)
    return [status, (body as unknown as { error?: { message: string } }).error?.message]
  }
  expect(await message(Buffer.from('504b030414000000', 'hex'))).toEqual([415, expect.stringContaining('Save As')])
  expect(await message(Buffer.from('504b0304', 'hex'))).toEqual([415, expect.stringContaining('Save As')])
  expect(await message('')).toEqual([expect.any(Number), expect.any(String)])
  expect(await message('\n\n')).toEqual([400, expect.stringContaining('no columns')])
  expect(await message('"a,b\n1,2')).toEqual([400, expect.stringContaining('quotation mark')])
  const none = await upload('shoe,size\nx,42\n')
  expect((await api.call('POST', `/api/v1/imports/${none.body.id}/start`)).json().error.message).toContain('map one to key')

  const done = await imported(Buffer.from([
    'phone;name;country', `+393330000080;${'z'.repeat(10_000_000)};`, '+393330000081;N\0L;', '+393330000082;Good;', '+393330000083;"not closed;', '+393330000084;x;Italy',
    '+393330000085;ragged;IT;more', ';Nobody;', '\uFEFF+393330000086;J\u00fcrgen;IT'].join('\r\n')))
  expect(told(await outcomes(done.id))).toEqual([
    [2, 'rejected', 'name', 'has more than 255 characters'], [3, 'rejected', 'name', expect.stringContaining('not text')], [4, 'created', null, null],
    [5, 'rejected', null, expect.stringContaining('quotation mark')], [6, 'rejected', 'country', expect.stringContaining('two letters')],
    [7, 'rejected', null, 'The row has “4” cells, and there are 3 columns'], [8, 'rejected', 'phone', expect.stringContaining('is empty')], [9, 'created', null, null]])

  const latin = await imported(Buffer.from('Telefon\tVorname\tNachname\n+393330000087\tJ\u00f6rg\tM\u00fcller\n', 'latin1'))
  expect(latin.encoding).toBe('windows-1252')
  expect(await user((await outcomes(latin.id))[0]!.messagingUserId!)).toMatchObject({ name: 'J\u00f6rg M\u00fcller' })
  const wide = await imported(Buffer.from('\uFEFFphone;name\r\n+393330000088;\u5f20\u4f1f\r\n', 'utf16le'))
  expect(await user((await outcomes(wide.id))[0]!.messagingUserId!)).toMatchObject({ name: '\u5f20\u4f1f' })
})

test('an upload that breaks off leaves nothing', async () => {
  const before = (await api.database.pool.query('select count(*) from imports')).rows
  await expect(receiveFile({ pool: api.database.pool, store: new FileStore(api.database.pool, blobs) }, (async function* () {
    yield Buffer.from('phone\n+39')
    throw new Error('aborted')
  })(), { fileName: 'x', channelId: null, consentSource: null, consentAt: null, importer: { source: 'system', name: 'x', actor: null } })).rejects.toThrow('aborted')
  expect((await api.database.pool.query('select count(*) from imports')).rows).toEqual(before)
})

test('one person has two spellings of their number in some countries, and is one', async () => {
  const chat = await channel('Chat', 'whatsapp', 'BR')
  const done = await imported('phone\n+5511987654321\n+551187654321\n', { channelId: chat })
  const [first, second] = await outcomes(done.id)
  expect([first!.outcome, second!.reason]).toEqual(['created', 'The same person is in row “2” already'])
  const { run, end } = await applyConnection(api.database.connection)
  await applyEvents(run, [received(toUuid(chat), '551187654321', 'old spelling', { user: { key: { kind: 'phone', key: '551187654321' } } })])
  await end()
  expect(await user(first!.messagingUserId!)).toMatchObject({ platformKey: '5511987654321', messageCount: 1 })
})

test('after all of this the ledger of consent is in order', async () => {
  expect((await verifyLedger(api.database.pool)).broken).toBeUndefined()
})
