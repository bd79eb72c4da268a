import { MessagingUserId, Strict } from '../contract/common.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { connectorOf } from '../connectors/registry.ts'
import { abilitiesOf } from '../outbound/abilities.ts'
import { checkSend } from '../record/consent/gate.ts'
import { runner } from '../record/statement.ts'
import { findWrittenTo } from '../record/typing.ts'
import type { Api, ApiDeps } from './app.ts'
import { notFound } from './errors.ts'
import { operatorOf, sendRefused } from './send-checks.ts'

/** That somebody of the business is writing, for the person to see at that moment. */
export function typingRoutes(api: Api, { pool, changes, showTyping }: Pick<ApiDeps, 'pool' | 'changes' | 'showTyping'>): void {
  api.post('/messaging-users/:id/typing', {
    config: { access: { role: 'agent', scope: 'messages:write' } },
    schema: {
      tags: ['messages'], summary: 'Show a messaging user that somebody is writing to them', params: Strict({ id: MessagingUserId }),
      description: 'For some seconds, where the platform can; say it again every few seconds while it lasts. Some platforms take what the person '
        + 'wrote for read by that. Nothing is recorded, and what fails is not tried again. Refused like a message, with 409 `send_refused`.',
    },
  }, async ({ caller, params: { id } }, reply) => {
    const user = await findWrittenTo(pool, toUuid(id))
    if (!user) throw notFound('messaging user', id)
    const request = {
      userId: user.userId, purpose: 'service', operatorId: operatorOf(caller), isByAgent: caller.kind === 'operator',
      abilities: abilitiesOf(connectorOf(user.channel.type), user.channel.config),
    }
    const verdict = await checkSend(runner(pool, false), request, new Date())
    if (!verdict) throw notFound('messaging user', id)
    if (!verdict.allowed) throw sendRefused(verdict)
    changes.publish([{ type: 'answering', id, channelId: toTypeId('ch', user.channelId) }])
    await showTyping(user)
    return reply.code(204).send()
  })
}
