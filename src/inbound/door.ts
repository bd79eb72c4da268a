import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../api/errors.ts'
import { UnparseableError, type RawRequest } from '../connectors/connector.ts'
import type { OpenChannel } from './directory.ts'
import { RefusedError, type Inbound } from './inbound.ts'
import { UnavailableError } from './queue.ts'

const BODY_DEFAULT = 1024 * 1024
const BODY_MAX = 4 * 1024 * 1024
/** Bodies being worked on at a time, in bytes: beyond, platforms are asked to come again. */
const IN_FLIGHT_MAX = 128 * 1024 * 1024

export interface DoorOptions {
  inbound: Inbound
  /** How the platforms reach us, without a trailing slash; undefined: as the request's Host header says. */
  publicUrl: string | undefined
}

/** The door for platforms: no session, no key; every request is verified by its channel's connector over its exact bytes. */
export async function webhookDoor(app: FastifyInstance, { inbound, publicUrl }: DoorOptions): Promise<void> {
  let inFlight = 0
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_MAX }, (_request, body, done) => done(null, body))

  app.get<{ Params: { channelId: string } }>('/webhooks/:channelId', { schema: { hide: true } }, async (request, reply) => {
    const channel = await openChannel(inbound, request.params.channelId)
    const answer = channel.connector.handshake?.(rawRequest(request, publicUrl), channel.config)
    if (!answer) throw new ApiError('forbidden', 'The handshake is not ours: check the verify token')
    return reply.code(answer.status).type(answer.contentType).send(answer.body)
  })

  app.post<{ Params: { channelId: string } }>('/webhooks/:channelId', { schema: { hide: true }, bodyLimit: BODY_MAX }, async (request, reply) => {
    const channel = await openChannel(inbound, request.params.channelId)
    if (!channel.connector.webhook) throw new ApiError('not_found', 'This channel takes no webhooks')
    const raw = rawRequest(request, publicUrl)
    if (inFlight > 0 && inFlight + raw.body.length > IN_FLIGHT_MAX) throw busy(reply, 'Too much is being worked on')
    inFlight += raw.body.length
    try {
      await receive(inbound, channel, raw, reply)
    } finally {
      inFlight -= raw.body.length
    }
    const answer = channel.connector.acknowledge ?? { status: 200, contentType: 'application/json', body: '{}' }
    return reply.code(answer.status).type(answer.contentType).send(answer.body)
  })
}

/** @throws {ApiError} 404 for an unknown or inactive channel; callers learn no difference. */
export async function openChannel(inbound: Inbound, channelId: string): Promise<OpenChannel> {
  const channel = await inbound.directory.find(channelId)
  if (!channel?.isActive) throw new ApiError('not_found', 'No active channel has this address')
  return channel
}

/** Takes one request in, and words its refusal for the caller. */
export async function receive(inbound: Inbound, channel: OpenChannel, raw: RawRequest, reply: FastifyReply): Promise<void> {
  const limit = channel.connector.maxBodyBytes ?? BODY_DEFAULT
  if (raw.body.length > limit) throw new ApiError('too_large', `The body has ${raw.body.length} bytes; at most ${limit} are taken`)
  try {
    await inbound.receive(channel, raw)
  } catch (error) {
    if (error instanceof RefusedError) {
      reply.log.warn({ channel: channel.name, reason: error.message }, 'signature refused')
      throw new ApiError('invalid_signature', 'The signature is missing or wrong')
    }
    if (error instanceof UnparseableError) throw new ApiError('bad_request', error.message)
    if (error instanceof UnavailableError) throw busy(reply, error.message)
    throw error
  }
}

function busy(reply: FastifyReply, message: string): ApiError {
  reply.header('retry-after', '5')
  return new ApiError('unavailable', message)
}

/** The request as the platform made it. */
export function rawRequest(request: FastifyRequest, publicUrl: string | undefined): RawRequest {
  return {
    method: request.method,
    /** Put together only for those whose signature covers it. */
    get url() {
      return `${publicUrl ?? `${request.protocol}://${request.headers.host ?? 'localhost'}`}${request.raw.url ?? '/'}`
    },
    // Node joins repeated headers with ', ' but for set-cookie, which no request carries.
    headers: request.headers as RawRequest['headers'],
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    receivedAt: new Date(),
  }
}
