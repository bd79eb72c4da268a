import { connectorOf } from '../connectors/registry.ts'
import { SendCheck, SendCheckResult } from '../contract/consent.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { checkSend, UnknownPurposeError, type Verdict } from '../record/consent/gate.ts'
import { abilitiesOf } from '../outbound/abilities.ts'
import type { ChannelConfig } from '../record/secrets.ts'
import { runner } from '../record/statement.ts'
import type { Caller } from './access.ts'
import type { Api, ApiDeps } from './app.ts'
import { ApiError, fieldError, notFound } from './errors.ts'

/** May somebody be written to? The same gate that everything sent passes, asked without sending. */
export function sendCheckRoutes(api: Api, { pool }: Pick<ApiDeps, 'pool'>): void {
  api.post('/send-checks', {
    config: { access: { role: 'viewer', scope: 'messaging-users:read' } },
    schema: {
      tags: ['consent'], summary: 'Ask whether somebody may be written to', body: SendCheck, response: { 200: SendCheckResult },
      description: 'Answers every reason against it, and the line of the consent ledger behind the answer. Nothing is sent or changed.',
    },
  }, async ({ caller, body: { messagingUserId, purpose = 'service' } }) => {
    const { rows: [user] } = await pool.query<{ type: string; config: ChannelConfig }>(
      'select c.type, c.config from messaging_users u join channels c on c.id = u.channel_id where u.id = $1', [toUuid(messagingUserId)])
    if (!user) throw notFound('messaging user', messagingUserId)
    const abilities = abilitiesOf(connectorOf(user.type), user.config)
    const request = { userId: toUuid(messagingUserId), purpose, operatorId: operatorOf(caller), isByAgent: caller.kind === 'operator', abilities }
    const verdict = await checkSend(runner(pool, false), request, new Date()).catch(asFieldError)
    if (!verdict) throw notFound('messaging user', messagingUserId)
    return showVerdict(verdict)
  })
}

export const operatorOf = (caller: Caller): string | null => (caller.kind === 'operator' ? caller.id : null)

/** @throws {ApiError} naming `purpose` for one that does not exist */
export function asFieldError(error: unknown): never {
  if (error instanceof UnknownPurposeError) throw fieldError('purpose', 'is not one of the purposes')
  throw error
}

/** A refusal by the gate, with every reason. */
export const sendRefused = ({ reasons }: Verdict): ApiError =>
  new ApiError('send_refused', reasons.map(({ message }) => message).join('. '), reasons.map(({ code, message }) => ({ field: code, message })))

const showVerdict = ({ reasons, consentEventId, ...verdict }: Verdict): SendCheckResult => ({
  ...verdict,
  consentEventId: consentEventId && toTypeId('ce', consentEventId),
  reasons: reasons.map(reason => ({ ...reason, consentEventId: reason.consentEventId && toTypeId('ce', reason.consentEventId) })),
})
