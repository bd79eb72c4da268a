import { Pool } from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../../test/database.ts'
import { beat, startJobs, type JobOptions, type Jobs } from './jobs.ts'

let database: TestDatabase
let running: Jobs[]
let done: string[]
let logged: string[]

beforeEach(async () => {
  database = await testDatabase()
  running = []
  done = []
  logged = []
})
afterEach(async () => {
  for (const jobs of running) await jobs.stop()
  await database.drop()
})

const note = async (payload: unknown) => void done.push((payload as { name: string }).name)
async function start(tasks: JobOptions['tasks'] = { note }): Promise<Jobs> {
  const jobs = await startJobs(database, { tasks, crontab: '', namedStatements: true, log: (_level, _details, message) => logged.push(message) })
  running.push(jobs)
  return jobs
}
const stop = (jobs: Jobs) => running.splice(running.indexOf(jobs), 1)[0]!.stop()
const addJob = `select graphile_worker.add_job('note', json_build_object('name', $1::text))`
const add = (name: string) => database.pool.query(addJob, [name])
const openJobs = async () => (await database.pool.query('select count(*)::int as count from graphile_worker.jobs')).rows[0].count

test('a job is done when its transaction is committed, and never when it is rolled back', async () => {
  await start()
  const client = await database.pool.connect()
  await client.query('begin')
  await client.query(addJob, ['dropped'])
  await client.query('rollback')
  await client.query('begin')
  await client.query(addJob, ['kept'])
  await client.query('commit')
  client.release()
  await expect.poll(openJobs).toBe(0)
  expect(done).toEqual(['kept'])
})

test('of several processes one does the job', async () => {
  await start()
  await start()
  const names = Array.from({ length: 40 }, (_, number) => `job ${number}`)
  await Promise.all(names.map(add))
  await expect.poll(openJobs).toBe(0)
  expect(done.toSorted()).toEqual(names.toSorted())
})

test('jobs wait while nobody runs them', async () => {
  await stop(await start())
  await add('late')
  await start()
  await expect.poll(openJobs).toBe(0)
  expect(done).toEqual(['late'])
})

test('the jobs of a process that died are done by another one', async () => {
  await add('orphan')
  await database.pool.query(`update graphile_worker._private_jobs set locked_by = 'pool-dead', locked_at = now() - interval '1 minute'`)
  await start()
  await expect.poll(() => logged).toEqual([])
  expect(await openJobs(), 'it may still be alive').toBe(1)
  await database.pool.query(`update graphile_worker._private_jobs set locked_at = now() - interval '3 minutes'`)
  await beat(database.pool, 'pool-other')
  await expect.poll(openJobs, { timeout: 10_000 }).toBe(0)
  expect(done).toEqual(['orphan'])
})

test('a job that takes long stays with the process that does it', async () => {
  await add('long')
  await database.pool.query(`update graphile_worker._private_jobs set locked_by = 'pool-slow', locked_at = now() - interval '3 minutes'`)
  await beat(database.pool, 'pool-slow')
  await beat(database.pool, 'pool-other')
  expect((await database.pool.query('select locked_by from graphile_worker.jobs')).rows).toEqual([{ locked_by: 'pool-slow' }])
})

test('a job that fails is logged without its payload, and stays to be tried again', async () => {
  await start({ note: async () => { throw new Error('no way') } })
  await add('a secret')
  await expect.poll(() => logged.join()).toContain('no way')
  expect(logged.join()).not.toContain('a secret')
  await expect.poll(async () => (await database.pool.query('select attempts, locked_by, run_at > now() as later from graphile_worker.jobs')).rows)
    .toEqual([{ attempts: 1, locked_by: null, later: true }])
})

test('it goes on after the database was away while a job ran', async () => {
  let free = () => {}
  const held = new Promise<void>(resolve => { free = resolve })
  await start({ note: payload => ((payload as { name: string }).name === 'held' ? held : note(payload)) })
  await add('held')
  await expect.poll(async () => (await database.pool.query('select locked_by is not null as held from graphile_worker.jobs')).rows).toEqual([{ held: true }])
  const name = database.connection.database!
  const other = new Pool({ ...database.connection, database: 'postgres' })
  await other.query(`alter database ${name} allow_connections false`)
  await other.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
  free()
  await expect.poll(() => logged.join(), { timeout: 10_000 }).toContain('start again')
  await other.query(`alter database ${name} allow_connections true`)
  await other.end()
  await add('after')
  await expect.poll(() => done, { timeout: 15_000 }).toEqual(['after'])
})
