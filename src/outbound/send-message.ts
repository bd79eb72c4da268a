import { setTimeout as wait } from 'node:timers/promises'
import type { Task } from 'graphile-worker'
import type { Pool } from 'pg'
import { secretNames, type Connector } from '../connectors/connector.ts'
import { connectorOf } from '../connectors/registry.ts'
import { misconfigured, sendFailures, type Http, type SendResult } from '../connectors/sending.ts'
import { toTypeId } from '../ids.ts'
import type { ChannelCounts } from '../record/channel-counts.ts'
import { nextUnsent, noteFailed, noteSent, postponeSend, type RecordOptOut, type SendJob, type Unsent } from '../record/outbox.ts'
import { decryptConfig } from '../record/secrets.ts'
import type { Changes } from './changes.ts'
import { onThisMachine } from './http.ts'
import type { Pace } from './pace.ts'

export interface SendOptions {
  pool: Pool
  /** The server's, which the channels' secrets are encrypted with. */
  secret: Buffer
  /** Where platforms reach us; undefined: they are not asked to tell what becomes of a message. */
  publicUrl: string | undefined
  changes: Pick<Changes, 'publishUsers'>
  http: Http
  pace: Pace
  counts: Pick<ChannelCounts, 'add'>
  /** Why a message must not be sent any more, in words for the operator; asked before each attempt, as the person may have opted out since. */
  refusalOf: (message: Unsent, messagingUserId: string) => Promise<string | undefined>
  recordOptOutByCarrier: RecordOptOut
}

/** No platform may keep a message waiting for longer, in seconds. */
const RETRY_AFTER_MAX = 3600
/** For so long a job itself waits for its message's turn, in ms; beyond, it makes room for other channels' messages. */
const TURN_MS = 100
/** Waits before noting again what the platform took, in ms. */
const INSIST_MS = [100, 1000, 5000]

/**
 * The job that sends a message, and with it whatever else waits for the same person, oldest first. What can succeed later is thrown, and
 * the jobs' growing waits apply.
 *
 * A message is sent at least once: a connection that breaks, or a process that dies, between the platform's yes and our commit, leads
 * to a second attempt. Losing what a person was told would be worse than telling it twice. Platforms that know our id for a message
 * (`OutgoingMessage.id`) tell the repetition; for others nothing better can be had. What is known to be taken is never sent again.
 */
export const sendMessage = (options: SendOptions): Task => async (payload, { job: { id, attempts, max_attempts: maxAttempts }, query }) => {
  const { messagingUserId, messageId, channelId, hasPlace } = payload as SendJob
  const next = () => nextUnsent(options.pool, { messagingUserId, messageId, channelId })
  for (let message = await next(); message; message = await next()) {
    const job = { messagingUserId, messageId: message.id, channelId }
    // A retry has its own time, which is after any pause.
    if (attempts === 1 && !await turnOf(options, message, job, hasPlace === true && !message.isLater)) return
    const refusal = await options.refusalOf(message, messagingUserId)
    const result = refusal === undefined ? await attempt(options, message, job) : undefined
    count(options, message, channelId, result ?? refusal!)
    const pause = result && pauseAfter(options.pace, result, channelId)
    if (!result) await noteFailed(options.pool, job, refusal!)
    else if (result.ok) await insist(() => noteSent(options.pool, job, result.messageId))
    else if (!sendFailures[result.failure].retry || (attempts >= maxAttempts && !message.isLater)) await fail(options, job, result)
    else {
      if (message.isLater) return // its own job tries again
      // The library adds its own wait to this.
      const delay = 'update graphile_worker._private_jobs set run_at = now() + make_interval(secs => $2) where id = $1'
      if (pause !== undefined) await query(delay, [id, pause])
      throw new Error(`A message is not sent yet: ${describe(result)}`)
    }
    options.changes.publishUsers([{ userId: messagingUserId, channelId }])
  }
}

function count({ counts }: SendOptions, { channel: { type } }: Unsent, channelId: string, result: SendResult | string): void {
  if (typeof result === 'string') counts.add(channelId, type, 'failed:not-allowed', 1, result)
  else if (result.ok) counts.add(channelId, type, 'sent')
  else counts.add(channelId, type, `failed:${result.failure}`, 1, platformsWords(result))
}

/** Waits for the message's turn on its channel. @returns false when that is too far off: another job comes then */
async function turnOf({ pace, pool }: SendOptions, message: Unsent, job: SendJob, hasPlace: boolean): Promise<boolean> {
  const now = Date.now()
  const ms = pace.wait(job.channelId, now, hasPlace)
  if (ms > TURN_MS && message.isLater) return false // its own job takes a turn
  if (!hasPlace) pace.take(job.channelId, connectorOf(message.channel.type)?.traits.messagesPerSecond, now)
  if (ms > TURN_MS) await postponeSend(pool, job, ms)
  else if (ms > 0) await wait(ms)
  return ms <= TURN_MS
}

/** @returns seconds until the platform should be asked again; undefined: it says nothing of it */
function pauseAfter(pace: Pace, result: SendResult, channelId: string): number | undefined {
  if (result.ok) {
    pace.accepted(channelId)
    return undefined
  }
  const seconds = result.retryAfterSeconds && Math.min(result.retryAfterSeconds, RETRY_AFTER_MAX)
  return result.failure === 'rate-limited' ? pace.refused(channelId, seconds && seconds * 1000, Date.now()) / 1000 : seconds
}

function fail({ pool, recordOptOutByCarrier }: SendOptions, job: SendJob, result: Failed): Promise<void> {
  const { optedOut } = result
  return noteFailed(pool, job, describe(result), optedOut && { purpose: optedOut, words: platformsWords(result), recordOptOutByCarrier })
}

async function attempt({ http, secret, publicUrl }: SendOptions, { to, channel, ...message }: Unsent, job: SendJob): Promise<SendResult> {
  const connector = connectorOf(channel.type)
  if (!connector?.send) return misconfigured('Muster cannot send on this kind of channel')
  if (!channel.isActive) return misconfigured('The channel is not active')
  if (!to) return { ok: false, failure: 'invalid-recipient', code: null, detail: 'The person has no address on this channel any more' }
  let config
  try {
    config = decryptConfig(channel.config, secretNames(connector), secret)
  } catch (error) {
    return misconfigured((error as Error).message)
  }
  const attemptAt = new Date()
  // The gate has let it pass.
  const isLateAnswer = message.sender === 'Agent' && message.template === null && isOver(connector, message.lastInboundAt, attemptAt)
  try {
    return await connector.send({
      id: toTypeId('msg', message.id), to, text: message.text ?? '', sentAt: message.sentAt, attemptAt, isLateAnswer,
      ...(message.template && { template: message.template }),
      ...(message.replyToId !== null && { replyToId: message.replyToId }),
      ...(publicUrl !== undefined && connector.webhook && { callbackUrl: `${publicUrl}/webhooks/${toTypeId('ch', job.channelId)}` }),
    }, config, channel.isSimulated ? onThisMachine(http) : http)
  } catch (error) {
    const { message: detail, cause } = error as Error
    return { ok: false, failure: 'unavailable', code: null, detail: cause instanceof Error && cause.message ? cause.message : detail }
  }
}

const isOver = ({ traits: { replyWindowHours = Infinity } }: Connector, lastInboundAt: Date | null, now: Date) =>
  lastInboundAt !== null && now.getTime() - lastInboundAt.getTime() > replyWindowHours * 3_600_000

type Failed = SendResult & { ok: false }
const platformsWords = ({ code, detail }: Failed) => (code === null ? detail : `${code} ${detail}`)
/** At most as long as an operator wants to read. */
const describe = (result: Failed) => `${sendFailures[result.failure].advice} (${platformsWords(result)})`.slice(0, 500)

/** What the platform took and we do not note is sent again; so a deadlock, or a database that restarts, is not the end. */
async function insist(work: () => Promise<void>): Promise<void> {
  for (const ms of INSIST_MS) {
    try {
      return await work()
    } catch {
      await wait(ms)
    }
  }
  await work()
}
