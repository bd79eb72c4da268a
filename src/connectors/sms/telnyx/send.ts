import { isObject } from '../../reading.ts'
import { misconfigured, objectOf, type Http, type OutgoingMessage, type SendResult } from '../../sending.ts'
import { refusal } from '../failures.ts'
import { failures } from './errors.ts'

/**
 * Telnyx knows no key of ours for a message: an attempt whose answer is lost can become two messages.
 * https://developers.telnyx.com/api-reference/messages/send-a-message
 */
export async function send(message: OutgoingMessage, config: { apiToken: string; phoneNumber: string }, http: Http): Promise<SendResult> {
  if (!config.apiToken || !config.phoneNumber) return misconfigured('API key or phone number is missing')
  const answer = await http({
    method: 'POST',
    url: 'https://api.telnyx.com/v2/messages',
    headers: { accept: 'application/json', authorization: `Bearer ${config.apiToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      from: config.phoneNumber, to: message.to.key, text: message.text,
      ...(message.callbackUrl && { webhook_url: message.callbackUrl }),
    }),
  })
  const { data, errors } = objectOf(answer)
  if (answer.status < 300 && isObject(data) && typeof data.id === 'string' && data.id) return { ok: true, messageId: data.id }

  const first: unknown = Array.isArray(errors) ? errors[0] : undefined
  const { code, title, detail } = isObject(first) ? first : {}
  return refusal(answer, failures, code ? String(code) : undefined, String(detail ?? title ?? `Telnyx answered ${answer.status}`))
}
