import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JobHelpers } from 'graphile-worker'
import { uuidv7 } from 'uuidv7'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '../../test/database.ts'
import { temporaryFolder } from '../../test/temporary-folder.ts'
import { secretNames, type RawRequest } from '../connectors/connector.ts'
import { signed } from '../connectors/fixtures.ts'
import { connectorOf } from '../connectors/registry.ts'
import { toTypeId } from '../ids.ts'
import { Inbound } from '../inbound/inbound.ts'
import { FETCH_PROFILE } from '../record/profile-requests.ts'
import { encryptConfig } from '../record/secrets.ts'
import { updateUser } from '../record/users.ts'
import { fetchProfile } from './fetch-profile.ts'
import { http } from './http.ts'
import { startJobs, type Jobs } from './jobs.ts'

const secret = randomBytes(32)
const config = { pageId: '110022003300', appSecret: 'app', verifyToken: 'verify-me-please', pageAccessToken: 'EAAG' }
const anna = { first_name: 'Anna', last_name: 'Rossi', profile_pic: 'https://pictures.test/anna.jpg' }

let db: Awaited<ReturnType<typeof testDatabase>>
let inbound: Inbound
let folder: string
let platform: Server
let url: string
let asked: { path: string; authorization: string | undefined }[]
let answers: { status: number; body?: object }[]
let jobs: Jobs | undefined

beforeAll(async () => {
  db = await testDatabase()
  folder = temporaryFolder()
  const changes = { publish: () => {}, publishUsers: () => {}, subscribe: () => () => {}, stop: () => Promise.resolve() }
  inbound = new Inbound({ ...db, stop: () => Promise.resolve() }, { namedStatements: true, secret, changes, counts: { add: () => {} }, spool: { folder } })
  platform = createServer((request, response) => {
    asked.push({ path: request.url!, authorization: request.headers.authorization })
    const { status, body = {} } = answers.length > 1 ? answers.shift()! : answers[0]!
    response.writeHead(status).end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await once(platform, 'listening')
  url = `http://127.0.0.1:${(platform.address() as AddressInfo).port}`
})
afterAll(async () => {
  platform.close()
  await inbound.stop()
  await db.drop()
  rmSync(folder, { recursive: true })
})
beforeEach(() => {
  asked = []
  answers = [{ status: 200, body: anna }]
})
afterEach(async () => {
  await jobs?.stop()
  jobs = undefined
  await db.pool.query('delete from graphile_worker._private_jobs')
})

const task = () => fetchProfile({
  pool: db.pool, secret, learn: news => inbound.learn(news),
  // The platform's own address is this machine's here.
  http: request => http({ ...request, url: request.url.replace('https://graph.facebook.com', url) }),
})
const start = async () => {
  jobs = await startJobs(db, { tasks: { [FETCH_PROFILE]: task() }, crontab: '', namedStatements: true, log: () => {} })
}
/** One attempt of the job that waits, as the library makes it. */
async function attempt(attempts = 1, id = uuidv7()) {
  const [payload] = (await waiting()).map(row => row.payload)
  await task()(payload, { job: { id, attempts, max_attempts: 7 } } as unknown as JobHelpers)
}
const waiting = async () => (await db.pool.query<{ payload: { messagingUserId: string }; key: string }>('select payload, key from graphile_worker._private_jobs')).rows

async function channel(type = 'messenger', settings: Record<string, string> = { ...config, pageId: String(Date.now()) }) {
  const id = uuidv7()
  const connector = connectorOf(type)!
  await db.pool.query('insert into channels (id, type, name, account_key, config) values ($1, $2, $3, $4, $5)', [
    id, type, `channel ${id}`, connector.accountKey?.(settings) ?? null, encryptConfig(settings, secretNames(connector), secret),
  ])
  await inbound.directory.load()
  const post = async (body: object) => {
    const request: RawRequest = {
      method: 'POST', url: 'https://muster.test', headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(body)), receivedAt: new Date(),
    }
    await inbound.receive((await inbound.directory.find(toTypeId('ch', id)))!, signed(type, request, settings))
  }
  return {
    post,
    /** Somebody writes to the page. */
    write: () => post({
      object: 'page', entry: [{
        id: settings.pageId, time: Date.now(),
        messaging: [{ sender: { id: '77665544' }, recipient: { id: settings.pageId }, timestamp: Date.now(), message: { mid: uuidv7(), text: 'hello' } }],
      }],
    }),
    person: async () => (await db.pool.query('select * from messaging_users where channel_id = $1', [id])).rows[0],
    history: async () => (await db.pool.query(`
      select h.field, h.old_value, h.new_value, h.source from messaging_user_history h join messaging_users u on u.id = h.messaging_user_id
      where u.channel_id = $1 and field <> 'created' order by h.id`, [id])).rows,
  }
}

test('who writes for the first time gets their name and picture, with a line of history', async () => {
  const page = await channel()
  await start()
  await page.write()
  await expect.poll(async () => (await page.person()).name).toBe('Anna Rossi')
  expect(await page.person()).toMatchObject({ name_source: 'platform', profile_picture_url: 'https://pictures.test/anna.jpg', profile_fetched_at: expect.any(Date) })
  expect(await page.history()).toEqual([
    { field: 'name', old_value: '77665544', new_value: 'Anna Rossi', source: 'platform' },
    { field: 'profilePictureUrl', old_value: null, new_value: 'https://pictures.test/anna.jpg', source: 'platform' },
  ])
  expect(asked).toEqual([{ path: expect.stringContaining('/77665544?fields=first_name,last_name,profile_pic'), authorization: 'Bearer EAAG' }])
})

test('who goes on writing is asked about once a day, and never twice at a time', async () => {
  const page = await channel()
  await Promise.all([page.write(), page.write(), page.write()])
  await page.write()
  const { id } = await page.person()
  expect(await waiting()).toEqual([{ payload: { messagingUserId: id }, key: `profile-${id}` }])

  await db.pool.query('delete from graphile_worker._private_jobs')
  await page.write()
  expect(await waiting()).toEqual([])
  await db.pool.query(`update messaging_users set profile_fetched_at = now() - interval '25 hours' where id = $1`, [id])
  await page.write()
  expect(await waiting()).toHaveLength(1)
})

test('a name the business gave stays; the rest is taken over', async () => {
  const page = await channel()
  await page.write()
  await updateUser(db.pool, (await page.person()).id, { name: 'Frau Rossi' }, { source: 'operator', name: 'Olga' })
  await attempt()
  expect(await page.person()).toMatchObject({ name: 'Frau Rossi', name_source: 'business', profile_picture_url: 'https://pictures.test/anna.jpg' })
})

test('an attempt that is repeated after it succeeded changes nothing more', async () => {
  const page = await channel()
  await page.write()
  const job = uuidv7()
  await attempt(1, job)
  const history = await page.history()
  answers = [{ status: 200, body: { ...anna, first_name: 'Ann' } }]
  await attempt(2, job)
  expect(await page.history()).toEqual(history)
})

test.each([
  ['refuses', { status: 400, body: { error: { code: 100, error_subcode: 33 } } }],
  ['knows nobody', { status: 404 }],
  ['tells nothing', { status: 200, body: { id: '77665544' } }],
  ['tells what cannot be stored', { status: 200, body: { first_name: 'x'.repeat(300) } }],
])('a platform that %s leaves everything as it is, and is not asked again', async (_how, answer) => {
  const page = await channel()
  await page.write()
  answers = [answer]
  await attempt()
  expect(await page.person()).toMatchObject({ name: '77665544', name_source: 'default', profile_picture_url: null })
  expect(await page.history()).toEqual([])
  expect((await db.pool.query('select 1 from inbound_rejects')).rows).toEqual([])
})

test('a platform that is busy is asked again by the jobs, and given up quietly', async () => {
  const page = await channel()
  await page.write()
  answers = [{ status: 503 }]
  await expect(attempt(6)).rejects.toThrow('A profile is not there yet: the platform answered 503')
  await attempt(7)
  answers = [{ status: 429 }, { status: 200, body: anna }]
  await start()
  await expect.poll(async () => (await page.person()).name, { timeout: 10_000 }).toBe('Anna Rossi')
})

test('a channel that was switched off asks nobody', async () => {
  const page = await channel()
  await page.write()
  await db.pool.query('update channels set is_active = false where type = $1', ['messenger'])
  await attempt()
  expect(asked).toEqual([])
})

test('nobody is asked about where the platform tells nothing on request', async () => {
  const own = await channel('byoc', { secret: `whsec_${randomBytes(32).toString('base64')}` })
  await own.post({ events: [{ type: 'message.received', id: 'e-1', occurredAt: new Date().toISOString(), user: { key: 'ana' }, message: { id: 'm-1', text: 'hi' } }] })
  expect(await own.person()).toMatchObject({ name: 'ana', profile_fetched_at: null })
  expect(await waiting()).toEqual([])
})
