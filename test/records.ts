import { uuidv7 } from 'uuidv7'
import type { Account, Individual } from '../src/contract/individuals.ts'
import type { Link } from '../src/contract/links.ts'
import type { Merge } from '../src/contract/merges.ts'
import type { MessagingUser } from '../src/contract/messaging-users.ts'
import { toTypeId } from '../src/ids.ts'
import { applyEvents } from '../src/record/apply.ts'
import { testApi } from './api.ts'
import { applyConnection, makeChannel, received } from './record.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** An API with a channel, for tests of individuals, accounts and who is linked to them. */
export async function startRecords() {
  const api = await testApi()
  const connection = await applyConnection(api.database.connection)
  const channelId = await makeChannel(api.database.pool)
  let serial = 10

  const call = async <T>(method: Method, url: string, body?: object) => {
    const answer = await api.call(method, `/api/v1${url}`, body)
    return { status: answer.statusCode, body: (answer.body ? answer.json() : undefined) as T }
  }
  const listed = async <T>(url: string) => (await call<{ items: T[] }>('GET', url)).body.items
  /** Somebody's first message. @returns the id of the messaging user */
  const writeIn = async (number: string): Promise<string> => {
    await applyEvents(connection.run, [received(channelId, number, uuidv7())])
    const { rows } = await api.database.pool.query('select messaging_user_id from aliases where channel_id = $1 and key = $2 and until is null', [channelId, number])
    return toTypeId('mu', rows[0].messaging_user_id)
  }
  return {
    api, call, listed, writeIn,
    create: async (body: object) => (await call<Individual>('POST', '/individuals', { kind: 'contact', ...body })).body,
    account: async (body: object) => (await call<Account>('POST', '/accounts', body)).body,
    individual: async (id: string) => (await call<Individual>('GET', `/individuals/${id}`)).body,
    user: async (id: string) => (await call<MessagingUser>('GET', `/messaging-users/${id}`)).body,
    links: (id: string) => listed<Link>(`/messaging-users/${id}/links`),
    newNumber: () => `+49151234568${serial++}`,
    merge: (keptId: string, mergedId: string, fields?: object) => call<Merge>('POST', '/merges', { keptId, mergedId, ...fields && { fields } }),
    undo: (id: string) => call<Merge>('DELETE', `/merges/${id}`),
    /** Somebody who wrote and is linked. */
    linked: async (number: string, recordId: string, kind = 'contact'): Promise<string> => {
      const id = await writeIn(number)
      await call('PUT', `/messaging-users/${id}/links/${kind}`, { recordId })
      return id
    },
    stop: async () => {
      await connection.end()
      await api.stop()
    },
  }
}
