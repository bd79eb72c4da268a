import type { Pool } from 'pg'
import type { Config } from '../config.ts'
import { openDatabase, openPool, withTypes } from '../db/database.ts'
import { connectRunning } from '../db/embedded.ts'
import { migrate } from '../db/migrate.ts'

/**
 * Does something with the database, whether or not the server runs: with the one of `DATABASE_URL`, else with the embedded one,
 * which is started for the moment if it is not running.
 */
export async function withDatabase<T>(config: Config, work: (pool: Pool) => Promise<T>): Promise<T> {
  const running = config.databaseUrl === undefined ? await connectRunning(config.dataDir) : undefined
  if (running) {
    const pool = openPool(withTypes(running))
    return work(pool).finally(() => pool.end())
  }
  const database = await openDatabase(config)
  try {
    await migrate(database.connection)
    return await work(database.pool)
  } finally {
    await database.stop()
  }
}
