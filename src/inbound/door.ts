import type { IncomingMessage, ServerResponse } from 'node:http'
import { ApiError, answerTo } from '../api/errors.ts'
import { UnparseableError, type RawReply, type RawRequest } from '../connectors/connector.ts'
import type { OpenChannel } from './directory.ts'
import { RefusedError, type Inbound } from './inbound.ts'
import { UnavailableError } from './queue.ts'

const BODY_DEFAULT = 1024 * 1024
/** Bodies being worked on at a time, in bytes: beyond, platforms are asked to come again. */
const IN_FLIGHT_MAX = 128 * 1024 * 1024
/** Some platforms add a path of their own to the address they are given. */
const ADDRESS = /^\/webhooks\/([^/?]+)(?:[/?]|$)/
const acknowledgement: RawReply = { status: 200, contentType: 'application/json', body: '{}' }

export interface DoorOptions {
  inbound: Inbound
  /** How the platforms reach us, without a trailing slash; undefined: as the request's Host header says. */
  publicUrl: string | undefined
}

export interface Door {
  /** Answers a request to `/webhooks/…`. @returns false, at once, if it is for somebody else. */
  (request: IncomingMessage, response: ServerResponse): boolean
}

/**
 * The door for platforms: no session, no key; every request is verified by its channel's connector over its exact bytes.
 * It stands before the web framework: there is no schema, no cookie and no page here, and what the framework costs
 * for each request is a fifth of all that a webhook costs.
 * @param log hears why a request was refused, and of our own faults
 * @param observe hears of every answer: its status, and how long it took in seconds
 */
export function webhookDoor(
  options: DoorOptions,
  log: (level: 'warn' | 'error', details: object, message: string) => void,
  observe: (method: string, status: number, seconds: number) => void,
): Door {
  let inFlight = 0

  const take = async (request: IncomingMessage, channelId: string): Promise<RawReply> => {
    const channel = await openChannel(options.inbound, channelId)
    const { webhook, eventsByGet } = channel.connector
    if (request.method === 'GET' && !eventsByGet) {
      const answer = channel.connector.handshake?.(new PlatformRequest(request, Buffer.alloc(0), options.publicUrl), channel.config)
      if (!answer) throw new ApiError('forbidden', 'The handshake is not ours: check the verify token')
      return answer
    }
    const takes = request.method === 'POST' || request.method === 'GET'
    if (!takes || !webhook) throw new ApiError('not_found', 'This channel takes no such request')
    const body = await readBody(request, channel)
    if (inFlight > 0 && inFlight + body.length > IN_FLIGHT_MAX) throw new ApiError('unavailable', 'Too much is being worked on')
    inFlight += body.length
    try {
      await receive(options.inbound, channel, new PlatformRequest(request, body, options.publicUrl), log)
    } finally {
      inFlight -= body.length
    }
    return channel.connector.acknowledge ?? acknowledgement
  }

  return (request, response) => {
    const channelId = ADDRESS.exec(request.url ?? '')?.[1]
    if (channelId === undefined) return false
    const began = performance.now()
    take(request, channelId).catch(error => refusal(error, request, response, log)).then(answer => {
      response.writeHead(answer.status, { 'content-type': answer.contentType, 'content-length': Buffer.byteLength(answer.body) })
      response.end(answer.body)
      observe(request.method ?? '', answer.status, (performance.now() - began) / 1000)
    })
    return true
  }
}

function refusal(error: unknown, request: IncomingMessage, response: ServerResponse, log: Parameters<typeof webhookDoor>[1]): RawReply {
  const { status, headers, body } = answerTo(error)
  if (status >= 500) log('error', { err: error }, 'webhook failed')
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  if (!request.complete) response.setHeader('connection', 'close') // the rest of a body nobody wants is not read
  return { status, contentType: 'application/json; charset=utf-8', body: JSON.stringify(body) }
}

let turn: Promise<void> | undefined

/** At the end of this turn of the event loop the web server has read all that is there. Whoever waits for it goes on side by side with the others. */
function endOfTurn(): Promise<void> {
  return turn ??= new Promise(resolve => setImmediate(() => {
    turn = undefined
    resolve()
  }))
}

async function readBody(request: IncomingMessage, channel: OpenChannel): Promise<Buffer> {
  const limit = channel.connector.maxBodyBytes ?? BODY_DEFAULT
  await endOfTurn()
  // Most bodies came with their head, and are all there by now.
  if (request.complete && request.readableLength <= limit) return (request.read() as Buffer | null) ?? Buffer.alloc(0)
  if (request.destroyed) throw new ApiError('bad_request', 'The request ended early')
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= limit) return void chunks.push(chunk)
      request.pause()
      reject(new ApiError('too_large', `At most ${limit} bytes are taken`))
    })
    request.once('end', () => resolve(Buffer.concat(chunks)))
    request.once('error', () => reject(new ApiError('bad_request', 'The request ended early')))
  })
}

/** @throws {ApiError} 404 for an unknown or inactive channel; callers learn no difference. */
export async function openChannel(inbound: Inbound, channelId: string): Promise<OpenChannel> {
  const channel = await inbound.directory.find(channelId)
  if (!channel?.isActive) throw new ApiError('not_found', 'No active channel has this address')
  return channel
}

/** Takes one request in, and words its refusal for the caller. */
export async function receive(inbound: Inbound, channel: OpenChannel, raw: RawRequest, log: Parameters<typeof webhookDoor>[1]): Promise<void> {
  try {
    await inbound.receive(channel, raw)
  } catch (error) {
    if (error instanceof RefusedError) {
      log('warn', { channel: channel.name, reason: error.message }, 'signature refused')
      throw new ApiError('invalid_signature', 'The signature is missing or wrong')
    }
    if (error instanceof UnparseableError) throw new ApiError('bad_request', error.message)
    if (error instanceof UnavailableError) throw new ApiError('unavailable', error.message)
    throw error
  }
}

/** The request as the platform made it. A class, because V8 makes a hidden class of its own for every object literal that has a getter. */
export class PlatformRequest implements RawRequest {
  readonly method: string
  readonly headers: RawRequest['headers']
  readonly body: Buffer
  readonly receivedAt = new Date()
  readonly #request: IncomingMessage
  readonly #publicUrl: string | undefined

  constructor(request: IncomingMessage, body: Buffer, publicUrl: string | undefined) {
    this.method = request.method ?? ''
    // Node joins repeated headers with ', ' but for set-cookie, which no request carries.
    this.headers = request.headers as RawRequest['headers']
    this.body = body
    this.#request = request
    this.#publicUrl = publicUrl
  }

  /** Put together only for those whose signature covers it. */
  get url(): string {
    return `${this.#publicUrl ?? ownOrigin(this.#request)}${this.#request.url ?? '/'}`
  }
}

/** A reverse proxy on this machine may say that the platform came by https; nobody else. */
function ownOrigin(request: IncomingMessage): string {
  const isLocal = /^(::1|(::ffff:)?127\.)/.test(request.socket.remoteAddress ?? '')
  const protocol = isLocal && request.headers['x-forwarded-proto'] === 'https' ? 'https' : 'http'
  return `${protocol}://${request.headers.host ?? 'localhost'}`
}
