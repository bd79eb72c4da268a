import { sign } from 'node:crypto'
import { ed25519Of, inventedDigits, inventedHex, publicBytesOf } from '../invented.ts'
import { nowhere, type Act, type Platform, type PlayedChannel, type WireRequest } from '../platform.ts'
import { epoch, uuidOf } from '../wire.ts'

const publicKeyOf = (keySeed: Buffer) => publicBytesOf(ed25519Of(keySeed)).toString('base64')

/** SMS through Telnyx. https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks */
export const smsTelnyx: Platform = {
  type: 'sms-telnyx',
  acts: ['says'],
  invent: keySeed => ({ publicKey: publicKeyOf(keySeed), apiToken: `KEY${inventedHex(40)}`, phoneNumber: inventedDigits('+1555#######') }),
  // A channel has the public key alone: only that of this simulator has a private one here.
  canSign: ({ config, keySeed }) => config.publicKey === publicKeyOf(keySeed),
  request,
  ofOutgoing: nowhere,
}

function request(act: Act, channel: PlayedChannel, now: Date): WireRequest {
  const at = act.at.toISOString()
  const payload = {
    id: uuidOf(act.id), record_type: 'message', direction: 'inbound', type: 'SMS',
    from: { phone_number: act.person.phone, carrier: '', line_type: 'Wireless' },
    to: [{ phone_number: channel.config.phoneNumber, status: 'webhook_delivered' }],
    text: act.kind === 'says' ? act.text : '', media: [], errors: [], parts: 1, received_at: at,
  }
  const event = { event_type: 'message.received', id: uuidOf([...act.id].toReversed().join('')), occurred_at: at, record_type: 'event', payload }
  const body = JSON.stringify({ data: event, meta: { attempt: 1, delivered_to: channel.webhookUrl } })
  const timestamp = String(epoch(now))
  return {
    method: 'POST', path: `/webhooks/${channel.id}`, body,
    headers: {
      'content-type': 'application/json', 'user-agent': 'telnyx-webhooks', 'telnyx-timestamp': timestamp,
      'telnyx-signature-ed25519': sign(null, Buffer.from(`${timestamp}|${body}`), ed25519Of(channel.keySeed)).toString('base64'),
    },
  }
}
