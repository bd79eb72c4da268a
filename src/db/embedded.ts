import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, type ClientConfig } from 'pg'
import { embeddedBinaries } from './binaries.ts'
import { connectionOf, prepareCluster, removeLeftovers, spawnServer, startLog, stopServer, type Cluster } from './cluster.ts'

/** A running embedded database. */
export interface Embedded {
  connection: ClientConfig
  /** Stops the server and waits for its end. */
  stop(): Promise<void>
}

// Any number; whoever holds this advisory lock is the Muster of the data folder.
const LOCK = 18_733_001
const RETRY_MS = 50
/** For how long a server that cannot start is tried again: what a killed one left may need some seconds to go. */
const PATIENCE_MS = 15_000
/** For how long a lock is tried again: the server may still have to notice that the holder was killed. */
const LOCK_PATIENCE_MS = 1_000

/**
 * Starts the embedded PostgreSQL of a data folder, creating it at first, or adopts the one that a killed Muster left running.
 * If the server dies, it is started again.
 * @throws {Error} if another Muster runs on the data folder (naming its process id), or if the server cannot be started.
 */
export async function startEmbedded(dataDir: string): Promise<Embedded> {
  const cluster = prepareCluster(dataDir, await embeddedBinaries())
  let stopping = false
  let holding = hold()
  async function hold(): Promise<void> {
    const lock = await startAndLock(cluster)
    lock.once('end', () => {
      // A failure here is an unhandled rejection on purpose: Muster must not go on with a database that it does not hold.
      if (!stopping) holding = hold()
    })
  }
  await holding
  removeLeftovers(cluster)
  return {
    connection: connectionOf(cluster.dataDir),
    stop: async () => {
      await holding
      // The lock is kept to the end, so that no other Muster adopts a server that is about to stop.
      stopping = true
      await stopServer(cluster)
    },
  }
}

/** Connection to the database of a data folder on which Muster runs; undefined if it does not run. */
export async function connectRunning(dataDir: string): Promise<ClientConfig | undefined> {
  try {
    const connection = connectionOf(dataDir)
    const client = await connect(connection)
    await client.end()
    return connection
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

/**
 * Takes the lock of the data folder, starting the server if there is none. The lock is an advisory lock on a connection of
 * its own: it ends with our process however that ends, and no other process can seem to have it.
 */
async function startAndLock(cluster: Cluster): Promise<Client> {
  const connection = { ...connectionOf(cluster.dataDir), application_name: `muster ${process.pid}` }
  const deadline = Date.now() + PATIENCE_MS
  let child: ChildProcess | undefined
  for (;;) {
    try {
      const client = await connect(connection)
      await lockWith(client, cluster)
      return client
    } catch (error) {
      const starting = (error as { code?: string }).code === '57P03'
      if (!starting && !isAbsent(error) && !isLost(error)) throw error
      const ended = !child || child.exitCode !== null || child.signalCode !== null
      if (child && ended && Date.now() > deadline) {
        const log = readFileSync(startLog(cluster.dataDir), 'utf8').trim()
        throw new Error(`The embedded database does not start: ${log}`, { cause: error })
      }
      // A server that recovers after a crash says that it is starting up, for as long as that takes.
      if (!starting && ended) child = spawnServer(cluster)
      await sleep(RETRY_MS)
    }
  }
}

async function lockWith(client: Client, { dataDir }: Cluster): Promise<void> {
  const deadline = Date.now() + LOCK_PATIENCE_MS
  for (;;) {
    const { rows } = await client.query('select pg_try_advisory_lock($1) as locked', [LOCK])
    if (rows[0].locked) return
    if (Date.now() > deadline) break
    await sleep(RETRY_MS)
  }
  const { rows } = await client.query(
    `select a.application_name as holder from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.granted and l.objid = $1 and l.classid = 0 and l.objsubid = 1`,
    [LOCK],
  )
  await client.end()
  const pid = rows[0]?.holder.split(' ')[1] ?? 'unknown'
  throw new Error(`Muster is already running on ${dataDir} (pid ${pid})`)
}

async function connect(connection: ClientConfig): Promise<Client> {
  const client = new Client(connection)
  // A lost connection is noticed by its end.
  client.on('error', () => {})
  await client.connect()
  return client
}

function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ECONNREFUSED'].includes((error as NodeJS.ErrnoException).code ?? '')
}

// The server went away while we were talking to it.
function isLost(error: unknown): boolean {
  const { code = '', message } = error as NodeJS.ErrnoException
  return ['ECONNRESET', 'EPIPE', '57P01', '57P02'].includes(code) || message.startsWith('Connection terminated')
}
