import { afterAll, beforeAll, expect, test } from 'vitest'
import { bearer, testApi, type TestApi } from '../../test/api.ts'
import { applyConnection, at, makeChannel, received } from '../../test/record.ts'
import type { ConversationEntry } from '../contract/entries.ts'
import type { MessagingUser } from '../contract/messaging-users.ts'
import type { Session } from '../contract/sessions.ts'
import { applyEvents } from '../record/apply.ts'

type Entry = ConversationEntry & { messagingUserId: string }

let api: TestApi
let account: string
let contact: string
let users: Map<string, string>

const call = (path: string) => api.call('GET', `/api/v1${path}`)
const made = async (path: string, body: object): Promise<string> => (await api.call('POST', `/api/v1${path}`, body)).json().id

beforeAll(async () => {
  api = await testApi()
  account = await made('/accounts', { name: 'Rossi & Figli' })
  contact = await made('/individuals', { kind: 'contact', name: 'Ada Rossi', accountId: account })
  const channels = [await makeChannel(api.database.pool, 'Chat'), await makeChannel(api.database.pool, 'Phone')]
  const { run, end } = await applyConnection(api.database.connection)
  const says = (channel: number, who: string, text: string, seconds: number) =>
    applyEvents(run, [received(channels[channel]!, who, text, { occurredAt: at(seconds), text })])
  await says(0, 'ada', 'chat one', 10)
  await says(1, '+391', 'phone one', 20)
  await says(1, '+392', 'somebody else', 25)
  await says(0, 'ada', 'chat two', 30)
  await says(1, '+391', 'phone two', 40)
  await end()
  const { items }: { items: MessagingUser[] } = (await call('/messaging-users')).json()
  users = new Map(items.map(user => [user.platformKey, user.id]))
  for (const who of ['ada', '+391']) {
    await api.call('PUT', `/api/v1/messaging-users/${users.get(who)}/links/contact`, { recordId: contact })
  }
})
afterAll(() => api.stop())

async function walk<Item>(path: string, limit: number): Promise<Item[]> {
  const items: Item[] = []
  let cursor = ''
  do {
    const page = (await call(`${path}${path.includes('?') ? '&' : '?'}limit=${limit}${cursor}`)).json()
    items.push(...page.items)
    cursor = page.nextCursor && `&cursor=${page.nextCursor}`
  } while (cursor)
  return items
}
const said = (entries: Entry[]) => entries.flatMap(entry => (entry.kind === 'message' ? [[entry.messagingUserId, entry.message.text]] : []))

test('what was said on all channels is told as one conversation, however it is paged', async () => {
  const [ada, phone] = [users.get('ada'), users.get('+391')]
  const whole = [[phone, 'phone two'], [ada, 'chat two'], [phone, 'phone one'], [ada, 'chat one']]
  const all = await walk<Entry>(`/individuals/${contact}/entries`, 100)
  expect(said(all)).toEqual(whole)
  expect(all.map(entry => entry.at)).toEqual(all.map(entry => entry.at).toSorted().toReversed())
  for (const limit of [1, 2, 3]) expect(await walk(`/individuals/${contact}/entries`, limit)).toEqual(all)
  expect(said(await walk(`/individuals/${contact}/entries?messagingUserId=${ada}`, 1))).toEqual([[ada, 'chat two'], [ada, 'chat one']])
  expect(await walk(`/individuals/${contact}/entries?messagingUserId=${users.get('+392')}`, 1)).toEqual([])
})

test('an individual, and their account, have the messaging users who are linked, and their sessions', async () => {
  for (const path of [`/individuals/${contact}`, `/accounts/${account}`]) {
    expect((await walk<MessagingUser>(`${path}/messaging-users`, 1)).map(user => user.platformKey)).toEqual(['+391', 'ada'])
    expect((await walk<Session>(`${path}/sessions`, 1)).map(session => session.messagingUserId)).toEqual([users.get('+391'), users.get('ada')])
  }
})

test('who is unlinked no longer belongs to it', async () => {
  const other = await made('/individuals', { kind: 'contact', name: 'Once Linked' })
  const link = `/api/v1/messaging-users/${users.get('+392')}/links/contact`
  await api.call('PUT', link, { recordId: other })
  expect(said(await walk(`/individuals/${other}/entries`, 10))).toHaveLength(1)
  await api.call('DELETE', link)
  for (const what of ['entries', 'sessions', 'messaging-users']) expect(await walk(`/individuals/${other}/${what}`, 10)).toEqual([])
})

test('who is not there is a 404, and keys need the scope', async () => {
  const nobody = '01jd3m5xe8f4kvh2n6q9rstvwx'
  for (const what of ['entries', 'sessions', 'messaging-users']) expect((await call(`/individuals/in_${nobody}/${what}`)).statusCode).toBe(404)
  for (const what of ['sessions', 'messaging-users']) expect((await call(`/accounts/ac_${nobody}/${what}`)).statusCode).toBe(404)
  expect((await call(`/individuals/${contact}/entries?cursor=nonsense`)).json().error.code).toBe('invalid_cursor')
  const key = await api.keyOf('admin', ['individuals:read'])
  for (const what of ['entries', 'sessions', 'messaging-users']) {
    expect((await api.app.inject({ url: `/api/v1/individuals/${contact}/${what}`, headers: bearer(key) })).statusCode).toBe(403)
  }
})
