import type { Pool, PoolClient } from 'pg'
import { uuidv7 } from 'uuidv7'
import { again } from './collision.ts'
import { checkSend, type SendRequest, type Verdict } from './consent/gate.ts'
import { queueMessages, type Said } from './outbox.ts'
import { measureResponses } from './responses.ts'
import { saveSessions } from './session-changes.ts'
import { after, opened, type SessionRules, type SessionState } from './session-life.ts'
import { openSessions } from './sessions.ts'
import { runner, type Run } from './statement.ts'
import { inTransaction } from './transaction.ts'

/** What somebody at the business, or a program, wants to say to a messaging user. */
export interface Saying extends Omit<SendRequest, 'isTemplate' | 'isByAgent'> {
  said: Said
  sender: 'Agent' | 'Bot'
  /** Operator or API key (uuid). */
  senderId: string
  idempotencyKey: string | null
}

export type SaidResult =
  | { outcome: 'queued' | 'repeated'; messageId: string; channelId: string }
  | { outcome: 'refused'; verdict: Verdict }
  | { outcome: 'absent' }

/**
 * Says something to a messaging user: the gate's yes, a session (the open one, or a new one begun by the business), the message, and the
 * job that sends it, in one transaction.
 * @throws {UnknownPurposeError}
 */
export async function say(pool: Pool, saying: Saying, now: Date): Promise<SaidResult> {
  // The person may write, and so open a session, at the same moment.
  return again(() => inTransaction(pool, async (client): Promise<SaidResult> => {
    const run = runner(client, false)
    // Whoever changes the person's consent has this row too: what the gate sees is true until the message is recorded.
    const { rows: [user] } = await client.query<{ channel_id: string } & SessionRules>(`
      select u.channel_id, c.platform_type as "platformType", c.inactivity_minutes as "inactivityMinutes"
      from messaging_users u join channels c on c.id = u.channel_id where u.id = $1 for no key update of u`, [saying.userId])
    if (!user) return { outcome: 'absent' }
    const channelId = user.channel_id
    const repeated = await findRepeated(client, saying)
    if (repeated) return { outcome: 'repeated', messageId: repeated, channelId }
    const verdict = (await checkSend(run, { ...saying, isByAgent: saying.sender === 'Agent', isTemplate: saying.said.template !== undefined }, now))!
    if (!verdict.allowed) return { outcome: 'refused', verdict }
    const sessionId = await sessionFor(client, run, saying, channelId, user, now)
    const { userId: messagingUserId, said, sender, senderId, purpose, idempotencyKey } = saying
    const [message] = await queueMessages(run, [
      { messagingUserId, channelId, sessionId, ...said, replyToId: null, sender, senderId, purpose, idempotencyKey, sentAt: now },
    ])
    await run(measureResponses, [[messagingUserId], [sessionId]])
    return { outcome: 'queued', messageId: message!.id, channelId }
  }))
}

async function findRepeated(client: PoolClient, { userId, idempotencyKey }: Saying): Promise<string | undefined> {
  if (idempotencyKey === null) return undefined
  const { rows } = await client.query<{ id: string }>(
    'select id from messages where messaging_user_id = $1 and idempotency_key = $2', [userId, idempotencyKey])
  return rows[0]?.id
}

interface OpenRow extends SessionState {
  id: string
}

async function sessionFor(client: PoolClient, run: Run, saying: Saying, channelId: string, rules: SessionRules, now: Date): Promise<string> {
  const { userId, operatorId, sender } = saying
  const { rows: [open] } = await client.query<OpenRow>(`
    select id, status, owner_id as "ownerId", agent_type as "agentType", accepted_at as "acceptedAt", ended_at as "endedAt", ended_by as "endedBy",
           timer_at as "timerAt"
    from sessions where messaging_user_id = $1 and ended_at is null for no key update`, [userId])
  const act = { kind: 'outbound', sender, ownerId: operatorId } as const
  if (open && open.status !== 'Consent') {
    const { state } = after(open, act, rules, now)
    await saveSessions(run, [{ userId, id: open.id, before: open, after: state, actor: { type: sender, id: saying.senderId }, at: now }])
    return open.id
  }
  if (open) {
    // Whatever was about consent is over: the business has something else to say.
    const { state } = after(open, { kind: 'end', by: 'System' }, rules, now)
    await saveSessions(run, [{ userId, id: open.id, before: open, after: state, actor: { type: 'System', id: null }, at: now }])
  }
  const { state, origin } = opened(act, rules, now)
  const id = uuidv7()
  await openSessions(run, [{ id, userId, channelId, before: null, after: state, origin, startedAt: now, by: 'Agent', at: now }])
  return id
}
