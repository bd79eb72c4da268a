import { MessagingUser, MessagingUserCreate } from '../contract/messaging-users.ts'
import { toTypeId } from '../ids.ts'
import { createMessagingUser } from '../imports/create.ts'
import type { Api, ApiDeps } from './app.ts'
import { ApiError, fieldError } from './errors.ts'
import { importerOf, refusing } from './imports.ts'
import { readUser } from './messaging-users.ts'

/** Clocks of callers are ahead of ours. */
const AHEAD_MS = 60_000

/** One person before they write: for a conversation that the business begins. Many at once are an import. */
export function messagingUserCreateRoutes(api: Api, { pool, changes }: ApiDeps): void {
  api.post('/messaging-users', {
    config: { access: { role: 'agent', scope: 'messaging-users:write' } },
    schema: {
      tags: ['messaging-users'], summary: 'Create a messaging user', body: MessagingUserCreate, response: { 201: MessagingUser },
      description: 'On channels where people have an address before they write (`massCreate` in `/connectors`); 409 on the others. Somebody who is on the '
        + 'channel already, in any spelling of the number, is 409 with their id, and is not changed: so it can be sent again. What is said of consent is '
        + 'one confirmation: `DoublyOptedIn` counts as `ExplicitlyOptedIn`.',
    },
  }, async ({ caller, body }, reply) => {
    if (body.consent?.at && Date.parse(body.consent.at) > Date.now() + AHEAD_MS) throw fieldError('consent.at', 'must not be in the future')
    const { outcome, userId, column, reason } = await refusing(createMessagingUser(
      pool, body, { ...importerOf(caller), via: caller.kind === 'operator' ? 'console' : 'api' }))
    if (outcome === 'rejected') throw new ApiError('invalid_field', `${column}: ${reason}`, [{ field: column!, message: reason! }])
    const id = toTypeId('mu', userId!)
    if (outcome !== 'created') throw fieldError('key', `belongs to ${id} on this channel already`, 'conflict')
    changes.publish([{ type: 'messaging-user', id, channelId: body.channelId }])
    return reply.code(201).send(await readUser(pool, id))
  })
}
