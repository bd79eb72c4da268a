import {
  failureOf, retryAfter, uuidOf, type Http, type HttpAnswer, type OutgoingMessage, type OutgoingTyping, type SendFailure, type SendResult,
} from '../sending.ts'
import { jwtOf } from './jwt.ts'

/** https://register.apple.com/resources/messages/msp-api-tutorial/integration */
const failures = new Map<number, SendFailure>([
  [400, 'rejected'], [401, 'misconfigured'], [403, 'misconfigured'], [404, 'invalid-recipient'], [429, 'rate-limited'],
])

interface Account {
  mspId: string
  businessId: string
  secret: string
}

/**
 * Sends text. The id is the same for every attempt. Apple answers with nothing but a status.
 * https://register.apple.com/resources/messages/msp-rest-api/messages-sent
 */
export async function send(message: OutgoingMessage, config: Account, http: Http): Promise<SendResult> {
  const id = uuidOf(message)
  const answer = await post({ type: 'text', id, body: message.text }, message.to.key, message.attemptAt, config, http)
  const { status } = answer
  if (status >= 200 && status < 300) return { ok: true, messageId: id }
  return { ok: false, failure: failures.get(status) ?? failureOf(status), code: String(status), detail: `Apple answered ${status}`, ...retryAfter(answer) }
}

/** Shows that somebody is writing, until the message comes. https://register.apple.com/resources/messages/msp-rest-api/messages-sent */
export const typing = ({ id, to, at }: OutgoingTyping, config: Account, http: Http): Promise<HttpAnswer> =>
  post({ type: 'typing_start', id }, to.key, at, config, http)

const post = (
  body: { type: string; id: string; body?: string }, to: string, at: Date, { mspId, businessId, secret }: Account, http: Http,
): Promise<HttpAnswer> => http({
  method: 'POST',
  url: 'https://mspgw.push.apple.com/v1/message',
  headers: {
    authorization: `Bearer ${jwtOf({ iss: mspId, iat: Math.floor(at.getTime() / 1000) }, secret)}`,
    'content-type': 'application/json',
    id: body.id,
    'source-id': businessId,
    'destination-id': to,
  },
  body: JSON.stringify({ v: 1, sourceId: businessId, destinationId: to, ...body }),
})
