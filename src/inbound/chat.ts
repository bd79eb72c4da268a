import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Pool } from 'pg'
import { ApiError } from '../api/errors.ts'
import { toTypeId } from '../ids.ts'
import type { Changes } from '../outbound/changes.ts'
import type { ChatGuest, ChatHistory, ChatSettings } from '../contract/chat.ts'
import { openChannel, PlatformRequest, receive, type DoorOptions } from './door.ts'
import type { OpenChannel } from './directory.ts'

const HISTORY_MAX = 100
const BODY_MAX = 64 * 1024
/** Guests see for so long that somebody writes to them, unless that is said again: longer than clients wait between two looks. */
const ANSWERING_MS = 9000
type Params = { Params: { channelId: string } }

/**
 * What chat clients in a browser speak. A guest proves who they are with the token they were given, and reads only their own
 * conversation. Messages take the same way as every platform's webhook.
 */
export async function chatDoor(app: FastifyInstance, { inbound, publicUrl, pool, changes }: DoorOptions & { pool: Pool; changes: Pick<Changes, 'subscribe'> }): Promise<void> {
  const answering = whoIsAnswered(changes)
  app.addHook('onClose', async () => answering.stop())
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_MAX }, (_request, body, done) => done(null, body))
  // The chat runs on the business's own pages, which are other origins. No cookie is read here, so nothing is given away.
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({ 'access-control-allow-origin': '*', 'access-control-allow-headers': 'authorization, content-type' })
  })
  app.options('/chat/v1/*', { schema: { hide: true } }, async (_request, reply) => reply.code(204).header('access-control-allow-methods', 'GET, POST').send())

  const hidden = { schema: { hide: true } }
  app.get<Params>('/chat/v1/:channelId/settings', hidden, async (request): Promise<ChatSettings> => {
    const { title, welcome } = (await chatChannel(request.params.channelId)).config
    return { title: String(title), welcome: String(welcome) }
  })
  app.post<Params>('/chat/v1/:channelId/guests', { ...hidden, config: { rateLimit: { max: 30, timeWindow: '1 minute' } } },
    async (request, reply): Promise<ChatGuest> => {
      const channel = await chatChannel(request.params.channelId)
      reply.code(201)
      return channel.connector.guests!.create(channel.config)
    })
  app.post<Params>('/chat/v1/:channelId/messages', { ...hidden, config: { rateLimit: { max: 120, timeWindow: '1 minute' } } },
    async (request) => {
      const raw = new PlatformRequest(request.raw, bodyOf(request), publicUrl)
      await receive(inbound, await chatChannel(request.params.channelId), raw, (level, details, message) => request.log[level](details, message))
      return {}
    })
  app.get<Params>('/chat/v1/:channelId/messages', hidden, async (request): Promise<ChatHistory> => {
    const channel = await chatChannel(request.params.channelId)
    const key = channel.connector.guests!.keyOf(new PlatformRequest(request.raw, bodyOf(request), publicUrl), channel.config)
    if (!key) throw new ApiError('invalid_signature', 'The token is missing or wrong')
    const userId = await userOf(channel, key)
    return userId ? { items: await history(userId), isAnswering: answering.has(userId) } : { items: [], isAnswering: false }
  })

  async function chatChannel(channelId: string): Promise<OpenChannel> {
    const channel = await openChannel(inbound, channelId)
    if (!channel.connector.guests) throw new ApiError('not_found', 'This channel is not a chat')
    return channel
  }

  async function userOf(channel: OpenChannel, key: string): Promise<string | undefined> {
    const { rows } = await pool.query<{ id: string }>(
      'select messaging_user_id as id from aliases where channel_id = $1 and key = $2 and until is null', [channel.id, key])
    return rows[0]?.id
  }

  async function history(userId: string): Promise<ChatHistory['items']> {
    const { rows } = await pool.query(`
      select platform_message_id as id, direction, coalesce(text, '') as text, sent_at from messages
      where messaging_user_id = $1 and deleted_at is null and platform_message_id is not null
      order by sent_at desc, id desc limit $2`, [userId, HISTORY_MAX])
    return rows.toReversed().map(row => ({ id: row.id, direction: row.direction, text: row.text, sentAt: row.sent_at.toISOString() }))
  }
}

const bodyOf = (request: FastifyRequest) => (Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0))

/** Whom somebody is writing to at this moment, until they have: as the change notifications tell. Nothing of it is kept. */
function whoIsAnswered(changes: Pick<Changes, 'subscribe'>) {
  const until = new Map<string, number>()
  const stop = changes.subscribe(event => {
    if (event.type === 'messaging-user') until.delete(event.id)
    if (event.type !== 'answering') return
    const now = Date.now()
    for (const [id, end] of until) if (end < now) until.delete(id)
    until.set(event.id, now + ANSWERING_MS)
  })
  return { stop, has: (userId: string) => (until.get(toTypeId('mu', userId)) ?? 0) > Date.now() }
}
