import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Logger, runMigrations } from 'graphile-worker'
import { Client, type ClientConfig } from 'pg'
import { openJobPool } from './database.ts'

interface Migration {
  /** Name of the file, `0001_record.sql`. */
  name: string
  sql: string
  checksum: string
}

// Any number; held by the one who migrates.
const LOCK = 18_733_002

const OWN_FOLDER = fileURLToPath(new URL('../../migrations/', import.meta.url))

/**
 * Brings the database up to date: applies the files of `migrations/` that it does not have yet, in their order, each in a
 * transaction of its own; and the schema of the jobs (`graphile_worker`), which its library keeps. Several servers may do this at
 * the same time.
 * @returns the names of the files that were applied, none if it was up to date.
 * @throws {Error} if the database is newer than this Muster, or a file that was applied has changed since.
 */
export async function migrate(connection: ClientConfig, folder = OWN_FOLDER): Promise<string[]> {
  const migrations = readMigrations(folder)
  const client = new Client(connection)
  await client.connect()
  try {
    const applied: string[] = []
    for (let name = await applyNext(client, migrations); name; name = await applyNext(client, migrations)) applied.push(name)
    await migrateJobs(connection)
    return applied
  } finally {
    await client.end()
  }
}

async function migrateJobs(connection: ClientConfig): Promise<void> {
  const pgPool = openJobPool(connection, 1)
  try {
    await runMigrations({ pgPool, logger: new Logger(() => () => {}), concurrency: 1 })
  } finally {
    await pgPool.end()
  }
}

function readMigrations(folder: string): Migration[] {
  const names = readdirSync(folder).filter((name) => /^\d{4}_.*\.sql$/.test(name)).toSorted()
  return names.map((name) => {
    // Git may write other line ends on another machine; the migration is the same.
    const sql = readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n')
    return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
  })
}

/** @returns the name of the migration that it applied; undefined if there was none left. */
async function applyNext(client: Client, migrations: Migration[]): Promise<string | undefined> {
  await client.query('begin')
  try {
    // Of the transaction, not of the session: a pooler may stand between us and the server.
    await client.query('select pg_advisory_xact_lock($1)', [LOCK])
    const next = migrations[await countApplied(client, migrations)]
    if (next) {
      await client.query(next.sql)
      await client.query('insert into schema_migrations (name, checksum) values ($1, $2)', [next.name, next.checksum])
    }
    await client.query('commit')
    return next?.name
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

async function countApplied(client: Client, migrations: Migration[]): Promise<number> {
  await client.query(`create table if not exists schema_migrations (
    name text primary key, checksum text not null, applied_at timestamptz not null default now())`)
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from schema_migrations order by name collate "C"',
  )
  for (const [i, { name, checksum }] of rows.entries()) {
    const migration = migrations[i]
    if (!migrations.some((known) => known.name === name)) {
      throw new Error(`The database is newer than this Muster: it has the migration ${name}. Install a newer Muster.`)
    }
    if (migration?.name !== name) throw new Error(`The migration ${migration?.name} comes before ${name}, which is applied already.`)
    if (migration.checksum !== checksum) throw new Error(`The migration ${name} has changed after it was applied.`)
  }
  return rows.length
}
