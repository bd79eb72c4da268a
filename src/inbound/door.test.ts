import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { RawRequest } from '../connectors/connector.ts'
import { webhookDoor } from './door.ts'
import type { Inbound } from './inbound.ts'

const received: string[] = []
const statuses: number[] = []
/** Channels are looked up when this is done. */
let lookedUp: Promise<unknown> | undefined
const inbound = {
  directory: {
    find: async () => {
      await lookedUp
      return { isActive: true, connector: { webhook: true, maxBodyBytes: 200_000 } }
    },
  },
  receive: async (_channel: unknown, { body }: RawRequest) => void received.push(body.toString()),
} as unknown as Inbound
const door = webhookDoor({ inbound, publicUrl: undefined }, () => {}, (_method, status) => void statuses.push(status))

let server: Server
beforeAll(async () => {
  server = createServer(door).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
beforeEach(() => {
  received.length = 0
  statuses.length = 0
})
afterAll(() => void server.close())

async function connected(): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {})
  await once(socket, 'connect')
  return socket
}
const head = (length: number) => `POST /webhooks/ch_1 HTTP/1.1\r\nhost: x\r\ncontent-length: ${length}\r\n\r\n`

test('a body is the same whether it comes with its head, in pieces, or not at all', async () => {
  const body = 'é'.repeat(90_000)
  const socket = await connected()
  for (const pieces of [[`${head(5)}hello`], [head(5), 'he', 'llo'], [head(0)], [head(180_000), body], [head(5), 'after']]) {
    const answered = once(socket, 'data')
    for (const piece of pieces) {
      socket.write(piece)
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    await answered
  }
  socket.destroy()
  expect(received).toEqual(['hello', 'hello', '', body, 'after'])
  expect(statuses).toEqual([200, 200, 200, 200, 200])
})

test('who hangs up before the body is there is done with, whenever that is', async () => {
  const socket = await connected()
  const arrived = once(server, 'request')
  socket.write(`${head(5)}he`)
  await arrived
  socket.destroy()
  await expect.poll(() => statuses).toEqual([400])

  const other = await connected()
  const lookUp = Promise.withResolvers<void>()
  lookedUp = lookUp.promise
  const asked = once(server, 'request') as Promise<[IncomingMessage]>
  other.write(`${head(5)}he`)
  const [request] = await asked
  const closed = new Promise(resolve => request.once('close', resolve))
  other.destroy()
  await closed
  lookUp.resolve()
  await expect.poll(() => statuses).toEqual([400, 400])
  expect(received).toEqual([])
})
