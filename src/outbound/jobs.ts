import { EventEmitter } from 'node:events'
import { Logger, run, type Runner, type TaskList, type WorkerEvents } from 'graphile-worker'
import type { ClientConfig, Pool } from 'pg'
import { openJobPool } from '../db/database.ts'

export interface JobOptions {
  /** What can be done, by name. A task may run more than once for one job: the process can die after its work and before its receipt. */
  tasks: TaskList
  /** When tasks run by the clock, in UTC: once, however many processes share the database. One line each: minute hour day month weekday name. */
  crontab: string
  namedStatements: boolean
  log: (level: 'warn' | 'error', details: object, message: string) => void
}

export interface Jobs {
  /** Takes no more jobs, and waits some seconds for those that run. What is cut short runs again elsewhere or later. */
  stop(): Promise<void>
}

const CONCURRENCY = 4
const RESTART_MS = 1000
const BEAT_MS = 30_000
/** A process that has not confirmed its jobs for this long is taken for dead, and others do its jobs. */
const DEAD_AFTER = '2 minutes'

/**
 * Does the jobs of the database in this process, beside those of other processes. A job is a row, so it is added in the transaction
 * that makes it necessary: `select graphile_worker.add_job('name', payload := json_build_object(…))`, with more parameters for a
 * queue, a later time, or a key that replaces an earlier job. A job that fails is tried again, later each time, 25 times in all.
 * @throws {Error} if the database cannot be reached
 */
export async function startJobs(database: { connection: ClientConfig }, { tasks, crontab, namedStatements, log }: JobOptions): Promise<Jobs> {
  const pgPool = openJobPool(database.connection, CONCURRENCY + 1) // one of them listens
  const logger = new Logger(() => (level, message, { error }) => {
    // Without its other details: a job's payload can hold what people wrote.
    if (level === 'error' || level === 'warning') log(level === 'error' ? 'error' : 'warn', error ? { err: error } : {}, message)
  })
  let poolId = ''
  const events: WorkerEvents = new EventEmitter()
  events.on('pool:create', ({ workerPool }) => {
    poolId = workerPool.id
  })
  const start = () => run({
    pgPool, taskList: tasks, crontab, events, logger, concurrency: CONCURRENCY, noHandleSignals: true, noPreparedStatements: !namedStatements,
    // Receipts in batches (of what is done within one turn of the event loop): only there is a failing receipt not an unhandled rejection.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  })

  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let runner: Runner | undefined
  let starting: Promise<unknown> | undefined
  // It gives up when it cannot note that a job is done, as when the database goes away in between.
  const keepRunning = (started: Runner) => {
    runner = started
    void started.promise.catch(() => {}).then(() => { // why, is logged already
      if (!stopped) log('warn', {}, 'jobs stopped, and start again')
      restart()
    })
  }
  const restart = () => {
    if (stopped) return
    timer = setTimeout(() => {
      starting = start().then(keepRunning, restart)
    }, RESTART_MS)
  }
  try {
    keepRunning(await start())
    await beat(pgPool, poolId)
  } catch (error) {
    await pgPool.end()
    throw error
  }
  const beating = setInterval(() => void beat(pgPool, poolId).catch(() => {}), BEAT_MS)

  return {
    stop: async () => {
      stopped = true
      clearInterval(beating)
      clearTimeout(timer)
      await starting
      await runner?.stop().catch(() => {}) // it had given up by itself
      await pgPool.end()
    },
  }
}

/**
 * Confirms that this process still does its jobs, and frees the jobs of processes that died. The library alone would wait four hours,
 * since it cannot tell a dead process from a long job.
 */
export async function beat(pool: Pool, poolId: string): Promise<void> {
  await pool.query('update graphile_worker._private_jobs set locked_at = now() where locked_by = $1', [poolId])
  await pool.query(`
    select graphile_worker.force_unlock_workers(array_agg(locked_by)) from (
      select locked_by from graphile_worker.jobs where locked_by is not null
      group by locked_by having max(locked_at) < now() - interval '${DEAD_AFTER}'
    ) dead`)
}
