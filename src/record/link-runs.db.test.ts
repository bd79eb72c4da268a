import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../../test/database.ts'
import { applyConnection, makeChannel, received } from '../../test/record.ts'
import { linkTasks } from '../outbound/link-jobs.ts'
import { applyEvents } from './apply.ts'
import { RUN_LINK_RULES, startLinkRun } from './link-runs.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
  const lane = await applyConnection(database.connection)
  await applyEvents(lane.run, [received(await makeChannel(database.pool), '+4915123456789', 'm1')])
  await lane.end()
})
afterAll(() => database.drop())

test('a run that nobody goes on with has failed, and another can begin', async () => {
  const id = (await startLinkRun(database.pool, false, 'test'))!
  const task = linkTasks(database.pool, { publishUsers: () => { throw new Error('out of order') } })[RUN_LINK_RULES]!
  const attempt = async (attempts: number) => {
    await database.pool.query(`update link_runs set after_id = '00000000-0000-0000-0000-000000000000' where id = $1`, [id])
    return task({ runId: id }, { job: { attempts, max_attempts: 25 } } as never)
  }
  const status = async () => (await database.pool.query('select status from link_runs where id = $1', [id])).rows[0].status
  await expect(attempt(24)).rejects.toThrow('out of order')
  expect(await status(), 'it is tried again').toBe('running')
  await expect(attempt(25)).rejects.toThrow('out of order')
  expect(await status()).toBe('failed')
  expect(await startLinkRun(database.pool, true, 'test')).toBeTruthy()
})
