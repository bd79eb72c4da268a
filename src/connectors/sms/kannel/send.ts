import { failureOf, misconfigured, type Http, type OutgoingMessage, type SendFailure, type SendResult } from '../../sending.ts'
import { isGsm } from './gsm.ts'

interface Gateway {
  secret: string
  sendUrl: string
  username: string
  password: string
  phoneNumber: string
}

/** Delivered (1), not delivered (2), taken by the network (8), rejected by it (16). */
const DLR_MASK = 1 + 2 + 8 + 16

/** Kannel's words for what it does not take. */
const failures: Record<string, SendFailure | undefined> = {
  'Authorization failed for sendsms': 'misconfigured',
  'Missing receiver number, rejected': 'invalid-recipient',
  'Number(s) has/have been denied by white- and/or black-lists.': 'invalid-recipient',
  'Sender missing and no global set, rejected': 'misconfigured',
  'Empty text not allowed, rejected': 'rejected',
  'Unknown request.': 'misconfigured',
}

/**
 * Posts to smsbox; in headers, so that no log has the password. Kannel names no id for what it took: the message's own one goes with
 * the address for reports. An attempt whose answer is lost can become two messages. The user guide, chapter "Using the HTTP interface".
 */
export async function send(message: OutgoingMessage, config: Gateway, http: Http): Promise<SendResult> {
  const { sendUrl, username, password, phoneNumber } = config
  if (!sendUrl || !username || !password || !phoneNumber) return misconfigured('Send address, user name, password or phone number is missing')
  // Several numbers can stand in one field: a blank or a plus in between would reach somebody else as well.
  if (!/^\+?\d{1,20}$/.test(message.to.key)) return { ok: false, failure: 'invalid-recipient', code: null, detail: 'This is no phone number' }
  const answer = await http({
    method: 'POST',
    url: sendUrl,
    headers: {
      'content-type': 'text/plain; charset=UTF-8',
      'x-kannel-username': username,
      'x-kannel-password': password,
      'x-kannel-from': phoneNumber,
      'x-kannel-to': message.to.key,
      'x-kannel-coding': isGsm(message.text) ? '0' : '2',
      ...(message.callbackUrl && {
        'x-kannel-dlr-mask': String(DLR_MASK),
        'x-kannel-dlr-url': reportUrl(message.callbackUrl, config.secret, message.id),
      }),
    },
    body: message.text,
  })
  const text = answer.body.trim()
  // 0: accepted, 3: queued until the network is there.
  if (answer.status === 202 && /^[03]: /.test(text)) return { ok: true, messageId: message.id }
  const failure = failures[text] ?? (answer.status < 400 ? 'misconfigured' : failureOf(answer.status))
  return { ok: false, failure, code: String(answer.status), detail: text || 'Kannel gave no reason' }
}

/** Kannel fills in what begins with a percent sign. */
function reportUrl(callbackUrl: string, secret: string, messageId: string): string {
  return `${callbackUrl.replaceAll('%', '%%')}?secret=${secret}&message=${messageId}&id=%I&from=%p&to=%P&time=%T&status=%d&reply=%A`
}
