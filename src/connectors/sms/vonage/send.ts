import { misconfigured, objectOf, type Http, type OutgoingMessage, type SendResult } from '../../sending.ts'
import { withoutPlus } from '../channel.ts'
import { refusal } from '../failures.ts'
import { codeOf, failures } from './errors.ts'

interface Account {
  apiKey: string
  apiSecret: string
  phoneNumber: string
}

/**
 * `client_ref` comes back in every status, but does not keep Vonage from sending twice what is posted twice.
 * https://developer.vonage.com/api/messages
 */
export async function send(message: OutgoingMessage, config: Account, http: Http): Promise<SendResult> {
  if (!config.apiKey || !config.apiSecret || !config.phoneNumber) return misconfigured('API key, API secret or phone number is missing')
  const answer = await http({
    method: 'POST',
    url: 'https://api.nexmo.com/v1/messages',
    headers: {
      accept: 'application/json',
      authorization: `Basic ${Buffer.from(`${config.apiKey}:${config.apiSecret}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      channel: 'sms', message_type: 'text', to: withoutPlus(message.to.key), from: withoutPlus(config.phoneNumber), text: message.text,
      client_ref: message.id, ...(message.callbackUrl && { webhook_url: message.callbackUrl, webhook_version: 'v1' }),
    }),
  })
  const body = objectOf(answer)
  if (answer.status < 300 && typeof body.message_uuid === 'string' && body.message_uuid) return { ok: true, messageId: body.message_uuid }
  return refusal(answer, failures, codeOf(body), String(body.detail ?? body.title ?? `Vonage answered ${answer.status}`))
}
