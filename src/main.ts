import { Session } from 'node:inspector/promises'
import { readConfig, type Config } from './config.ts'
import { startServer, type Tuning } from './server.ts'

/** Runs the server until it is told to stop (SIGTERM, SIGINT). Says where it is. @throws {Error} with words for the operator if it cannot start */
export async function serve(config: Config, tuning?: Tuning): Promise<void> {
  const stopping = new AbortController()
  const told = new Promise<void>(resolve => stopping.signal.addEventListener('abort', () => resolve()))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopping.abort())
  const server = await startServer(config, tuning)
  await collectGarbage()
  const link = server.signInLink ? `\nNobody has signed in yet. This link does, once, within an hour:\n\n  ${server.signInLink}\n` : ''
  console.log(`Muster is ready: ${server.url}${link}`)
  await told
  console.log('Stopping …')
  await server.stop()
}

/**
 * Gives back what only starting needed, a fifth of the memory, in less than a tenth of a second. By itself V8 collects when there is much to do,
 * so an idle server would keep it. This is what developer tools do, and needs no flag.
 */
async function collectGarbage(): Promise<void> {
  const session = new Session()
  session.connect()
  await session.post('HeapProfiler.collectGarbage')
  session.disconnect()
}

if (import.meta.main) {
  try {
    await serve(readConfig())
  } catch (error) {
    console.error(`Muster cannot start: ${(error as Error).message}`)
    process.exitCode = 1
  }
}
