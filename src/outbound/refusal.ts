import type { Pool } from 'pg'
import { connectorOf } from '../connectors/registry.ts'
import { checkSend } from '../record/consent/gate.ts'
import type { Unsent } from '../record/outbox.ts'
import { runner } from '../record/statement.ts'
import { abilitiesOf } from './abilities.ts'

/** Who may serve the person, and whether the business may begin, was decided when the message was written. */
const decidedBefore = new Set(['served_by_another', 'business_initiated_not_allowed'])

/** Asks the gate once more before a message leaves: the person may have opted out since it was written. @returns why not, or undefined */
export const refusalOf = (pool: Pool) => async ({ channel, purpose, template, sender }: Unsent, userId: string): Promise<string | undefined> => {
  const abilities = abilitiesOf(connectorOf(channel.type), channel.config)
  const request = { userId, purpose, operatorId: null, abilities, isByAgent: sender === 'Agent', isTemplate: template !== null }
  const verdict = await checkSend(runner(pool, false), request, new Date())
  const reasons = verdict ? verdict.reasons.filter(({ code }) => !decidedBefore.has(code)) : [{ message: 'The messaging user is gone' }]
  return reasons.length > 0 ? `Not sent: ${reasons.map(({ message }) => message).join('. ')}` : undefined
}
