import { MessagingUserId, Strict } from '../contract/common.ts'
import { Reassignment, ReassignmentResult, Shared } from '../contract/messaging-users.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { reassignNumber, setShared } from '../record/number-owners.ts'
import type { Api, ApiDeps } from './app.ts'
import { ApiError, fieldError, notFound } from './errors.ts'

const tags = ['messaging-users']
const params = Strict({ id: MessagingUserId })
const config = { access: { role: 'agent', scope: 'messaging-users:write' } } as const

/** Numbers that are given to somebody else, and numbers that several people have. */
export function numberOwnerRoutes(api: Api, { pool, changes }: ApiDeps): void {
  const publish = (id: string, channelId: string) => changes.publish([{ type: 'messaging-user', id, channelId: toTypeId('ch', channelId) }])

  api.post('/messaging-users/:id/reassignment', {
    config,
    schema: {
      tags, summary: 'Note that the number belongs to somebody else now', params, body: Reassignment, response: { 200: ReassignmentResult },
      description: 'Messages, sessions, links and the consent ledger stay with this messaging user, whom nothing can be sent to any more. Who writes from the number '
        + 'from now on is a new messaging user without any consent. Individuals who have the number keep it, marked as shared. `alsoAt` names who is reached at it on other channels.',
    },
  }, async ({ caller, params: { id }, body: { at, note = null } }) => {
    const time = at === undefined ? new Date() : new Date(at)
    if (time > new Date()) throw fieldError('at', 'must not be in the future')
    const result = await reassignNumber(pool, toUuid(id), { at: time, note, actor: { source: caller.kind, name: caller.name } })
    if (result.outcome === 'absent') throw notFound('messaging user', id)
    if (result.outcome === 'no address') throw new ApiError('conflict', 'This messaging user has no address any more')
    const { channelId, identifiers, sharedPhoneCount } = result
    publish(id, channelId)
    const alsoAt = result.alsoAt.map(other => ({ ...other, messagingUserId: toTypeId('mu', other.messagingUserId) }))
    return { endedAt: time.toISOString(), identifiers, sharedPhoneCount, alsoAt }
  })

  api.put('/messaging-users/:id/shared', {
    config,
    schema: {
      tags, summary: 'Say whether several people write from the address', params, body: Shared, response: { 200: Shared },
      description: 'Nobody is linked to a shared one by a rule, only by a person’s decision.',
    },
  }, async ({ caller, params: { id }, body: { isShared } }) => {
    const channelId = await setShared(pool, toUuid(id), isShared, { source: caller.kind, name: caller.name })
    if (!channelId) throw notFound('messaging user', id)
    publish(id, channelId)
    return { isShared }
  })
}
