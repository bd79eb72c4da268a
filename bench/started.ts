import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** How messages are committed: many in a transaction, or one. */
export type Mode = 'group' | 'single'

/** A server in a process of its own. */
export interface Started {
  process: ChildProcess
  url: string
  signInLink?: string
}

const root = fileURLToPath(new URL('..', import.meta.url))
const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { scripts: { start: string } }
/** What `npm start` gives Node before the name of the program. */
const flags = scripts.start.split(' ').slice(1, -1)

export async function start(dataDir: string, mode: Mode): Promise<Started> {
  const child = spawn(process.execPath, [...flags, 'bench/server.ts', mode], {
    cwd: root, env: { ...process.env, MUSTER_DATA: dataDir, DATABASE_URL: '' }, stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', data => {
      printed += data
      if (printed.includes('Muster is ready')) resolve() // the link comes in the same breath
    })
    child.once('exit', () => reject(new Error('The server did not start')))
  })
  const [url, signInLink] = printed.match(/http\S+/g)!
  return { process: child, url: url!, ...signInLink && { signInLink } }
}

export async function stop(server: Started): Promise<void> {
  const exited = once(server.process, 'exit')
  server.process.kill('SIGTERM')
  await exited
}

/** @returns the cookies of the person the one-time link signs in */
export async function signIn(server: Started): Promise<string> {
  const answer = await fetch(server.signInLink!, { redirect: 'manual' })
  return answer.headers.getSetCookie().map(line => line.split(';')[0]).join('; ')
}
