import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testApi, type TestApi } from '../../test/api.ts'
import type { Account, Individual } from '../contract/individuals.ts'
import { toUuid } from '../ids.ts'

let api: TestApi
let acme: Account

beforeAll(async () => {
  api = await testApi()
  acme = (await api.call('POST', '/api/v1/accounts', { name: 'Acme Logistik' })).json()
  const people = [
    { kind: 'contact', name: 'Anna Schmidt', accountId: acme.id, isoCountryCode: 'DE', phones: [{ number: '0170 / 123-45 67' }], emails: [{ email: 'Anna.S@example.com' }] },
    { kind: 'lead', name: 'Bert Meier', phones: [{ number: '+44 (0)20 7946 0958' }, { number: '+1 (555) 010-0000' }], emails: [{ email: 'bert_m@mail.example' }] },
    { kind: 'contact', name: 'Agent 007', emails: [{ email: '007@example.com' }] },
    { kind: 'contact', name: 'Agent 555' },
    { kind: 'employee', name: '王芳', phones: [{ number: '+86 138 0013 8000' }] },
    { kind: 'person_account', name: 'Зоя Ёлкина' },
    { kind: 'contact', name: 'Al Bo 100%_\\' },
  ]
  for (const person of people) await api.call('POST', '/api/v1/individuals', person)
  // Several of one moment, which the order has to tell apart all the same.
  await api.database.pool.query(`
    insert into individuals (id, kind, name, last_name, created_at)
    select gen_random_uuid(), 'contact', 'Crowd ' || n, 'Crowd', timestamptz '2024-01-01' + (n / 8) * interval '1 microsecond' from generate_series(1, 40) n`)
})
afterAll(() => api.stop())

const path = '/api/v1/individuals'
const addressOf = (query: Partial<Record<string, string>>, of = path) => `${of}?${new URLSearchParams(query as Record<string, string>)}`
const list = async (query: Partial<Record<string, string>>) => (await api.call('GET', addressOf(query))).json()
const namesFor = async (query: Partial<Record<string, string>>) => (await list(query)).items.map(({ name }: Individual) => name)

async function walk(path: string, query: Partial<Record<string, string>>): Promise<string[]> {
  const names: string[] = []
  let cursor: string | null = null
  do {
    const page: { items: Individual[]; nextCursor: string | null } = (await api.call('GET', addressOf({ ...query, ...cursor && { cursor } }, path))).json()
    names.push(...page.items.map(({ name }: Individual) => name))
    cursor = page.nextCursor
  } while (cursor)
  return names
}

describe('the list', () => {
  test.each([{}, { q: 'crowd' }, { kind: 'contact' }])('is sorted by creation, and paging shows each once: %j', async (query) => {
    const all = await walk(path, { ...query, limit: '1000' })
    expect(new Set(all).size).toBe(all.length)
    for (const limit of ['1', '7', '46']) expect(await walk(path, { ...query, limit })).toEqual(all)
  })

  test('newest first', async () => {
    expect((await namesFor({})).slice(0, 6)).toEqual(['Al Bo 100%_\\', 'Зоя Ёлкина', '王芳', 'Agent 555', 'Agent 007', 'Bert Meier'])
  })

  test.each([
    [{ kind: 'lead' }, ['Bert Meier']],
    [{ createdBefore: '2024-06-01T00:00:00Z', kind: 'lead' }, []],
    [{ createdAfter: '2024-06-01T00:00:00Z', kind: 'contact' }, ['Al Bo 100%_\\', 'Agent 555', 'Agent 007', 'Anna Schmidt']],
    [{ q: 'a', kind: 'contact', createdAfter: '2024-06-01T00:00:00Z' }, ['Al Bo 100%_\\', 'Agent 555', 'Agent 007', 'Anna Schmidt']],
  ])('filter %j', async (query, names) => {
    expect(await namesFor(query)).toEqual(names)
  })

  test('of an account', async () => {
    expect(await namesFor({ accountId: acme.id })).toEqual(['Anna Schmidt'])
    expect((await list({ accountId: acme.id })).items[0]).toMatchObject({ accountName: 'Acme Logistik' })
    expect(await namesFor({ accountId: acme.id, q: 'bert' })).toEqual([])
  })

  test.each([{ kind: 'customer' }, { accountId: 'in_01jd3m5xe8f4kvh2n6q9rstvwx' }, { q: '' }, { q: 'x'.repeat(201) }, { q: '\u0000' }, { cursor: 'x' },
    { limit: '0' }, { createdAfter: 'yesterday' }, { createdAfter: '2024-13-40T00:00:00Z' }, { name: 'Anna' }])('refuses %j', async (query) => {
    expect((await api.call('GET', addressOf(query))).statusCode).toBe(400)
  })
})

test.each([
  ['schmidt', ['Anna Schmidt']],
  ['SCHM an', ['Anna Schmidt']],
  ['ёлк', ['Зоя Ёлкина']],
  ['王', ['王芳']],
  ['芳', ['王芳']],
  ['al', ['Al Bo 100%_\\']], // short: the beginning of a word
  ['bo al', ['Al Bo 100%_\\']],
  ['l', []],
  ['100%', ['Al Bo 100%_\\']],
  ['%_\\', ['Al Bo 100%_\\']],
  ["' or 1=1 --", []],
  // typos
  ['schmitd', ['Anna Schmidt']],
  ['anna schmit', ['Anna Schmidt']],
  ['meyer', ['Bert Meier']],
  ['schimdt', ['Anna Schmidt']],
  ['ёлкниа', ['Зоя Ёлкина']],
  ['xyzzy', []],
  // phones, in any spelling
  ['0170 1234567', ['Anna Schmidt']],
  ['+49 170 1234567', ['Anna Schmidt']],
  ['0049 (170) 12345', ['Anna Schmidt']],
  ['123 45', ['Anna Schmidt']],
  ['020 7946', ['Bert Meier']],
  ['+44 (0)20 7946', ['Bert Meier']],
  ['555-010', ['Bert Meier']],
  ['bert 7946', ['Bert Meier']],
  ['anna 7946', []],
  ['bert 79460', ['Bert Meier']],
  ['anna 79460', []],
  ['agent 555', ['Agent 555']], // or in the name
  ['bert 555', ['Bert Meier']],
  ['13800138', ['王芳']],
  ['007', ['Agent 007']],
  // e-mails
  ['anna.s@', ['Anna Schmidt']],
  ['ANNA.S', ['Anna Schmidt']],
  ['@mail.example', ['Bert Meier']],
  ['t_m@', ['Bert Meier']],
])('search for %j', async (q, names) => {
  expect(await namesFor({ q })).toEqual(names)
})

test('a typo finds the most similar first, within the filter', async () => {
  await api.call('POST', '/api/v1/individuals', { kind: 'lead', name: 'Katharina Wagenknecht' })
  await api.call('POST', '/api/v1/individuals', { kind: 'contact', name: 'Catarina Wagner' })
  expect((await namesFor({ q: 'katharina wagenknehct' }))[0]).toBe('Katharina Wagenknecht')
  expect(await namesFor({ q: 'wagenknehct', kind: 'contact' })).not.toContain('Katharina Wagenknecht')
})

test('what only old records have is found behind many newer ones, page by page', async () => {
  await api.database.pool.query(`
    insert into individuals (id, kind, name, created_at)
    select gen_random_uuid(), 'employee', case when n <= 30 then 'Veteran ' else 'Recruit ' end || n, timestamptz '2020-01-01' + n * interval '1 minute'
    from generate_series(1, 4000) n`)
  const veterans = Array.from({ length: 30 }, (_, i) => `Veteran ${30 - i}`)
  for (const limit of ['7', '30', '1000']) expect(await walk(path, { q: 'veteran', limit })).toEqual(veterans)
  expect(await walk(path, { q: 'recruit', limit: '1000' })).toHaveLength(3970)
  // By words like those that nobody has, too.
  expect(await namesFor({ q: 'vetearn', limit: '1000' })).toEqual(veterans)
  expect(await namesFor({ q: 'recriut', limit: '3' })).toEqual(['Recruit 4000', 'Recruit 3999', 'Recruit 3998'])
})

describe.each(['individuals', 'accounts'])('behind more %s than a search looks through', (table) => {
  const old = ["O'Brien Ana-Maria", 'ana ANA', 'Mariana  Obregón', '100%_\\ Off', 'Zoë (Ex) Quist-Lund', '王芳小', '山田 太郎次', 'فاطمة علي', 'Hanno😊❤️ Ås', 'Ёж Ana.Maria']
  const found = async (q: string) => (await walk(`/api/v1/${table}`, { q, limit: '2' })).filter(name => !others.has(name)).toSorted()
  const others = new Set<string>()

  beforeAll(async () => {
    for (const { name } of (await api.database.pool.query(`select name from ${table}`)).rows) others.add(name)
    await api.database.pool.query(`
      insert into ${table} (id, name, ${table === 'individuals' ? 'kind,' : ''} created_at)
      select gen_random_uuid(), name, ${table === 'individuals' ? `'lead',` : ''} at
      from (select 'Newer ' || n as name, timestamptz '2022-01-01' + n * interval '1 minute' as at from generate_series(1, 6000) n
            union all select 'Crew' || n || ' Om', timestamptz '2017-01-01' + n * interval '1 minute' from generate_series(1, 300) n
            union all select name, timestamptz '2018-01-01' + n * interval '1 minute' from unnest($1::text[]) with ordinality as old(name, n)) records`, [old])
  })

  test.each(['ana', 'ANA maria', "o'b", 'brien', 'ana-m', 'ana.m', 'aria obre', '%_\\', '00%', '(ex)', 't-l', '芳', '小', '芳小', '王 芳', '郎', '太郎', '郎次 田', 'مة', 'ЁЖ', 'maria ana obregón'])(
    'all of the parts of %j are in the names', async (q) => {
      const all = old.filter(name => q.toLowerCase().split(' ').every(part => name.toLowerCase().includes(part)))
      expect(all).not.toEqual([])
      expect(await found(q)).toEqual(all.toSorted())
    })

  test.each([['an', ["O'Brien Ana-Maria", 'ana ANA', 'Ёж Ana.Maria']], ['ma', ['Mariana  Obregón']], ['zo ex', []], ['nn', []], ['ås', ['Hanno😊❤️ Ås']]])(
    'short parts are beginnings: %j', async (q, names) => {
      expect(await found(q)).toEqual(names.toSorted())
    })

  test.each(['crew', 'crew om'])('of words that many have part of, all are found: %j', async (q) => {
    expect(await walk(`/api/v1/${table}`, { q, limit: '97' })).toEqual(Array.from({ length: 300 }, (_, i) => `Crew${300 - i} Om`))
  })

  test('the new name is found, and the old one is not', async () => {
    await api.database.pool.query(`update ${table} set name = 'Mariana Obregón-Xu' where name = 'Mariana  Obregón'`)
    expect(await found('obregón')).toEqual(['Mariana Obregón-Xu'])
    expect(await found('obregón-xu')).toEqual(['Mariana Obregón-Xu'])
    await api.database.pool.query(`update ${table} set name = 'Bo' where name = 'Mariana Obregón-Xu'`)
    expect(await found('obregón')).toEqual([])
    expect(await found('obergón')).toEqual([])
  })
})

test.each([
  [{ q: 'ana', createdBefore: '2018-01-01T00:03:30Z' }, ["O'Brien Ana-Maria", 'ana ANA']],
  [{ q: 'ana', kind: 'lead', createdAfter: '2018-01-01T00:02:00Z', createdBefore: '2019-01-01T00:00:00Z' }, ['ana ANA', 'Ёж Ana.Maria']],
  [{ q: 'maria ana', createdBefore: '2018-01-01T00:03:30Z' }, ["O'Brien Ana-Maria"]],
  [{ q: 'maria ana', kind: 'employee' }, []],
  [{ q: 'brein', createdBefore: '2018-01-01T00:03:30Z' }, ["O'Brien Ana-Maria"]],
  [{ q: 'brein ana', kind: 'lead' }, ["O'Brien Ana-Maria"]],
  [{ q: 'brein ana', createdAfter: '2018-01-01T00:03:30Z' }, []],
])('of those behind many, who fit the filter: %j', async (query, names) => {
  expect((await walk(path, { ...query, limit: '2' })).toSorted()).toEqual(names.toSorted())
})

test('lists count messaging users up to a hundred, a record all of them', async () => {
  const [individual] = (await list({ q: 'bert meier' })).items
  const channel = 'c0000000-0000-7000-8000-000000000001'
  await api.database.pool.query(`insert into channels (id, type, name, config) values ($1, 'byoc', 'Counted', '{}')`, [channel])
  await api.database.pool.query(`
    with u as (insert into messaging_users (id, channel_id, platform_key, name, name_source, lead_id)
      select gen_random_uuid(), $1, 'k' || n, 'n', 'default', $2 from generate_series(1, 130) n returning id)
    insert into links (messaging_user_id, id, kind, record_id, source) select id, gen_random_uuid(), 'lead', $2, 'api' from u`, [channel, toUuid(individual.id)])
  expect((await list({ q: 'bert meier' })).items[0].messagingUserCount).toBe(100)
  expect((await api.call('GET', `/api/v1/individuals/${individual.id}`)).json().messagingUserCount).toBe(130)
})
