import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface MusterProcess {
  process: ChildProcess
  url: string
  signInLink: string | undefined
  /** SIGTERM, and waits. @returns the exit code */
  stop(): Promise<number | null>
}

const root = fileURLToPath(new URL('..', import.meta.url))
const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { scripts: { start: string } }

/** Starts the real server on a data folder, as `npm start` does, and waits until it says that it is ready. @throws {Error} with what it printed, if it ends instead. */
export async function startProcess(dataDir: string, env: Record<string, string> = {}): Promise<MusterProcess> {
  const child = spawn(process.execPath, scripts.start.split(' ').slice(1), {
    cwd: root, env: { ...process.env, MUSTER_DATA: dataDir, PORT: '0', LOG_LEVEL: 'error', DATABASE_URL: '', ...env }, stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  child.stderr.on('data', data => { printed += data })
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', line => {
      printed += `${line}\n`
      const ready = /Muster is ready: (\S+)/.exec(line)
      if (ready) resolve(ready[1]!)
    })
    child.once('exit', code => reject(new Error(`ended with ${code}: ${printed}`)))
  })
  // What follows the address in the same breath: the link, while nobody has a password.
  await new Promise(resolve => setImmediate(resolve))
  return {
    process: child, url,
    get signInLink() {
      return /http\S+token=\S+/.exec(printed)?.[0]
    },
    stop: async () => {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      return (await exited)[0]
    },
  }
}

/** Kills the embedded database's server and all its processes, as a power cut would. */
export function killDatabase(dataDir: string): void {
  const pid = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]!
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', pid], { encoding: 'utf8' }).trim().split(/\s+/)
  // Some may have ended meanwhile: a connection's process does when its client is gone.
  spawnSync('kill', ['-9', pid, ...children])
}
