import { createHash } from 'node:crypto'
import { inventedDigits, inventedHex } from '../invented.ts'
import { jwt } from '../jwt.ts'
import { nowhere, type Act, type Platform, type PlayedChannel, type WireRequest } from '../platform.ts'
import { epoch, uuidOf } from '../wire.ts'

/** SMS through Vonage's Messages API. https://developer.vonage.com/en/api/messages */
export const smsVonage: Platform = {
  type: 'sms-vonage',
  acts: ['says'],
  invent: () => ({
    signatureSecret: inventedHex(40), apiKey: inventedHex(8), apiSecret: inventedHex(16), phoneNumber: inventedDigits('1555#######'),
  }),
  request,
  ofOutgoing: nowhere,
}

function request(act: Act, channel: PlayedChannel, now: Date): WireRequest {
  const { signatureSecret, apiKey, phoneNumber } = channel.config as Record<string, string>
  const text = act.kind === 'says' ? act.text : ''
  const body = JSON.stringify({
    to: phoneNumber!.replace('+', ''), from: act.person.phone.slice(1), channel: 'sms', message_uuid: uuidOf(act.id),
    timestamp: act.at.toISOString(), message_type: 'text', text, usage: { price: '0.0057', currency: 'EUR' }, sms: { num_messages: '1', keyword: text.split(' ')[0]!.toUpperCase() },
  })
  const claims = { iat: epoch(now), jti: uuidOf(act.id), iss: 'Vonage', payload_hash: createHash('sha256').update(body).digest('hex'), api_key: apiKey }
  return {
    method: 'POST', path: `/webhooks/${channel.id}`, body,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${jwt(claims, signatureSecret!)}` },
  }
}
