import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync, existsSync, fsyncSync, lstatSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, realpathSync,
  renameSync, rmSync, statSync, writeFileSync,
} from 'node:fs'
import { tmpdir, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import type { ClientConfig } from 'pg'
import type { Binaries } from './binaries.ts'
import { chooseRunner, commandLine, environment, giveTo, run, runToEnd, type Runner } from './run-as.ts'

/** The embedded database's files, and how its programs are run on them. */
export interface Cluster {
  dataDir: string
  /** PostgreSQL's own folder. */
  folder: string
  /** Where its socket is. */
  socketDir: string
  binaries: Binaries
  runner: Runner
}

// Every setting that guards what has been committed (fsync, full_page_writes, synchronous_commit) stays as it is: on.
// No statement, and no detail of an error, goes to the log: they hold personal data.
const SETTINGS = {
  listen_addresses: '',
  max_connections: '60',
  shared_buffers: `${sharedBuffers()}MB`,
  // The default, 4, is for disks that turn: with it a list of a hundred thousand people reads all of them for a page of a thousand.
  random_page_cost: '1.1',
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  timezone: 'UTC',
  logging_collector: 'on',
  log_filename: 'postgresql-%a.log',
  log_truncate_on_rotation: 'on',
  log_rotation_age: '1d',
  log_rotation_size: '0',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
}

/**
 * Megabytes of memory for pages of the tables: an eighth of what there is, of the machine or of the container. PostgreSQL's manual has a quarter
 * for a machine that does nothing else. It is taken as it is used. What is not in it is read from the disk by the page, and a search for a name reads thousands.
 */
function sharedBuffers(): number {
  const megabytes = Math.floor(Math.min(totalmem(), process.constrainedMemory() || Infinity) / 2 ** 20)
  return Math.min(8192, Math.max(128, megabytes >> 3))
}

const PASSWORDS = 'muster-passwords.json'
const UNFINISHED = 'postgres-unfinished-'

/** The folder of the cluster in a data folder; it need not exist. */
const clusterFolder = (dataDir: string) => join(dataDir, 'postgres')

/**
 * Where the socket of a cluster is: in the cluster, unless its path is longer than an address of a socket may be
 * (104 bytes on macOS, 108 on Linux), then in a folder of its own among the temporary files.
 */
function socketFolder(folder: string): string {
  if (Buffer.byteLength(join(folder, '.s.PGSQL.5432')) <= 100) return folder
  return join(tmpdir(), `muster-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`)
}

/** Connection of Muster's own role. @throws if the cluster does not exist or is somebody else's. */
export function connectionOf(dataDir: string): ClientConfig {
  const folder = clusterFolder(realpathSync(dataDir))
  const { muster } = JSON.parse(readFileSync(join(folder, PASSWORDS), 'utf8')) as { muster: string }
  return { host: socketFolder(folder), port: 5432, user: 'muster', database: 'muster', password: muster }
}

/**
 * Makes the data folder and the cluster unless they exist, and finds out how to run PostgreSQL on it. Starts nothing.
 * @throws {Error} saying what to do if it cannot be run here, or if the cluster is another user's.
 */
export function prepareCluster(dataDir: string, binaries: Binaries): Cluster {
  mkdirSync(dataDir, { recursive: true })
  // One folder has one name, whatever links lead to it.
  dataDir = realpathSync(dataDir)
  const folder = clusterFolder(dataDir)
  const socketDir = socketFolder(folder)
  const runner = chooseRunner(binaries.postgres, [dataDir, dirname(socketDir)])
  const cluster = { dataDir, folder, socketDir, binaries, runner }
  if (!existsSync(folder)) initialise(cluster)
  const owner = statSync(folder).uid
  if (![0, owner].includes(process.getuid!())) {
    throw new Error(`${folder} belongs to the user with the id ${owner}. Run Muster as that user, or give it the folder.`)
  }
  return cluster
}

/**
 * Starts the server, in its own process group: a terminal's Ctrl-C is for Muster, which then stops the server.
 * The server judges by itself whether another one uses the cluster, and ends if so.
 * What it says while it starts goes to `postgres-start.log` in the data folder, the rest to `log/` in the cluster.
 */
export function spawnServer({ dataDir, folder, socketDir, binaries, runner }: Cluster): ChildProcess {
  giveTo(runner, folder)
  if (socketDir !== folder) claimSocketFolder(socketDir, runner)
  const settings = { ...SETTINGS, unix_socket_directories: socketDir }
  const flags = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])
  const [file, args] = commandLine(runner, binaries.postgres, ['-D', folder, ...flags])
  const log = openSync(startLog(dataDir), 'w', 0o600)
  const env = { ...environment(folder), ...recycledPid(folder) }
  const child = spawn(file, args, { ...runner.user, env, cwd: '/', detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  child.unref()
  return child
}

/** What the server said when it last started. */
export const startLog = (dataDir: string) => join(dataDir, 'postgres-start.log')

/** Stops the running server and waits for its end; transactions under way are rolled back. */
export async function stopServer({ folder, socketDir, binaries, runner }: Cluster): Promise<void> {
  await runToEnd(runner, binaries.pg_ctl, ['stop', '-D', folder, '-m', 'fast', '-w', '-t', '600'])
  if (socketDir !== folder) rmSync(socketDir, { recursive: true })
}

/** Removes what initialisations that were killed left. To be called by the one who has the lock. */
export function removeLeftovers({ dataDir }: Pick<Cluster, 'dataDir'>): void {
  const leftovers = readdirSync(dataDir).filter((name) => name.startsWith(UNFINISHED))
  for (const name of leftovers) removeUnfinished(join(dataDir, name))
}

/**
 * Another Muster that started at the same moment may be removing the folder too: whoever misses a file then takes all for gone, too early.
 * Or it is still filling it: what cannot be removed now is removed by its maker, or at the next start.
 */
function removeUnfinished(folder: string): void {
  try {
    do rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
    while (existsSync(folder))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error
  }
}

// The cluster gets its name when it is complete, so neither a kill nor a second start ever shows half of one.
function initialise({ dataDir, folder, binaries, runner }: Cluster): void {
  const temporary = mkdtempSync(join(dataDir, UNFINISHED))
  const [cluster, passwordFile] = [join(temporary, 'cluster'), join(temporary, 'password')]
  const passwords = { postgres: randomBytes(24).toString('hex'), muster: randomBytes(24).toString('hex') }
  try {
    writeFileSync(passwordFile, passwords.postgres, { mode: 0o600 })
    giveTo(runner, temporary)
    createCluster(runner, binaries, cluster, [`--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--data-checksums'])
    const sql = `create role muster login password '${passwords.muster}'\ncreate database muster owner muster\n`
    demand(run(runner, binaries.postgres, ['--single', '-D', cluster, '-c', 'exit_on_error=on', 'postgres'], sql))
    writeFileSync(join(cluster, PASSWORDS), JSON.stringify(passwords), { mode: 0o600 })
    renameSync(cluster, folder)
    syncFolder(dataDir)
  } catch (error) {
    // Fine if another Muster that started at the same moment was faster; who of the two may stay is settled by the lock.
    if (!existsSync(folder)) throw error
  } finally {
    removeUnfinished(temporary)
  }
}

/**
 * The system's locales that know the letters of every script, by their names on Linux and on macOS. Order and case are PostgreSQL's own matter
 * (`--builtin-locale`), but trigrams ask the system what a letter is: by `C` only Latin ones are, and other names are searched without an index.
 */
const CTYPES = ['C.UTF-8', 'UTF-8', 'C']

/** Makes an empty cluster of the superuser `postgres`. @param options further ones of initdb */
export function createCluster(runner: Runner, { initdb }: Binaries, folder: string, options: string[]): void {
  for (const ctype of CTYPES) {
    const result = run(runner, initdb, [
      '-D', folder, '-U', 'postgres', '--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', `--lc-ctype=${ctype}`, ...options,
    ])
    if (ctype !== 'C' && result.output.includes('invalid locale')) continue
    return demand(result)
  }
}

function demand({ status, output }: ReturnType<typeof run>): void {
  if (status !== 0) throw new Error(`The embedded database cannot be created: ${output}`)
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  fsyncSync(handle)
  closeSync(handle)
}

// Its name can be foreseen, and everybody may write among the temporary files: it must not be a trap laid by somebody else.
function claimSocketFolder(socketDir: string, runner: Runner): void {
  mkdirSync(socketDir, { recursive: true, mode: 0o700 })
  const { uid, mode } = lstatSync(socketDir)
  const isOurs = [process.getuid!(), runner.user?.uid].includes(uid)
  const isPrivateFolder = (mode & 0o170777) === 0o040700
  if (!isOurs || !isPrivateFolder) throw new Error(`${socketDir} is not Muster's own folder. Remove it.`)
  giveTo(runner, socketDir)
}

/**
 * A server that was killed leaves its process id in `postmaster.pid`, and PostgreSQL refuses to start while any process of
 * its user has that id. If that process is certainly another program (or has ended, and only waits to be reaped), PostgreSQL
 * is told so by the variable by which pg_ctl names a harmless process. It still checks that nobody uses the memory of the
 * dead server, which is why the file is left alone.
 */
function recycledPid(folder: string): { PG_GRANDPARENT_PID?: string } {
  const file = join(folder, 'postmaster.pid')
  const pid = existsSync(file) ? readFileSync(file, 'utf8').split('\n', 1)[0]! : ''
  return pid === '' || commandOf(pid).includes(folder) ? {} : { PG_GRANDPARENT_PID: pid }
}

// Empty if the process does not exist or has ended.
function commandOf(pid: string): string {
  if (process.platform !== 'linux') return spawnSync('ps', ['-o', 'args=', '-p', pid], { encoding: 'utf8' }).stdout
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
