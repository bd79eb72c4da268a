import { randomBytes } from 'node:crypto'
import { Type } from 'typebox'
import type { Connector, RawReply, RawRequest, Verdict } from '../connector.ts'
import { hmac, sameText } from '../signature.ts'
import { fetchAttachment } from './media.ts'
import { parse } from './parse.ts'
import { send, typing } from './send.ts'
import { template } from './template.ts'

const config = Type.Object({
  phoneNumberId: Type.String({
    title: 'Phone number ID', description: 'The id of the business’s number, digits only; not the number itself',
    pattern: '^\\d{5,32}$',
  }),
  appSecret: Type.String({
    title: 'App secret', description: 'Signs every webhook. App dashboard › App settings › Basic',
    secret: true, minLength: 1, maxLength: 128, pattern: '^\\S+$',
  }),
  verifyToken: Type.String({
    title: 'Verify token', description: 'Made by Muster; enter it beside the callback address',
    secret: true, minLength: 8, maxLength: 128, pattern: '^\\S+$',
  }),
  displayPhoneNumber: Type.Optional(Type.String({
    title: 'Display phone number', description: 'The number people see, e.g. +39 06 1234567', maxLength: 32,
  })),
  accessToken: Type.Optional(Type.String({
    title: 'Access token', description: 'Of a system user, with whatsapp_business_messaging; not needed to receive',
    secret: true, minLength: 1, maxLength: 1000, pattern: '^\\S+$',
  })),
}, { additionalProperties: false })

/** WhatsApp Business Platform, Cloud API. */
export const whatsapp: Connector<typeof config> = {
  type: 'whatsapp',
  label: 'WhatsApp',
  messageType: 'WhatsApp',
  config,
  traits: { massCreate: true, businessInitiated: true, replyWindowHours: 24, keyKind: 'opaque', messagesPerSecond: 80 },
  webhook: true,
  // Meta sends up to 3 MB.
  maxBodyBytes: 3 * 1024 * 1024 + 64 * 1024,
  defaults: () => ({ verifyToken: randomBytes(24).toString('base64url') }),
  accountKey: config => config.phoneNumberId,
  verify,
  parse,
  send,
  typing,
  keysOfPhone: e164 => [{ kind: 'phone', key: e164.slice(1) }],
  fetchAttachment,
  template,
  handshake,
}

/** The signature covers the bytes as sent, in which Meta escapes everything that is not ASCII. The key is the secret's text. */
function verify(request: RawRequest, config: { appSecret: string }): Verdict {
  const signature = request.headers['x-hub-signature-256']
  if (!signature) return { ok: false, reason: 'X-Hub-Signature-256 is missing' }
  const expected = `sha256=${hmac('sha256', config.appSecret, request.body, 'hex')}`
  if (sameText(signature, expected)) return { ok: true }
  return { ok: false, reason: 'X-Hub-Signature-256 does not match: is the app secret right?' }
}

function handshake(request: RawRequest, config: { verifyToken: string }): RawReply | undefined {
  const query = new URL(request.url).searchParams
  const challenge = query.get('hub.challenge')
  if (query.get('hub.mode') !== 'subscribe' || !challenge) return undefined
  if (!sameText(query.get('hub.verify_token') ?? '', config.verifyToken)) return undefined
  return { status: 200, contentType: 'text/plain', body: challenge }
}
