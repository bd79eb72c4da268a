import { randomBytes } from 'node:crypto'
import type { ClientConfig, Pool } from 'pg'
import { inject } from 'vitest'
import { openPool, withTypes } from '../src/db/database.ts'
import { query, TEMPLATE } from './server.ts'

/** A migrated, empty database for one test file. */
export interface TestDatabase {
  connection: ClientConfig
  pool: Pool
  /** Ends the pool and removes the database; to be called after the tests. */
  drop(): Promise<void>
}

/** Makes a database on the test project's server. Only for `*.db.test.ts` and `*.e2e.test.ts`. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = inject('server')
  const name = `test_${randomBytes(6).toString('hex')}`
  await query(server, `create database ${name} template ${TEMPLATE}`)
  const connection = withTypes({ ...server, database: name })
  const pool = openPool(connection)
  return {
    connection,
    pool,
    drop: async () => {
      await pool.end()
      await query(server, `drop database ${name} with (force)`)
    },
  }
}

/** A database as `DATABASE_URL` names it. */
export function databaseUrl({ host, user, database }: ClientConfig): string {
  return `postgres://${user}@/${database}?host=${encodeURIComponent(host!)}`
}
