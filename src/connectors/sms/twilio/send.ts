import { misconfigured, objectOf, type Http, type OutgoingMessage, type SendResult } from '../../sending.ts'
import { refusal } from '../failures.ts'
import { failures } from './errors.ts'

interface Account {
  accountSid: string
  authToken: string
  phoneNumber: string
}

/**
 * Creates a Message resource. Twilio knows no key of ours for it: an attempt whose answer is lost can become two messages.
 * https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
 */
export async function send(message: OutgoingMessage, config: Account, http: Http): Promise<SendResult> {
  if (!config.accountSid || !config.authToken || !config.phoneNumber) return misconfigured('Account SID, auth token or phone number is missing')
  const answer = await http({
    method: 'POST',
    url: `https://api.twilio.com/2010-04-01/Accounts/${config.accountSid}/Messages.json`,
    headers: {
      accept: 'application/json',
      authorization: `Basic ${Buffer.from(`${config.accountSid}:${config.authToken}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      To: message.to.key, From: config.phoneNumber, Body: message.text,
      ...(message.callbackUrl && { StatusCallback: message.callbackUrl }),
    }).toString(),
  })
  const body = objectOf(answer)
  const code = body.code ?? body.error_code
  if (answer.status < 300 && typeof body.sid === 'string' && !code) return { ok: true, messageId: body.sid }

  const detail = String(body.message ?? body.error_message ?? `Twilio answered ${answer.status}`)
  return refusal(answer, failures, code ? String(code) : undefined, detail)
}
