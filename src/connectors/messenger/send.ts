import { isObject } from '../reading.ts'
import { failureOf, misconfigured, objectOf, retryAfter, type Http, type HttpAnswer, type OutgoingMessage, type SendResult } from '../sending.ts'
import { failureOfCode } from './errors.ts'

export const API = 'https://graph.facebook.com/v25.0'

/**
 * Sends text. There is no key of ours for a message: an attempt whose answer is lost can become two.
 * https://developers.facebook.com/docs/messenger-platform/reference/send-api
 */
export async function send(message: OutgoingMessage, config: { pageId: string; pageAccessToken?: string }, http: Http): Promise<SendResult> {
  if (!config.pageAccessToken) return misconfigured('The channel has no Page access token')
  const answer = await http({
    method: 'POST',
    url: `${API}/${config.pageId}/messages`,
    headers: { authorization: `Bearer ${config.pageAccessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      recipient: { id: message.to.key },
      ...(message.isLateAnswer ? { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' } : { messaging_type: 'RESPONSE' }),
      // Comes back with the echo, which is thereby known to be of a message in the record.
      message: { text: message.text, metadata: message.id },
    }),
  })
  const { message_id: messageId, error } = objectOf(answer)
  if (answer.status < 300 && typeof messageId === 'string') return { ok: true, messageId }
  return refusalOf(isObject(error) ? error : {}, answer)
}

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
