import { Client, Pool, types, type ClientConfig, type CustomTypesConfig } from 'pg'
import type { Config } from '../config.ts'
import { startEmbedded } from './embedded.ts'

/** The database that Muster works with. */
export interface Database {
  /** For connections apart from the pool (LISTEN, COPY, long work); brings the type parsers along. */
  connection: ClientConfig
  pool: Pool
  /** Ends the pool, and the server if it is the embedded one. Connections apart from the pool are cut. */
  stop(): Promise<void>
}

const OLDEST_VERSION = 15
const POOL_SIZE = 8
/** A connection that waits knows the tables and has their pages at hand, a new one does not; routers on the way forget it after four minutes and more. */
const IDLE_MS = 180_000

const driversTime = types.getTypeParser(types.builtins.TIMESTAMPTZ)

/**
 * A time as the driver reads it, in a third of the time: batches and pages have thousands. V8 knows the form in which PostgreSQL writes
 * them, but takes the years 0 to 99 for those of a century; infinite ones, and those before Christ, it cannot read.
 */
function readTime(text: string): Date | number {
  const time = text[0] === '0' ? undefined : new Date(text)
  return time && !Number.isNaN(time.getTime()) ? time : driversTime(text)
}

/** bigint as a number where that is exact, else as text. Timestamps are dates, and ±Infinity where they are infinite. */
const musterTypes: CustomTypesConfig = {
  getTypeParser(oid, format) {
    if (oid === types.builtins.TIMESTAMPTZ) return readTime
    if (oid !== types.builtins.INT8) return types.getTypeParser(oid, format)
    return (text: string) => (Number.isSafeInteger(Number(text)) ? Number(text) : text)
  },
}

/**
 * Opens the database of `DATABASE_URL`, else starts the embedded one in the data folder. Does not migrate it.
 * @throws {Error} if it cannot be reached or is older than PostgreSQL 15.
 */
export async function openDatabase(config: Pick<Config, 'databaseUrl' | 'dataDir'>): Promise<Database> {
  const embedded = config.databaseUrl === undefined ? await startEmbedded(config.dataDir) : undefined
  const connection = withTypes(embedded?.connection ?? { connectionString: config.databaseUrl })
  try {
    await checkVersion(connection)
  } catch (error) {
    await embedded?.stop()
    throw error
  }
  const pool = openPool(connection)
  return {
    connection,
    pool,
    stop: async () => {
      await pool.end()
      await embedded?.stop()
    },
  }
}

/** Whether letters of all scripts are letters for the database's trigrams. Otherwise names in others than the Latin one are searched slowly, and not with a typo. */
export async function knowsAllLetters(pool: Pool): Promise<boolean> {
  const { rows: [row] } = await pool.query<{ known: boolean }>(`select show_trgm('я') <> '{}' as known`)
  return row!.known
}

/** A connection that reads values as Muster expects them. */
export function withTypes(connection: ClientConfig): ClientConfig {
  return { application_name: 'muster', ...connection, types: musterTypes }
}

/** A pool of a size that leaves connections to others. */
export function openPool(connection: ClientConfig): Pool {
  const pool = new Pool({ ...connection, max: POOL_SIZE, idleTimeoutMillis: IDLE_MS })
  // An idle connection was lost: the pool opens another one when it needs it. Without a listener this would end the process.
  pool.on('error', () => {})
  return pool
}

/** A pool for the library of the jobs: it reads its own rows, with the types of pg. */
export function openJobPool(connection: ClientConfig, max: number): Pool {
  const pool = new Pool({ ...connection, types: undefined, max })
  // As above, and for connections in use: who uses one learns of its loss from the query.
  pool.on('error', () => {})
  pool.on('connect', client => client.on('error', () => {}))
  return pool
}

async function checkVersion(connection: ClientConfig): Promise<void> {
  const client = new Client({ ...connection, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query('show server_version')
    const version = Number.parseInt(rows[0].server_version, 10)
    if (version < OLDEST_VERSION) throw new Error(`it is PostgreSQL ${version}, and Muster needs ${OLDEST_VERSION} or newer`)
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException
    throw new Error(`The database cannot be used: ${message || code}`, { cause: error })
  } finally {
    await client.end()
  }
}
