import { MessagingUserId, Strict } from '../contract/common.ts'
import { Block } from '../contract/messaging-users.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { setBlock } from '../record/users.ts'
import type { Caller } from './access.ts'
import type { Api, ApiDeps } from './app.ts'
import { fieldError, notFound } from './errors.ts'

const tags = ['messaging-users']
const params = Strict({ id: MessagingUserId })
const write = { access: { role: 'agent', scope: 'messaging-users:write' } } as const

/** A blocked messaging user is not written to, whatever their consent says. What they write is recorded all the same. */
export function blockRoutes(api: Api, { pool, changes }: ApiDeps): void {
  const set = async (caller: Caller, id: string, block: { reason: string; until: Date | null } | null) => {
    const channelId = await setBlock(pool, toUuid(id), block, { source: caller.kind, name: caller.name })
    if (!channelId) throw notFound('messaging user', id)
    changes.publish([{ type: 'messaging-user', id, channelId: toTypeId('ch', channelId) }])
  }

  api.put('/messaging-users/:id/block', {
    config: write,
    schema: { tags, summary: 'Block a messaging user', params, body: Block, response: { 200: Block } },
  }, async ({ caller, params: { id }, body: { reason, until = null } }) => {
    if (until !== null && new Date(until) <= new Date()) throw fieldError('until', 'must be in the future')
    await set(caller, id, { reason, until: until === null ? null : new Date(until) })
    return { reason, until }
  })

  api.delete('/messaging-users/:id/block', {
    config: write,
    schema: { tags, summary: 'End the block of a messaging user', params },
  }, async ({ caller, params: { id } }, reply) => {
    await set(caller, id, null)
    return reply.code(204).send()
  })
}
