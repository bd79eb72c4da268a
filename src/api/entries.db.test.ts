import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testApi, type TestApi } from '../../test/api.ts'
import { applyConnection, at, makeChannel, received } from '../../test/record.ts'
import type { ConversationEntry } from '../contract/entries.ts'
import type { Session } from '../contract/sessions.ts'
import { applyEvents } from '../record/apply.ts'
import { changeSession } from '../record/session-changes.ts'
import { toTypeId, toUuid } from '../ids.ts'

let api: TestApi
let userId: string
let sessions: Session[]

const call = (path: string) => api.call('GET', `/api/v1${path}`)

beforeAll(async () => {
  api = await testApi()
  const channel = await makeChannel(api.database.pool)
  const bob = (await api.call('POST', '/api/v1/operators', { name: 'Bob', role: 'agent', email: 'bob@example.org', password: 'correct horse' })).json()
  const by = { type: 'Agent', id: toUuid(bob.id) } as const
  const { run, end } = await applyConnection(api.database.connection)
  const says = (id: string, seconds: number) => applyEvents(run, [received(channel, 'ada', id, { occurredAt: at(seconds), text: id })])
  const open = async (): Promise<Session> => (await call('/sessions?open=true')).json().items[0]

  await says('one', 10)
  const first = await open()
  userId = first.messagingUserId
  await changeSession(api.database.pool, toUuid(first.id), { kind: 'accept', ownerId: by.id }, by, at(20))
  await says('two', 30)
  await api.database.pool.query(`
    insert into consent_events (messaging_user_id, number, id, channel_id, purpose, to_status, source, happened_at)
    select id, consent_line_count + 1, $2, channel_id, 'all', 'ExplicitlyOptedIn', 'console', $3 from messaging_users where id = $1`, [toUuid(userId), uuidv7(), at(40)])
  await changeSession(api.database.pool, toUuid(first.id), { kind: 'end', by: 'Agent' }, by, at(50))
  await says('three', 60)
  sessions = [first, await open()]
  await end()
})
afterAll(() => api.stop())

const told = (entry: ConversationEntry) => [
  (new Date(entry.at).getTime() - at(0).getTime()) / 1000,
  entry.kind === 'message' ? entry.message.text : entry.kind === 'consent' ? entry.event.source : `${entry.change}: ${entry.from} > ${entry.to}, ${entry.actor}`,
]
const conversation = [
  [60, 'three'],
  [50, 'StatusChanged: Active > Ended, Bob'],
  [40, 'console'],
  [30, 'two'],
  [20, 'OwnerChanged: null > Bob, Bob'],
  [20, 'StatusChanged: Waiting > Active, Bob'],
  [10, 'one'],
]

/** Without the line that a first message may write by itself. */
const ofInterest = (entries: ConversationEntry[]) => entries.filter(entry => entry.kind !== 'consent' || entry.event.source !== 'message').map(told)

async function walk(path: string, limit: number): Promise<ConversationEntry[]> {
  const items: ConversationEntry[] = []
  let cursor = ''
  do {
    const page = (await call(`${path}?limit=${limit}${cursor}`)).json()
    items.push(...page.items)
    cursor = page.nextCursor && `&cursor=${page.nextCursor}`
  } while (cursor)
  return items
}

test('a conversation is told in its order, however it is paged', async () => {
  for (const limit of [1, 2, 3, 100]) expect(ofInterest(await walk(`/messaging-users/${userId}/entries`, limit))).toEqual(conversation)
})

test('a session is told by what belongs to it', async () => {
  expect(ofInterest(await walk(`/sessions/${sessions[1]!.id}/entries`, 100))).toEqual(conversation.slice(0, 1))
  expect(ofInterest(await walk(`/sessions/${sessions[0]!.id}/entries`, 2))).toEqual(conversation.slice(1))
})

test('there has to be somebody, and the cursor has to be one of the list', async () => {
  const nobody = '01890000-0000-7000-8000-000000000000'
  expect((await call(`/messaging-users/${toTypeId('mu', nobody)}/entries`)).statusCode).toBe(404)
  expect((await call(`/sessions/${toTypeId('ms', nobody)}/entries`)).statusCode).toBe(404)
  expect((await call(`/messaging-users/${userId}/entries?cursor=nonsense`)).json().error.code).toBe('invalid_cursor')
})
