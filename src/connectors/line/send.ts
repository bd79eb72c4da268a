import { isObject } from '../reading.ts'
import {
  failureOf, misconfigured, objectOf, retryAfter, uuidOf, type Http, type HttpAnswer, type OutgoingMessage, type OutgoingTyping,
  type SendFailure, type SendResult,
} from '../sending.ts'

/**
 * Pushes text. A reply would be free, but its token lives for about a minute and is good for one use, so an answer by a person comes too
 * late, and a second attempt could not be told from the first. A push to somebody who blocked the account is taken, and not delivered.
 * https://developers.line.biz/en/reference/messaging-api/#send-push-message
 */
export async function send(message: OutgoingMessage, config: { channelAccessToken?: string }, http: Http): Promise<SendResult> {
  if (!config.channelAccessToken) return misconfigured('The channel has no channel access token')
  const answer = await http({
    method: 'POST',
    url: 'https://api.line.me/v2/bot/message/push',
    headers: {
      authorization: `Bearer ${config.channelAccessToken}`,
      'content-type': 'application/json',
      // Has to be there at the first attempt for later ones to be known as repetitions.
      'x-line-retry-key': uuidOf(message),
    },
    body: JSON.stringify({ to: message.to.key, messages: [{ type: 'text', text: message.text }] }),
  })
  const body = objectOf(answer)
  // 409: an earlier attempt was taken.
  if (answer.status < 300 || answer.status === 409) return { ok: true, messageId: sentId(body) ?? message.id }
  return { ok: false, failure: kindOf(answer.status, body), code: String(answer.status), detail: detailOf(body, answer), ...retryAfter(answer) }
}

/**
 * Shows for 5 seconds, in a chat that is open, that somebody is writing.
 * https://developers.line.biz/en/reference/messaging-api/#display-a-loading-indicator
 */
export async function typing(
  { to }: OutgoingTyping, { channelAccessToken }: { channelAccessToken?: string }, http: Http,
): Promise<HttpAnswer | undefined> {
  if (!channelAccessToken) return undefined
  return http({
    method: 'POST',
    url: 'https://api.line.me/v2/bot/chat/loading/start',
    headers: { authorization: `Bearer ${channelAccessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ chatId: to.key, loadingSeconds: 5 }),
  })
}

function sentId({ sentMessages }: Record<string, unknown>): string | undefined {
  const first: unknown = Array.isArray(sentMessages) ? sentMessages[0] : undefined
  return isObject(first) && typeof first.id === 'string' ? first.id : undefined
}

/** There are no codes: where the status says too little, the words tell. https://developers.line.biz/en/reference/messaging-api/#error-messages */
const failures: { status: number; words: RegExp; failure: SendFailure }[] = [
  { status: 400, words: /^Failed to send messages/i, failure: 'invalid-recipient' },
  { status: 400, words: /property, '?to'?,/i, failure: 'invalid-recipient' },
  // The quota of the month: waiting minutes does not help, another plan does.
  { status: 429, words: /monthly limit/i, failure: 'misconfigured' },
]

function kindOf(status: number, body: Record<string, unknown>): SendFailure {
  const words = String(body.message ?? '')
  return failures.find(known => known.status === status && known.words.test(words))?.failure ?? failureOf(status)
}

function detailOf({ message, details }: Record<string, unknown>, { status }: HttpAnswer): string {
  const first: unknown = Array.isArray(details) ? details[0] : undefined
  const detail = isObject(first) ? [first.property, first.message].filter(part => typeof part === 'string') : []
  return [message ?? `LINE answered ${status}`, ...detail].join(': ')
}
