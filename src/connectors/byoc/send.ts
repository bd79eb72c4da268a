import { failureOf, misconfigured, objectOf, retryAfter, type Http, type OutgoingMessage, type SendFailure, type SendResult } from '../sending.ts'
import { secretsOf, sign, type Secrets } from './sign.ts'

const DETAIL_MAX = 200

/**
 * Posts the message to the operator's own system, signed as in Standard Webhooks 1.0. `webhook-id` is the message's id and the
 * same for every attempt, so the system can tell a repetition.
 */
export async function send(message: OutgoingMessage, config: Secrets & { deliveryUrl?: string }, http: Http): Promise<SendResult> {
  if (!config.deliveryUrl || !URL.canParse(config.deliveryUrl)) return misconfigured('The channel has no delivery address')
  const body = JSON.stringify({
    type: 'message.send',
    id: message.id,
    timestamp: message.sentAt.toISOString(),
    user: { key: message.to.key },
    message: { id: message.id, type: 'text', text: message.text, ...(message.replyToId && { replyToId: message.replyToId }) },
  })
  const timestamp = String(Math.floor(message.attemptAt.getTime() / 1000))
  const answer = await http({
    method: 'POST',
    url: config.deliveryUrl,
    headers: {
      'content-type': 'application/json',
      'webhook-id': message.id,
      'webhook-timestamp': timestamp,
      'webhook-signature': secretsOf(config).map(secret => sign(secret, message.id, timestamp, Buffer.from(body))).join(' '),
    },
    body,
  })
  if (answer.status >= 200 && answer.status < 300) {
    const { messageId } = objectOf(answer)
    return { ok: true, messageId: typeof messageId === 'string' && isId(messageId) ? messageId : message.id }
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
