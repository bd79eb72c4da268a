import { Readable } from 'node:stream'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { uuidv7 } from 'uuidv7'
import { bearer, testApi, type TestApi } from '../../test/api.ts'
import type { ImportResult, Individual } from '../contract/individuals.ts'
import { toTypeId } from '../ids.ts'

let api: TestApi
let key: string
beforeAll(async () => {
  api = await testApi()
  key = await api.keyOf('agent')
})
afterAll(() => api.stop())

const root = '/api/v1/individuals'
const send = (payload: string | Buffer | Readable, { path = 'individuals', query = '', type = 'text/csv' } = {}) =>
  api.app.inject({ method: 'POST', url: `/api/v1/${path}/imports${query}`, payload, headers: { ...bearer(key), 'content-type': type } })
const importOf = async (lines: string[], query = ''): Promise<ImportResult> => {
  const response = await send(lines.join('\n'), { query })
  expect(response.statusCode, response.body).toBe(200)
  return response.json()
}
const exported = async (path = 'individuals', query = '') => (await api.call('GET', `/api/v1/${path}/export${query}`))
const rowsOf = (csv: string): Record<string, string>[] => parse(csv, { bom: true, columns: true })
const find = async (q: string): Promise<Individual[]> => (await api.call('GET', `${root}?${new URLSearchParams({ q })}`)).json().items
const count = async () => Number((await api.database.pool.query('select count(*) from individuals')).rows[0].count)

describe('import', () => {
  test('creates, changes and leaves alone, by external id and by id', async () => {
    const header = 'kind,firstName,lastName,externalSystem1,externalId1,phone1,phone1IsVerified,email1,isoCountryCode,attributes.city'
    const rows = ['contact,Anna,Bauer,crm,c1,0170 1234567,TRUE,anna@example.com,DE,Köln', 'lead,Boris,"Chen, Jr.",crm,c2,,,,,', 'employee,Cora,Díaz,crm,c3,,,cora@example.com,,"Two\nlines"']
    expect(await importOf([header, ...rows])).toEqual({ created: 3, updated: 0, unchanged: 0, rejectedCount: 0, rejected: [], dryRun: false })
    expect(api.published).toContainEqual({ type: 'many' })
    expect(await importOf([header, ...rows])).toMatchObject({ created: 0, updated: 0, unchanged: 3 })

    const [anna] = await find('anna bauer')
    expect(anna).toMatchObject({
      kind: 'contact', name: 'Anna Bauer', attributes: { city: 'Köln' }, externalIds: [{ system: 'crm', externalId: 'c1' }],
      phones: [{ number: '0170 1234567', e164: '+491701234567', isVerified: true }], emails: [{ email: 'anna@example.com' }],
    })
    expect(await importOf(['externalSystem1,externalId1,lastName,externalSystem2,externalId2', 'crm,c1,,erp,77', 'crm,c2,Cheng,,'])).toMatchObject({ updated: 2 })
    expect(await importOf(['id,language,phone1', `${anna!.id},de,+49 170 1234567`])).toMatchObject({ updated: 1 })
    const [again] = await find('anna bauer')
    expect(again, 'an empty cell or a column that is not there changes nothing').toMatchObject({
      lastName: 'Bauer', language: 'de', externalIds: [{ system: 'crm', externalId: 'c1' }, { system: 'erp', externalId: '77' }],
      phones: [{ number: '+49 170 1234567', isVerified: true }], attributes: { city: 'Köln' },
    })
  })

  test('leaves out what is wrong, says where and why, and takes the rest', async () => {
    const unknown = toTypeId('in', uuidv7())
    const result = await importOf([
      'id,kind,name,phone2,email1,externalSystem1,externalId1,attributes', // 1
      ',contact,Right One,,,,,', //                                            2
      ',contact,,,,,,', //                                                     3
      ',customer,Wrong Kind,,,,,', //                                          4
      ',contact,Wrong Mail,,nobody,,,', //                                     5
      ',contact,Wrong Phone,1,,,,', //                                         6
      `${unknown},,Nobody,,,,,`, //                                            7
      ',lead,Takes A Lead,,,crm,c1,', //                                       8
      ',contact,No System,,,,x,', //                                           9
      ',contact,Bad Attributes,,,,,[1]', //                                   10
      ',contact,Too Many,,,,,,,,', //                                         11
      `,contact,${'x'.repeat(300)},,,,,`, //                                  12
      ',contact,A\u0000B,,,,,', //                                            13
      '', //                                                                  14
      '"",contact,"Two', //                                                   15
      'Lines",,,,,', //                                                       16
      ',contact,Escaped Nul,,,,,"{""a"":""\\u0000""}"', //                    17
      ',contact,Right Two,+44 20 7946 0958,,,,"{""a"":1}"', //                18
    ])
    expect(result).toMatchObject({ created: 3, updated: 0, unchanged: 0, rejectedCount: 12 })
    expect(result.rejected.map(({ line, field }) => `${line} ${field}`)).toEqual([
      '3 name', '4 kind', '5 email1', '6 phone2', '7 id', '8 kind', '9 externalSystem1', '10 attributes', '11 null', '12 name', '13 name', '17 attributes',
    ])
    expect(result.rejected[5]).toEqual({ line: 8, field: 'kind', reason: 'is contact, and does not change' })
    expect((await find('Right')).map(({ name }) => name)).toEqual(['Right Two', 'Right One'])
    expect(await find('Takes A Lead')).toEqual([])
  })

  test('a trial tells the same and changes nothing', async () => {
    const lines = ['kind,name,externalSystem1,externalId1', 'contact,Trial One,trial,1', 'contact,Trial Uno,trial,1', 'customer,Trial Two,trial,2', ',Anna Trial,crm,c1']
    const before = await count()
    const trial = await importOf(lines, '?dryRun=true')
    expect(trial).toMatchObject({ created: 1, updated: 2, unchanged: 0, rejectedCount: 1, dryRun: true })
    expect(await count()).toBe(before)
    expect(await find('Anna Trial')).not.toContainEqual(expect.objectContaining({ name: 'Anna Trial' }))
    expect(await importOf(lines)).toEqual({ ...trial, dryRun: false })
    expect((await find('Trial Uno')).map(({ name }) => name)).toEqual(['Trial Uno'])
  })

  test('more rows than one transaction holds, and the same file by two at once', async () => {
    const lines = ['kind,name,externalSystem1,externalId1', ...Array.from({ length: 1700 }, (_, i) => `lead,Many ${i},many,${(i * 7919) % 1700}`)]
    const [one, other] = await Promise.all([importOf(lines), importOf([lines[0]!, ...lines.slice(1).toReversed()])])
    expect(one.created + other.created).toBe(1700)
    expect(one.unchanged + other.unchanged).toBe(1700)
    expect([...one.rejected, ...other.rejected]).toEqual([])
  })

  test('an external id of another record', async () => {
    const result = await importOf(['kind,name,externalSystem1,externalId1,externalSystem2,externalId2', 'contact,Second,new,1,crm,c1', 'contact,Third,new,1,,'])
    const [anna] = await find('Anna Trial')
    expect(result).toMatchObject({ created: 1, rejected: [{ line: 2, field: 'externalIds', reason: `crm c1 belongs to ${anna!.id}` }] })
    expect((await find('Third'))[0]!.externalIds, 'the refused row leaves its external id to the next').toEqual([{ system: 'new', externalId: '1' }])
    expect((await importOf(['kind,name,externalSystem1,externalId1,externalSystem2,externalId2', 'contact,Fourth,new,2,crm,c1'])).rejectedCount).toBe(1)
    expect((await api.call('POST', root, { kind: 'contact', name: 'Fifth', externalIds: [{ system: 'new', externalId: '2' }] })).statusCode, 'and to anybody').toBe(201)
  })

  test.each([
    ['', 'The file is empty'],
    ['\n\n', 'The file is empty'],
    ['kind;name\ncontact;A', 'kind;name is not a column that is known'],
    ['kind,name,name\ncontact,A,B', 'name is there twice'],
    ['kind,phone0\n', 'phone0 is not a column'],
    ['kind,attributes.\n', 'attributes. is not a column'],
    ['"kind,name\ncontact,A', 'Quote Not Closed'],
  ])('refuses %j', async (file, message) => {
    const response = await send(file)
    expect([response.statusCode, response.json().error.message]).toEqual([400, expect.stringContaining(message)])
  })

  test('refuses what is not text in UTF-8, and no CSV', async () => {
    expect((await importOf(['kind,name', 'contact,Fine'])).created).toBe(1)
    const latin = (await send(Buffer.concat([Buffer.from('kind,name\ncontact,M'), Buffer.from([0xfc]), Buffer.from('ller\n')]))).json()
    expect(latin.rejected).toEqual([{ line: 2, field: 'name', reason: 'is not text in UTF-8' }])
    expect((await send('{}', { type: 'application/json' })).statusCode).toBe(415)
    expect((await send('kind,name', { type: 'text/csv; charset=iso-8859-1' })).statusCode).toBe(415)
    expect((await send('<x/>', { type: 'application/xml' })).statusCode).toBe(415)
    expect((await send('kind,name', { query: '?dryrun=true' })).statusCode).toBe(400)
  })

  test('lines that are not CSV are told, and the others taken', async () => {
    const result = await importOf(['kind,name', 'contact,Before', 'contact,In "the" middle', 'contact,Between', `contact,${'x'.repeat(300_000)}`, 'contact,"Open quote', 'contact,Swallowed'])
    expect(result).toMatchObject({ created: 2, rejectedCount: 3 })
    expect(result.rejected.map(({ line, field }) => [line, field])).toEqual([[3, null], [5, 'name'], [7, null]])
    expect(result.rejected[2]!.reason).toMatch(/^Quote Not Closed/)
  })

  test('a file that is too large is not taken, or not further than that', async () => {
    const response = await api.app.inject({
      method: 'POST', url: `${root}/imports`, payload: 'kind', headers: { ...bearer(key), 'content-type': 'text/csv', 'content-length': String(60 * 2 ** 20) },
    })
    expect(response.statusCode).toBe(413)
    const header = 'kind,name\ncontact,Fits\n'
    const filler = `"",${'x'.repeat(200_000)}\n`
    const endless = (await send(Readable.from((function* () {
      yield Buffer.from(header)
      for (let i = 0; i < 300; i++) yield Buffer.from(`"${'x'.repeat(200_000)}`.slice(Number(i > 0)))
    })()))).json()
    expect(endless).toMatchObject({ created: 1, rejectedCount: 1 })
    const result = (await send(Readable.from((function* () {
      yield Buffer.from(header)
      for (let i = 0; i < 300; i++) yield Buffer.from(filler)
    })()))).json()
    expect(result.created).toBe(1)
    expect(result.rejected.at(-1)).toMatchObject({ field: null, reason: 'Here the file is larger than 50 MB. Nothing was read from here on' })
  })

  test('a viewer may export and not import', async () => {
    const viewer = bearer(await api.keyOf('viewer'))
    expect((await api.app.inject({ method: 'GET', url: `${root}/export`, headers: viewer })).statusCode).toBe(200)
    expect((await api.app.inject({ method: 'POST', url: `${root}/imports`, payload: 'kind', headers: { ...viewer, 'content-type': 'text/csv' } })).statusCode).toBe(403)
  })
})

describe('export', () => {
  test('what it wrote, the import finds unchanged', async () => {
    const account = (await api.call('POST', '/api/v1/accounts', { name: 'Acme, "Inc."', website: 'http://localhost/', externalIds: [{ system: 'erp', externalId: '9' }] })).json()
    await api.call('POST', root, {
      kind: 'contact', name: '=HYPERLINK("http://localhost","x")', firstName: '-1+1', lastName: "'=1", accountId: account.id, attributes: { '=a': '+1', n: 2, b: false },
      phones: [{ number: '+44 20 7946 0958', label: '@work', isShared: true }, { number: '0170 1' }], emails: [{ email: 'a+b@example.com', isVerified: true }],
      externalIds: [{ system: 'x', externalId: '=1' }, { system: 'y', externalId: '2,3\n"4"\r5' }],
    })
    const response = await exported()
    expect(response.headers).toMatchObject({ 'content-type': 'text/csv; charset=utf-8', 'content-disposition': 'attachment; filename="individuals.csv"' })
    const rows = rowsOf(response.body)
    expect(rows).toHaveLength(await count())
    expect(Object.keys(rows[0]!)).toEqual(expect.arrayContaining(['id', 'kind', 'phone2', 'phone2IsShared', 'email1', 'externalId2', 'externalSystem2', 'attributes', 'accountName']))
    expect(rows[0]).toMatchObject({
      name: `'=HYPERLINK("http://localhost","x")`, firstName: "'-1+1", lastName: "''=1", phone1: "'+44 20 7946 0958", phone1Label: "'@work", externalId1: "'=1",
      accountName: 'Acme, "Inc."', accountId: account.id,
    })
    expect(rows.flatMap(row => Object.values(row)).filter(cell => /^[=+\-@\t\r]/.test(cell)), 'nothing a spreadsheet would run').toEqual([])
    expect((await send(response.body)).json()).toMatchObject({ created: 0, updated: 0, unchanged: rows.length, rejected: [] })

    const accounts = await exported('accounts')
    expect(rowsOf(accounts.body)).toEqual([expect.objectContaining({ id: account.id, name: 'Acme, "Inc."', externalId1: '9' })])
    expect((await send(accounts.body, { path: 'accounts' })).json()).toMatchObject({ unchanged: 1, rejected: [] })
    expect((await send('name,website\nNew Account,nowhere\nOther Account,', { path: 'accounts' })).json())
      .toMatchObject({ created: 1, rejected: [{ line: 2, field: 'website' }] })
  })

  test('of one kind alone', async () => {
    const kinds = new Set(rowsOf((await exported('individuals', '?kind=lead')).body).map(({ kind }) => kind))
    expect([...kinds]).toEqual(['lead'])
    expect((await exported('individuals', '?kind=customer')).statusCode).toBe(400)
  })
})
