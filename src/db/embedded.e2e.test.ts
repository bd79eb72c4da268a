import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, type ClientConfig } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/temporary-folder.ts'
import { removeLeftovers } from './cluster.ts'
import { connectRunning, startEmbedded } from './embedded.ts'

const PROGRAM = fileURLToPath(new URL('../../test/run-database.ts', import.meta.url))
const NOBODY = { uid: 65534, gid: 65534 }
const isRoot = process.getuid!() === 0

let root: string
let dataDir: string
/** A data folder in which the database exists, for the tests that do not need a new one. */
let seed: string
let children: ChildProcess[] = []

beforeEach(() => {
  root = temporaryFolder()
  dataDir = join(root, 'data')
})

beforeAll(async () => {
  seed = temporaryFolder()
  await (await startEmbedded(seed)).stop()
})
afterAll(() => rmSync(seed, { recursive: true }))

afterEach(async () => {
  for (const child of children) await kill(child)
  children = []
  const pid = postmasterPid()
  if (pid) killServer(pid)
  rmSync(root, { recursive: true })
})

/** Another Muster, in its own process group. Rejects with what it says if it ends before it is ready. */
async function startOther(user = {}): Promise<ChildProcess> {
  const child = spawn(process.execPath, [PROGRAM, dataDir], { ...user, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let errors = ''
  child.stderr.on('data', (data) => (errors += data))
  const ready = once(child.stdout, 'data')
  const ended = once(child, 'close').then(() => {
    throw new Error(errors)
  })
  ended.catch(() => {})
  await Promise.race([ready, ended])
  return child
}

/** kill -9 of Muster and of all in its process group, as by a terminal that goes away. */
async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'close')
  process.kill(-child.pid!, 'SIGKILL')
  await ended
}

/** kill -9 of PostgreSQL: all its processes are one group. */
const killServer = (pid: number) => process.kill(-pid, 'SIGKILL')

function postmasterPid(): number | undefined {
  const file = join(dataDir, 'postgres/postmaster.pid')
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined
}

async function query(connection: ClientConfig | undefined, sql: string): Promise<Record<string, unknown>[]> {
  if (!connection) throw new Error('The database does not run')
  const client = new Client(connection)
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}
const WRITE = 'drop table if exists kept; create table kept as select 42 as answer'
const write = async () => query(await connectRunning(dataDir), WRITE)
const written = async () => query(await connectRunning(dataDir), 'table kept')
const ROWS = [{ answer: 42 }]

describe('startEmbedded on a new data folder', () => {
  it('makes a database that only its own role can reach, and keeps every guard of durability', async () => {
    const { connection, stop } = await startEmbedded(dataDir)
    const expected = {
      listen_addresses: '', is_superuser: 'off', server_encoding: 'UTF8',
      fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on', data_checksums: 'on',
    }
    const settings = Object.keys(expected).map((name) => `current_setting('${name}') as ${name}`)
    expect(await query(connection, `select ${settings.join()}`)).toEqual([expected])
    await expect(query({ ...connection, password: 'guess' }, 'select 1')).rejects.toThrow('password')
    expect(statSync(join(dataDir, 'postgres/muster-passwords.json')).mode & 0o777).toBe(0o600)
    await stop()
  })

  it('lets one of two that start together on a new data folder win', async () => {
    const starts = await Promise.allSettled([startOther(), startOther()])
    expect(starts.map((start) => start.status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const winner = children.find((child) => child.exitCode === null)!
    const loser = starts.find((start) => start.status === 'rejected')!
    expect(loser.reason.message).toContain(`already running on ${dataDir} (pid ${winner.pid})`)
    expect(readdirSync(dataDir).toSorted()).toEqual(['postgres', 'postgres-start.log'])
  })

  it('leaves what another one is still filling to them, and removes it once they are gone', async () => {
    const folder = join(dataDir, 'postgres-unfinished-other')
    mkdirSync(folder, { recursive: true })
    const child = spawn(process.execPath, ['-e', `for (let n = 0; ; n++) try { require('fs').writeFileSync('' + n, '') } catch {}`], { cwd: folder })
    await expect.poll(() => readdirSync(folder).length).toBeGreaterThan(100)
    const ended = once(child, 'exit')
    try {
      removeLeftovers({ dataDir })
    } finally {
      child.kill()
      await ended
    }
    removeLeftovers({ dataDir })
    expect(readdirSync(dataDir)).toEqual([])
  })

  it('finds another place for the socket if the path of the data folder is long', async () => {
    dataDir = join(root, 'd'.repeat(100))
    const { connection, stop } = await startEmbedded(dataDir)
    expect(statSync(connection.host!).mode & 0o777).toBe(0o700)
    await expect(startOther()).rejects.toThrow('already running')
    await stop()
    expect(existsSync(connection.host!)).toBe(false)
  })

  it('works below a folder that is closed to others', async () => {
    mkdirSync(join(root, 'private'), { mode: 0o700 })
    dataDir = join(root, 'private/data')
    const { stop } = await startEmbedded(dataDir)
    await write()
    await stop()

    // The folder may be opened later.
    chmodSync(join(root, 'private'), 0o755)
    const again = await startEmbedded(dataDir)
    expect(await written()).toEqual(ROWS)
    await again.stop()
  })
})

describe('startEmbedded', () => {
  beforeEach(() => {
    dataDir = seed
  })

  it('stops, and starts again with what was written', async () => {
    const first = await startEmbedded(dataDir)
    await write()
    await first.stop()
    expect(postmasterPid()).toBeUndefined()
    expect(await connectRunning(dataDir)).toBeUndefined()

    const second = await startEmbedded(dataDir)
    expect(await written()).toEqual(ROWS)
    await second.stop()
  })

  it('refuses a data folder on which another Muster runs, whatever it is called, and names the other', async () => {
    const other = await startOther()
    await expect(startEmbedded(dataDir)).rejects.toThrow(`Muster is already running on ${dataDir} (pid ${other.pid})`)
    symlinkSync(dataDir, join(root, 'link'))
    await expect(startEmbedded(join(root, 'link'))).rejects.toThrow(`(pid ${other.pid})`)
    await query(await connectRunning(dataDir), 'select 1')
  })

  it('adopts the server that a killed Muster left running', async () => {
    const other = await startOther()
    await write()
    const server = postmasterPid()
    await kill(other)
    const { stop } = await startEmbedded(dataDir)
    expect(postmasterPid()).toBe(server)
    expect(await written()).toEqual(ROWS)
    await stop()
    expect(postmasterPid()).toBeUndefined()
  })

  it('has every committed row after Muster and PostgreSQL were killed at work', async () => {
    const other = await startOther()
    const writer = new Client(await connectRunning(dataDir))
    writer.on('error', () => {})
    await writer.connect()
    await writer.query('create table counted (n int)')
    let acknowledged = 0
    while (acknowledged < 500) await writer.query('insert into counted values ($1)', [++acknowledged])
    killServer(postmasterPid()!)
    await kill(other)

    const { connection, stop } = await startEmbedded(dataDir)
    const [kept] = await query(connection, 'select count(*)::int, max(n) from counted')
    expect(kept).toEqual({ count: acknowledged, max: acknowledged })
    await stop()
  })

  it('starts although a process of the same user has got the process id of the killed server', async () => {
    const other = await startOther()
    await write()
    killServer(postmasterPid()!)
    await kill(other)
    const { uid, gid } = statSync(join(dataDir, 'postgres'))
    const stranger = spawn('sleep', ['60'], { uid, gid, cwd: '/' })
    for (const name of ['postmaster.pid', '.s.PGSQL.5432.lock']) {
      const file = join(dataDir, 'postgres', name)
      writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, String(stranger.pid)))
    }

    const { stop } = await startEmbedded(dataDir)
    expect(await written()).toEqual(ROWS)
    expect(stranger.exitCode).toBeNull()
    await stop()
    stranger.kill()
  })

  it('starts the server again when it was killed, and still holds the data folder', async () => {
    const { connection, stop } = await startEmbedded(dataDir)
    await write()
    const killed = postmasterPid()!
    killServer(killed)
    await expect.poll(() => query(connection, 'select 1').catch(() => 'gone'), { timeout: 15_000 }).toEqual([{ '?column?': 1 }])
    expect(postmasterPid()).not.toBe(killed)
    expect(await written()).toEqual(ROWS)
    await expect(startOther()).rejects.toThrow(`already running on ${dataDir} (pid ${process.pid})`)
    await stop()
  })
})

describe('startEmbedded as an ordinary user', () => {
  // Where root alone may read the program, it is root after all.
  const isReadable = spawnSync(process.execPath, ['--check', PROGRAM], { ...NOBODY, cwd: '/' }).status === 0
  const user = isRoot && isReadable ? NOBODY : { uid: process.getuid!(), gid: process.getgid!() }

  it('starts, and stops at SIGTERM', async () => {
    mkdirSync(dataDir)
    chownSync(dataDir, user.uid, user.gid)
    const other = await startOther(user)
    expect(statSync(join(dataDir, 'postgres')).uid).toBe(user.uid)
    await write()
    const ended = once(other, 'close')
    other.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
    expect(postmasterPid()).toBeUndefined()
  })

  it.runIf(user === NOBODY)('refuses the database of another user', async () => {
    dataDir = seed
    await expect(startOther(user)).rejects.toThrow('belongs to the user with the id')
  })
})
