import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { globSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { uuidv7 } from 'uuidv7'
import { openBlobs, type Blobs } from '../src/blobs/blobs.ts'
import { secretNames } from '../src/connectors/connector.ts'
import { connectorOf } from '../src/connectors/registry.ts'
import type { Attachment } from '../src/contract/attachments.ts'
import type { AttachmentPart } from '../src/contract/inbound-event.ts'
import type { Message } from '../src/contract/sessions.ts'
import { toTypeId } from '../src/ids.ts'
import { applyEvents } from '../src/record/apply.ts'
import { DELETE_BLOB, FETCH_ATTACHMENT } from '../src/record/attachments.ts'
import type { ChannelEvent } from '../src/record/event.ts'
import { encryptConfig } from '../src/record/secrets.ts'
import { Attachments } from '../src/outbound/attachments.ts'
import { download } from '../src/outbound/download.ts'
import { http } from '../src/outbound/http.ts'
import { startJobs, type Jobs } from '../src/outbound/jobs.ts'
import { bearer, SECRET, testApi, type TestApi } from './api.ts'
import { applyConnection, at, received } from './record.ts'
import { temporaryFolder } from './temporary-folder.ts'

export const keyOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** For tests of files: the API, and on one port of this machine all platforms and the operator's own system. */
export async function testFiles() {
  let attachments: Attachments
  let jobs: Jobs | undefined
  const api = await testApi({ attachments: { open: id => attachments.open(id) } })
  const { pool } = api.database
  const reader = bearer(await api.keyOf('viewer'))
  const lane = await applyConnection(api.database.connection)
  const platform = createServer((request, response) => {
    files.asked.push({ path: request.url!, authorization: request.headers.authorization })
    files.answer(request, response)
  }).listen(0, '127.0.0.1')
  await once(platform, 'listening')
  const host = `127.0.0.1:${(platform.address() as AddressInfo).port}`
  const platforms = /^https:\/\/(graph\.facebook\.com|lookaside\.test|api\.twilio\.com|api-data\.line\.me|api\.telegram\.org|mspgw\.push\.apple\.com)/
  const here = (url: string) => url.replace(platforms, `http://${host}`)

  const files = {
    api, host,
    url: (path = '/picture') => `http://${host}${path}`,
    folder: '',
    blobs: undefined as unknown as Blobs,
    /** A picture that no other test has. */
    png: Buffer.alloc(0),
    /** What the platforms were asked, and how they answer. */
    asked: [] as { path: string; authorization: string | undefined }[],
    answer: (_request: IncomingMessage, _response: ServerResponse): void => {},
    published: [] as { userId: string; channelId: string }[],

    /** Before each test: nothing was asked, nothing is kept. */
    begin() {
      files.asked = []
      files.published = []
      files.png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(12)])
      files.answer = (_request, response) => void response.end(files.png)
      files.folder = temporaryFolder()
      files.blobs = openBlobs({ dataDir: files.folder })
      attachments = new Attachments({
        pool, secret: SECRET, changes: { publishUsers: users => files.published.push(...users) },
        blobs: { put: (...all) => files.blobs.put(...all), get: key => files.blobs.get(key), delete: key => files.blobs.delete(key) },
        // The platforms' own addresses are this machine's here; any other is what it is.
        http: request => http({ ...request, url: here(request.url) }),
        download: request => download({ ...request, url: here(request.url), ...(here(request.url) !== request.url && { ownHost: host }) }),
      })
    },
    async end() {
      await jobs?.stop()
      jobs = undefined
      await pool.query('delete from graphile_worker._private_jobs')
      rmSync(files.folder, { recursive: true })
    },
    async stop() {
      platform.closeAllConnections()
      platform.close()
      await lane.end()
      await api.stop()
    },
    async startJobs() {
      const tasks = { [FETCH_ATTACHMENT]: attachments.fetchTask, [DELETE_BLOB]: attachments.deleteTask }
      jobs = await startJobs(api.database, { tasks, crontab: '', namedStatements: true, log: () => {} })
    },
    jobsLeft: async () => (await pool.query('select 1 from graphile_worker._private_jobs')).rowCount,
    open: ({ id }: Attachment, headers: Record<string, string> = {}) =>
      api.app.inject({ method: 'GET', url: `/api/v1/attachments/${id}/content`, headers: { ...reader, ...headers } }),
    apply: (...items: ChannelEvent[]) => applyEvents(lane.run, items),
    kept: () => globSync('blobs/*/*', { cwd: files.folder }).map(file => file.split('/').at(-1)!),
    /** A channel, on which somebody sends files. */
    talk: (type = 'byoc', config: Record<string, unknown> = { secret: 'whsec_x', deliveryUrl: `http://${host}/deliver` }) => talk(files, type, config),
  }
  return files
}

async function talk({ api, apply }: { api: TestApi; apply: (...items: ChannelEvent[]) => Promise<unknown> }, type: string, config: Record<string, unknown>) {
  const id = uuidv7()
  const stored = encryptConfig(config, secretNames(connectorOf(type)!), SECRET)
  await api.database.pool.query('insert into channels (id, type, name, config) values ($1, $2, $3, $4)', [id, type, `channel ${id}`, stored])
  const messages = async () => {
    const { rows: [person] } = await api.database.pool.query('select id from messaging_users where channel_id = $1', [id])
    const page = (await api.call('GET', `/api/v1/messaging-users/${toTypeId('mu', person.id)}/entries`)).json<{ items: { message?: Message }[] }>()
    return page.items.flatMap(({ message }) => (message ? [message] : []))
  }
  return {
    id, messages,
    async send(...parts: AttachmentPart[]): Promise<Attachment[]> {
      const messageId = uuidv7()
      const item = received(id, 'ana', messageId)
      await apply({ ...item, event: { ...item.event, message: { id: messageId, type: 'image', attachments: parts } } } as typeof item)
      return (await messages()).find(message => message.platformMessageId === messageId)!.attachments
    },
    async state(attachment: Attachment): Promise<Attachment> {
      return (await messages()).flatMap(message => message.attachments).find(({ id }) => id === attachment.id)!
    },
    async deleteMessage(attachment: Attachment): Promise<void> {
      const message = (await messages()).find(one => one.attachments.some(({ id }) => id === attachment.id))!
      const user = { key: { kind: 'phone', key: 'ana' } }
      await apply({ channelId: id, event: { kind: 'message.deleted', eventId: uuidv7(), occurredAt: at(9), user, messageId: message.platformMessageId! } })
    },
  }
}
