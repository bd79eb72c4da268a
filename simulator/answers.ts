import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Outgoing, Platform, PlayedChannel, ReceiptStatus, WireRequest } from './platform.ts'
import type { Progress } from './play.ts'

type Outbound = NonNullable<Platform['outbound']>

/**
 * Plays the other side: takes what the business says, on this machine alone, and tells Muster what becomes of it.
 * @returns the port it listens at
 */
export async function takeAnswers(
  outbound: Outbound, channel: PlayedChannel, progress: Progress, send: (request: WireRequest) => Promise<unknown>,
): Promise<{ port: number; stop(): Promise<void> }> {
  const timers = new Set<NodeJS.Timeout>()
  const server = createServer(async (request, response) => {
    const message = await messageIn(outbound, request)
    if (!message) return void response.writeHead(400).end()
    progress.outgoing++
    const { status, contentType, body } = outbound.answer(message)
    response.writeHead(status, { 'content-type': contentType }).end(body)
    const { id } = message
    if (id === undefined) return
    for (const [status, ms] of fateOf(id)) {
      const timer = setTimeout(() => {
        timers.delete(timer)
        const receipt = outbound.receipt({ ...message, id }, status, channel, new Date())
        if (receipt) void send(receipt)
      }, ms)
      timers.add(timer)
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    stop: async () => {
      timers.forEach(timer => clearTimeout(timer))
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** What becomes of a message, and when; some are never read, and a few fail. */
function fateOf(id: string): [ReceiptStatus, number][] {
  const luck = [...id].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0) >>> 0, 7) % 100
  if (luck < 3) return [['failed', 900]]
  return luck < 70 ? [['delivered', 200 + luck * 5], ['read', 900 + luck * 10]] : [['delivered', luck * 8]]
}

async function messageIn(outbound: Outbound, request: IncomingMessage): Promise<Outgoing | undefined> {
  try {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    return outbound.read({ headers: request.headers, body: Buffer.concat(chunks).toString() })
  } catch {
    return undefined
  }
}
