import type { Static } from 'typebox'
import type { Connector } from '../connectors/connector.ts'
import { connectorOf } from '../connectors/registry.ts'
import { Message, MessageSend } from '../contract/sessions.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { abilitiesOf } from '../outbound/abilities.ts'
import type { Said } from '../record/outbox.ts'
import { say } from '../record/say.ts'
import type { ChannelConfig } from '../record/secrets.ts'
import type { Api, ApiDeps } from './app.ts'
import { fieldError, notFound } from './errors.ts'
import { readMessage } from './messages.ts'
import { asFieldError, operatorOf, sendRefused } from './send-checks.ts'
import { typingRoutes } from './typing.ts'
import { faultsOf, invalidFields } from './validation.ts'

/** Writing to people. Everything passes the gate that `/send-checks` explains. */
export function sendingRoutes(api: Api, deps: ApiDeps): void {
  const { pool, changes } = deps
  typingRoutes(api, deps)
  api.post('/messages', {
    config: { access: { role: 'agent', scope: 'messages:write' } },
    schema: {
      tags: ['messages'], summary: 'Write to a messaging user', body: MessageSend, response: { 200: Message, 201: Message },
      description: 'The message is recorded and answered at once, and sent by a job: its delivery shows in `acceptedAt`, `deliveredAt`, `readAt` and '
        + '`failedAt`. Refused with 409 `send_refused` and every reason when consent, the platform or another operator’s session forbid it. '
        + 'The same `idempotencyKey` for the same person is sent once, and answers the first message with 200. A `template` instead of `text` '
        + 'is also taken outside the platform’s reply window, and its `purpose` has to be said.',
    },
  }, async ({ caller, body }, reply) => {
    const { messagingUserId, purpose = 'service', idempotencyKey = null } = body
    const userId = toUuid(messagingUserId)
    const { rows: [user] } = await pool.query<{ type: string; config: ChannelConfig }>(
      'select c.type, c.config from messaging_users u join channels c on c.id = u.channel_id where u.id = $1', [userId])
    if (!user) throw notFound('messaging user', messagingUserId)
    const connector = connectorOf(user.type)
    const result = await say(pool, {
      userId, purpose, operatorId: operatorOf(caller), abilities: abilitiesOf(connector, user.config), said: saidIn(body, connector),
      sender: caller.kind === 'operator' ? 'Agent' : 'Bot', senderId: caller.id, idempotencyKey,
    }, new Date()).catch(asFieldError)
    if (result.outcome === 'absent') throw notFound('messaging user', messagingUserId)
    if (result.outcome === 'refused') throw sendRefused(result.verdict)
    changes.publish([{ type: 'messaging-user', id: messagingUserId, channelId: toTypeId('ch', result.channelId) }])
    return reply.code(result.outcome === 'queued' ? 201 : 200).send(await readMessage(pool, userId, result.messageId))
  })
}

/** @throws {ApiError} naming the field, unless there is either text or a template of the platform's */
function saidIn({ text, template, purpose }: Static<typeof MessageSend>, connector: Connector | undefined): Said {
  if (template === undefined) {
    if (text === undefined) throw fieldError('text', 'is missing')
    return { text }
  }
  if (!connector?.template) throw fieldError('template', 'cannot be sent: the platform has none')
  if (text !== undefined) throw fieldError('template', 'has its own text: leave out one of the two')
  const faults = faultsOf(connector.template, template, 'template')
  if (faults.length > 0) throw invalidFields(faults)
  if (purpose === undefined) throw fieldError('purpose', 'is missing: a template’s has to be said')
  if (template.category === 'marketing' && purpose !== 'marketing') throw fieldError('purpose', 'must be marketing, as the template is')
  return { template }
}
