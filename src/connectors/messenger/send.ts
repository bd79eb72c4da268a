import { isObject } from '../reading.ts'
import {
  failureOf, misconfigured, objectOf, retryAfter, type Http, type HttpAnswer, type OutgoingMessage, type OutgoingTyping, type SendResult,
} from '../sending.ts'
import { failureOfCode } from './errors.ts'

export const API = 'https://graph.facebook.com/v25.0'

interface Page {
  pageId: string
  pageAccessToken?: string
}

/**
 * Sends text. There is no key of ours for a message: an attempt whose answer is lost can become two.
 * https://developers.facebook.com/docs/messenger-platform/reference/send-api
 */
export async function send(message: OutgoingMessage, config: Page, http: Http): Promise<SendResult> {
  if (!config.pageAccessToken) return misconfigured('The channel has no Page access token')
  const answer = await post({
    recipient: { id: message.to.key },
    ...(message.isLateAnswer ? { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' } : { messaging_type: 'RESPONSE' }),
    // Comes back with the echo, which is thereby known to be of a message in the record.
    message: { text: message.text, metadata: message.id },
  }, config, http)
  const { message_id: messageId, error } = objectOf(answer)
  if (answer.status < 300 && typeof messageId === 'string') return { ok: true, messageId }
  return refusalOf(isObject(error) ? error : {}, answer)
}

/** Shows for 20 seconds that somebody is writing. https://developers.facebook.com/docs/messenger-platform/send-messages/sender-actions */
export async function typing({ to }: OutgoingTyping, config: Page, http: Http): Promise<HttpAnswer | undefined> {
  return config.pageAccessToken ? post({ recipient: { id: to.key }, sender_action: 'typing_on' }, config, http) : undefined
}

const post = (body: object, { pageId, pageAccessToken }: Page, http: Http): Promise<HttpAnswer> => http({
  method: 'POST',
  url: `${API}/${pageId}/messages`,
  headers: { authorization: `Bearer ${pageAccessToken}`, 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

function refusalOf({ code, error_subcode: subcode, message }: Record<string, unknown>, answer: HttpAnswer): SendResult {
  const name = [code, subcode].filter(part => part !== undefined).join('/')
  return {
    ok: false,
    failure: failureOfCode(String(code), String(subcode)) ?? failureOf(answer.status),
    code: name || null,
    detail: String(message ?? `Meta answered ${answer.status}`),
    ...retryAfter(answer),
  }
}
