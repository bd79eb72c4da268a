import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** How messages are committed: many in a transaction, or one. */
export type Mode = 'group' | 'single'

/** A server in a process of its own. */
export interface Started {
  process: ChildProcess
  url: string
  signInLink?: string
}

export async function start(dataDir: string, mode: Mode): Promise<Started> {
  const child = spawn(process.execPath, ['--max-semi-space-size=64', fileURLToPath(new URL('server.ts', import.meta.url)), mode], {
    env: { ...process.env, MUSTER_DATA: dataDir, DATABASE_URL: '' }, stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface(child.stdout)) return { process: child, ...JSON.parse(line) }
  throw new Error('The server did not start')
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
