import type { OptOutPurpose } from '../../contract/inbound-event.ts'
import { isObject } from '../reading.ts'
import {
  failureOf, objectOf, retryAfter, type Http, type HttpAnswer, type OutgoingMessage, type OutgoingTyping, type SendFailure, type SendResult,
} from '../sending.ts'

/**
 * Sends text. Telegram knows no key of ours for a message: an attempt whose answer is lost can become two.
 * https://core.telegram.org/bots/api#sendmessage
 */
export async function send(message: OutgoingMessage, config: { botToken: string }, http: Http): Promise<SendResult> {
  const replyTo = message.replyToId?.split(':')[1]
  const answer = await http({
    method: 'POST',
    url: `https://api.telegram.org/bot${config.botToken}/sendMessage`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      chat_id: Number(message.to.key),
      text: message.text,
      ...(replyTo && { reply_parameters: { message_id: Number(replyTo), allow_sending_without_reply: true } }),
    }),
  })
  const { ok, result, description, parameters } = objectOf(answer)
  if (ok === true && isObject(result) && Number.isInteger(result.message_id)) return { ok: true, messageId: `${message.to.key}:${String(result.message_id)}` }

  const { status } = answer
  const detail = typeof description === 'string' ? description : `Telegram answered ${status}`
  const { failure, optedOut } = failures.find(known => known.status === status && known.words.test(detail)) ?? { failure: failureOf(status) }
  const seconds = isObject(parameters) && typeof parameters.retry_after === 'number' ? { retryAfterSeconds: parameters.retry_after } : retryAfter(answer)
  return { ok: false, failure, code: String(status), detail, ...(optedOut && { optedOut }), ...seconds }
}

/** Shows for 5 seconds that somebody is writing. https://core.telegram.org/bots/api#sendchataction */
export const typing = ({ to }: OutgoingTyping, { botToken }: { botToken: string }, http: Http): Promise<HttpAnswer> => http({
  method: 'POST',
  url: `https://api.telegram.org/bot${botToken}/sendChatAction`,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ chat_id: Number(to.key), action: 'typing' }),
})

/** The codes are HTTP's; what is meant is in the words. https://core.telegram.org/bots/api#making-requests */
const failures: { status: number; words: RegExp; failure: SendFailure; optedOut?: OptOutPurpose }[] = [
  { status: 403, words: /blocked by the user/i, failure: 'opted-out', optedOut: 'all' },
  // Deactivated, or they never wrote: a bot cannot begin.
  { status: 403, words: /./, failure: 'unreachable' },
  { status: 400, words: /chat not found|PEER_ID_INVALID|user not found/i, failure: 'invalid-recipient' },
  // Of a token that is not known.
  { status: 404, words: /./, failure: 'misconfigured' },
]
