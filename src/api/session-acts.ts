import { SessionId, Strict } from '../contract/common.ts'
import { Session, SessionOwner, SessionStatusChange } from '../contract/sessions.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { changeSession } from '../record/session-changes.ts'
import type { SessionAct } from '../record/session-life.ts'
import type { Caller } from './access.ts'
import type { Api, ApiDeps } from './app.ts'
import { ApiError, fieldError, notFound } from './errors.ts'
import { knownOperator } from './operators.ts'
import { showSession } from './session-row.ts'
import { findSession } from './sessions.ts'

const tags = ['sessions']
const config = { access: { role: 'agent', scope: 'sessions:write' } } as const
const params = Strict({ id: SessionId })
const response = { 200: Session }
const actOf = { Active: 'resume', Inactive: 'inactivate', Paused: 'pause' } as const

/** What operators do to sessions. What is impossible is answered 409 with the reason, and changes nothing. */
export function sessionActRoutes(api: Api, { pool, changes }: Pick<ApiDeps, 'pool' | 'changes'>): void {
  async function change(id: string, act: SessionAct, caller: Caller): Promise<Session> {
    const result = await changeSession(pool, toUuid(id), act, { type: 'Agent', id: caller.id }, new Date())
    if (result.outcome === 'absent') throw notFound('session', id)
    if (result.outcome === 'refused') throw new ApiError('conflict', result.reason)
    if (result.outcome === 'changed') {
      changes.publish([{ type: 'messaging-user', id: toTypeId('mu', result.userId), channelId: toTypeId('ch', result.channelId) }])
    }
    return showSession(await findSession(pool, id))
  }

  api.put('/sessions/:id/owner', {
    config,
    schema: {
      tags, summary: 'Accept a session, or hand it over', params, body: SessionOwner, response,
      description: 'Without `operatorId` the caller accepts it, unless somebody else serves it already. With it, it is handed over to that operator.',
    },
  }, async ({ caller, params: { id }, body: { operatorId } }) => {
    if (operatorId !== undefined) return change(id, { kind: 'transfer', ownerId: await knownOperator(pool, operatorId, 'operatorId') }, caller)
    if (caller.kind !== 'operator') throw fieldError('operatorId', 'is required of an API key, which serves nobody itself')
    return change(id, { kind: 'accept', ownerId: caller.id }, caller)
  })

  api.delete('/sessions/:id/owner', {
    config,
    schema: { tags, summary: 'Put a session back among those that wait', params, response },
  }, ({ caller, params: { id } }) => change(id, { kind: 'transfer', ownerId: null }, caller))

  api.put('/sessions/:id/status', {
    config,
    schema: { tags, summary: 'Pause a session, make it inactive, or resume it', params, body: SessionStatusChange, response },
  }, ({ caller, params: { id }, body: { status } }) => change(id, { kind: actOf[status] }, caller))

  api.post('/sessions/:id/closure', {
    config,
    schema: { tags, summary: 'End a session', params, response },
  }, ({ caller, params: { id } }) => change(id, { kind: 'end', by: 'Agent' }, caller))
}
