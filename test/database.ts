import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
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
      await dropDatabase(server, name)
    },
  }
}

/** PostgreSQL may be tidying up in it at this moment, and only a superuser could stop that: then it is tried again. */
async function dropDatabase(server: ClientConfig, name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await query(server, `drop database ${name} with (force)`)
    } catch (error) {
      if ((error as { code?: string }).code !== '42501' || attempt === 50) throw error
      await sleep(200)
    }
  }
}

/** A database as `DATABASE_URL` names it. */
export function databaseUrl({ host, user, database }: ClientConfig): string {
  return `postgres://${user}@/${database}?host=${encodeURIComponent(host!)}`
}
