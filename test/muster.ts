import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { Webhook } from 'standardwebhooks'
import type { Channel, ChannelCreated } from '../src/contract/channels.ts'
import { startServer, type Server } from '../src/server.ts'
import { databaseUrl, testDatabase, type TestDatabase } from './database.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A whole Muster for one test file, on a port and a database of its own, with an admin signed in. */
export interface TestMuster {
  server: Server
  database: TestDatabase
  /** Calls the API as the admin. @returns status and body, if it is JSON */
  api<T = unknown>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }>
  /** Adds a channel and answers it with its secrets. */
  addChannel(type: string, config?: Record<string, unknown>): Promise<ChannelCreated>
  stop(): Promise<void>
}

/** @param signIn false leaves the one-time link to the test; @param secret the server's, in hex */
export async function startMuster(
  tuning?: Parameters<typeof startServer>[1], { signIn: signsIn = true, secret = randomBytes(32).toString('hex') } = {},
): Promise<TestMuster> {
  const database = await testDatabase()
  const dataDir = temporaryFolder()
  const server = await startServer({
    dataDir, databaseUrl: databaseUrl(database.connection), namedStatements: true, host: '127.0.0.1', port: 0,
    publicUrl: undefined, secret, logLevel: 'silent',
  }, tuning)
  const cookie = signsIn ? await signIn(server.signInLink!) : ''
  const api: TestMuster['api'] = async (method, path, body) => {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { cookie, origin: server.url, ...(body !== undefined && { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const text = await answer.text()
    return { status: answer.status, body: text ? JSON.parse(text) : undefined }
  }
  return {
    server, database, api,
    addChannel: async (type, config = {}) => {
      const { status, body } = await api<ChannelCreated>('POST', '/channels', { type, name: `${type} ${randomBytes(4).toString('hex')}`, config })
      if (status !== 201) throw new Error(`No channel was made: ${JSON.stringify(body)}`)
      return body
    },
    stop: async () => {
      await server.stop()
      await database.drop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** @returns the cookies of the person the one-time link signs in. */
export async function signIn(link: string): Promise<string> {
  const answer = await fetch(link, { redirect: 'manual' })
  return answer.headers.getSetCookie().map(line => line.split(';')[0]).join('; ')
}

/** A message as a channel of one's own sends it. */
export function byocMessage(key: string, id: string, more: { name?: string; text?: string } = {}) {
  const { text = `text of ${id}`, ...user } = more
  return { type: 'message.received', id, occurredAt: new Date().toISOString(), user: { key, ...user }, message: { id, type: 'text', text } }
}

/** A webhook signed by the official library of Standard Webhooks. `body` is sent as it is. */
export async function postByoc(channel: Pick<Channel, 'webhookUrl'> & { generatedSecrets: Record<string, string> }, body: string | object): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const id = `msg_${randomBytes(12).toString('hex')}`
  const now = new Date()
  return fetch(channel.webhookUrl!, {
    method: 'POST', body: text,
    headers: {
      'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(channel.generatedSecrets.secret!).sign(id, now, text),
    },
  })
}
