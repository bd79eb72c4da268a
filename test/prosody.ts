// An XMPP server of the Debian package `prosody`, with accounts of its own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from './kannel.ts'
import { temporaryFolder } from './temporary-folder.ts'

const program = '/usr/bin/prosody'

/** Is the Debian package installed? */
export const hasProsody = (): boolean => existsSync(program)

export interface Prosody {
  /** `xmpp://127.0.0.1:…`, domain `localhost`. */
  service: string
  stop(): Promise<void>
}

/**
 * Starts the server, and waits until it listens.
 * @param accounts names and passwords
 * @throws {Error} if Prosody is not installed, or with its log if it does not get ready
 */
export async function startProsody(accounts: Record<string, string>): Promise<Prosody> {
  if (!hasProsody()) throw new Error('There is no Prosody on this machine. On Debian: apt-get install prosody')
  const port = await freePort()
  const folder = temporaryFolder()
  const file = join(folder, 'prosody.cfg.lua')
  writeFileSync(file, configuration(folder, port))
  const stored = join(folder, 'localhost', 'accounts')
  mkdirSync(stored, { recursive: true })
  for (const [name, password] of Object.entries(accounts)) writeFileSync(join(stored, `${name}.dat`), `return { ["password"] = "${password}" };\n`)
  const child = spawn(program, ['-F', '--config', file], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const log: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => log.push(text))
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    rmSync(folder, { recursive: true, force: true })
  }
  for (const end = performance.now() + 10_000; !(await isOpen(port)); await wait(50)) {
    if (performance.now() < end && child.exitCode === null) continue
    await stop()
    throw new Error(`Prosody does not get ready:\n${log.join('')}`)
  }
  return { service: `xmpp://127.0.0.1:${port}`, stop }
}

const configuration = (folder: string, port: number) => `
run_as_root = true
data_path = "${folder}"
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
modules_enabled = { "roster", "saslauth", "offline" }
modules_disabled = { "s2s", "tls" }
c2s_require_encryption = false
authentication = "internal_plain"
log = { info = "*console" }
VirtualHost "localhost"
`

function isOpen(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false)).once('close', () => resolve(false))
    socket.setTimeout(1000, () => socket.destroy())
    socket.once('connect', () => socket.destroy())
  })
}
