import { createHmac } from 'node:crypto'
import { inventedDigits, inventedHex } from '../invented.ts'
import { nowhere, type Act, type Platform, type PlayedChannel, type WireRequest } from '../platform.ts'

/** SMS through Twilio. https://www.twilio.com/docs/messaging/guides/webhook-request */
export const smsTwilio: Platform = {
  type: 'sms-twilio',
  acts: ['says'],
  invent: () => ({ accountSid: `AC${inventedHex(32)}`, authToken: inventedHex(32), phoneNumber: inventedDigits('+1555#######') }),
  request,
  ofOutgoing: nowhere,
}

function request(act: Act, channel: PlayedChannel): WireRequest {
  const { accountSid, authToken, phoneNumber } = channel.config as Record<string, string>
  const sid = `SM${act.id}`
  const fields: Record<string, string> = {
    MessageSid: sid, SmsSid: sid, SmsMessageSid: sid, AccountSid: accountSid!, From: act.person.phone, To: phoneNumber!,
    Body: act.kind === 'says' ? act.text : '', NumMedia: '0', NumSegments: '1', SmsStatus: 'received',
    FromCountry: act.person.country, ApiVersion: '2010-04-01',
  }
  const signed = channel.webhookUrl + Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => name + value).join('')
  return {
    method: 'POST', path: `/webhooks/${channel.id}`, body: new URLSearchParams(fields).toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8', 'user-agent': 'TwilioProxy/1.1', 'i-twilio-idempotency-token': act.id,
      'x-twilio-signature': createHmac('sha1', authToken!).update(signed).digest('base64'),
    },
  }
}
