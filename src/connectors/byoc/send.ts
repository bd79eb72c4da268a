import {
  failureOf, misconfigured, objectOf, retryAfter, type Http, type HttpAnswer, type OutgoingMessage, type OutgoingTyping,
  type SendFailure, type SendResult, type SessionNews,
} from '../sending.ts'
import type { Outgoing } from './outgoing.ts'
import { secretsOf, sign, type Secrets } from './sign.ts'

const DETAIL_MAX = 200
type Config = Secrets & { deliveryUrl?: string; tellsSessions?: boolean; tellsTyping?: boolean }

/** Posts the message to the operator's own system; `webhook-id` is its id and the same for every attempt, so the system can tell a repetition. */
export async function send(message: OutgoingMessage, config: Config, http: Http): Promise<SendResult> {
  const { id, text, replyToId } = message
  return post({
    type: 'message.send', id, timestamp: message.sentAt.toISOString(), user: { key: message.to.key },
    message: { id, type: 'text', text, ...(replyToId && { replyToId }) },
  }, message.attemptAt, config, http)
}

/** Posts what has become of a session, to those who asked for it. */
export async function tell(news: SessionNews, { to, attemptAt }: { to: { key: string }; attemptAt: Date }, config: Config, http: Http): Promise<SendResult> {
  if (!config.tellsSessions) return { ok: true, messageId: news.id }
  const frame = { id: news.id, timestamp: news.at.toISOString(), user: { key: to.key } }
  return post(news.kind === 'session.ended'
    ? { ...frame, type: news.kind, session: { id: news.sessionId, endedBy: news.endedBy } }
    : { ...frame, type: news.kind, session: { id: news.sessionId, owner: news.owner } }, attemptAt, config, http)
}

/** Posts that somebody is writing, to those who asked for it. */
export async function typing({ id, to, at }: OutgoingTyping, config: Config, http: Http): Promise<HttpAnswer | undefined> {
  if (!config.tellsTyping) return undefined
  return request({ type: 'typing', id, timestamp: at.toISOString(), user: { key: to.key }, isTyping: true }, at, config, http)
}

async function post(event: Outgoing, attemptAt: Date, config: Config, http: Http): Promise<SendResult> {
  const answer = await request(event, attemptAt, config, http)
  return answer ? resultOf(answer, event.id) : misconfigured('The channel has no delivery address')
}

/** One request, signed as in Standard Webhooks 1.0. @returns undefined where there is no address for it */
async function request(event: Outgoing, attemptAt: Date, config: Config, http: Http): Promise<HttpAnswer | undefined> {
  if (!config.deliveryUrl || !URL.canParse(config.deliveryUrl)) return undefined
  const body = JSON.stringify(event)
  const timestamp = String(Math.floor(attemptAt.getTime() / 1000))
  return http({
    method: 'POST',
    url: config.deliveryUrl,
    headers: {
      'content-type': 'application/json',
      'webhook-id': event.id,
      'webhook-timestamp': timestamp,
      'webhook-signature': secretsOf(config).map(secret => sign(secret, event.id, timestamp, Buffer.from(body))).join(' '),
    },
    body,
  })
}

function resultOf(answer: HttpAnswer, id: string): SendResult {
  if (answer.status >= 200 && answer.status < 300) {
    const { messageId } = objectOf(answer)
    return { ok: true, messageId: typeof messageId === 'string' && isId(messageId) ? messageId : id }
  }
  const detail = answer.body.slice(0, DETAIL_MAX) || `The delivery address answered ${answer.status}`
  return { ok: false, failure: kindOf(answer.status), code: String(answer.status), detail, ...retryAfter(answer) }
}

/** As long as an inbound event may name it. */
const isId = (text: string) => text.length > 0 && text.length <= 255 && text.isWellFormed() && !text.includes('\0')

/** A redirection, a page that is not there or is gone: the address is wrong. */
function kindOf(status: number): SendFailure {
  return (status >= 300 && status < 400) || [404, 405, 410].includes(status) ? 'misconfigured' : failureOf(status)
}
