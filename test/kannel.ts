// A Kannel gateway of the Debian packages `kannel` and `kannel-extras`, with a mobile network that is played.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { temporaryFolder } from './temporary-folder.ts'

const programs = { bearerbox: '/usr/sbin/bearerbox', smsbox: '/usr/sbin/smsbox', fakesmsc: '/usr/lib/kannel/test/fakesmsc' }

/** Are the Debian packages installed? */
export const hasKannel = (): boolean => Object.values(programs).every(path => existsSync(path))

export interface Kannel {
  /** Somebody writes. */
  write(from: string, to: string, text: string): void
  /** What reached phones so far, in order. */
  received(): { from: string; to: string; text: string }[]
  stop(): Promise<void>
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/**
 * Starts the gateway, and waits until it is connected to its network.
 * @param options `sendPort`: smsbox listens there; `inbound`: the address for messages, as in the channel's setup
 * @throws {Error} if Kannel is not installed, or with its log if it does not get ready
 */
export async function startKannel({ sendPort, inbound, username, password }: {
  sendPort: number; inbound: string; username: string; password: string
}): Promise<Kannel> {
  if (!hasKannel()) throw new Error('There is no Kannel on this machine. On Debian: apt-get install kannel kannel-extras')
  const [adminPort, boxPort, smscPort] = [await freePort(), await freePort(), await freePort()]
  const folder = temporaryFolder()
  const file = join(folder, 'kannel.conf')
  writeFileSync(file, configuration({ adminPort, boxPort, smscPort, sendPort, inbound, username, password }))
  const started: ChildProcess[] = []
  const log: string[] = []
  const start = (program: string, ...args: string[]) => {
    const child = spawn(program, args, { cwd: folder, stdio: ['pipe', 'ignore', 'pipe'] })
    child.stderr.setEncoding('utf8').on('data', (text: string) => log.push(text))
    started.push(child)
    return child
  }
  const stop = async () => {
    await Promise.all(started.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null).map(child => {
      child.kill('SIGKILL')
      return once(child, 'exit')
    }))
    rmSync(folder, { recursive: true, force: true })
  }

  try {
    const status = () => fetch(`http://127.0.0.1:${adminPort}/status.txt`).then(answer => answer.text(), () => '')
    start(programs.bearerbox, '-v', '4', file)
    await until(async () => (await status()) !== '')
    start(programs.smsbox, '-v', '4', file)
    // A message every hundredth of a second at most.
    const phones = start(programs.fakesmsc, '-H', '127.0.0.1', '-r', String(smscPort), '-i', '0.01')
    let printed = ''
    phones.stderr!.on('data', (text: string) => { printed += text })
    await until(async () => /smsbox:.*on-line[^]*\(online/.test(await status()) && (await isOpen(sendPort)))
    return { write: (from, to, text) => void phones.stdin!.write(`${from} ${to} text ${text}\n`), received: () => messagesIn(printed), stop }
  } catch (error) {
    await stop()
    throw new Error(`Kannel does not get ready:\n${log.join('')}`, { cause: error })
  }
}

const configuration = (o: Record<'adminPort' | 'boxPort' | 'smscPort' | 'sendPort', number> & Record<'inbound' | 'username' | 'password', string>) => `
group = core
admin-port = ${o.adminPort}
admin-interface = 127.0.0.1
admin-password = admin
smsbox-port = ${o.boxPort}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
dlr-storage = internal

group = smsc
smsc = fake
smsc-id = PHONES
port = ${o.smscPort}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = ${o.boxPort}
sendsms-port = ${o.sendPort}
sendsms-interface = 127.0.0.1
http-request-retry = 10
http-queue-delay = 1
mo-recode = true

group = sms-service
keyword = default
post-url = "${o.inbound}"
max-messages = 0

group = sendsms-user
username = ${o.username}
password = ${o.password}
max-messages = 10
concatenation = true
`

/** Waits until it holds. @throws {Error} after ten seconds */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 10_000; performance.now() < end; await wait(50)) {
    if (await holds()) return
  }
  throw new Error('It took more than ten seconds')
}

const isOpen = (port: number) => fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false)

/** `Got message 1: <from to type text>` in the log of the phones. */
function messagesIn(log: string): ReturnType<Kannel['received']> {
  return [...log.matchAll(/Got message \d+: <(\S+) (\S+) (text|ucs-2) (.*)>$/gm)]
    .map(([, from, to, type, text]) => ({ from: from!, to: to!, text: type === 'text' ? text! : fromUcs2(text!) }))
}

/** UTF-16, big-endian, its bytes percent-encoded. */
function fromUcs2(encoded: string): string {
  const bytes = encoded.replaceAll('+', ' ').replaceAll(/%([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').swap16().toString('utf16le')
}
