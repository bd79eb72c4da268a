import { failureOf, retryAfter, uuidOf, type Http, type OutgoingMessage, type SendFailure, type SendResult } from '../sending.ts'
import { jwtOf } from './jwt.ts'

/** https://register.apple.com/resources/messages/msp-api-tutorial/integration */
const failures = new Map<number, SendFailure>([
  [400, 'rejected'], [401, 'misconfigured'], [403, 'misconfigured'], [404, 'invalid-recipient'], [429, 'rate-limited'],
])

/**
 * Sends text. The id is the same for every attempt. Apple answers with nothing but a status.
 * https://register.apple.com/resources/messages/msp-rest-api/messages-sent
 */
export async function send(message: OutgoingMessage, config: { mspId: string; businessId: string; secret: string }, http: Http): Promise<SendResult> {
  const id = uuidOf(message)
  const iat = Math.floor(message.attemptAt.getTime() / 1000)
  const answer = await http({
    method: 'POST',
    url: 'https://mspgw.push.apple.com/v1/message',
    headers: {
      authorization: `Bearer ${jwtOf({ iss: config.mspId, iat }, config.secret)}`,
      'content-type': 'application/json',
      id,
      'source-id': config.businessId,
      'destination-id': message.to.key,
    },
    body: JSON.stringify({ v: 1, type: 'text', id, sourceId: config.businessId, destinationId: message.to.key, body: message.text }),
  })
  const { status } = answer
  if (status >= 200 && status < 300) return { ok: true, messageId: id }
  return { ok: false, failure: failures.get(status) ?? failureOf(status), code: String(status), detail: `Apple answered ${status}`, ...retryAfter(answer) }
}
