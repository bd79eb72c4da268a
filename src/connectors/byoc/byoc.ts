import { randomBytes } from 'node:crypto'
import { Type } from 'typebox'
import type { Connector, RawRequest, Verdict } from '../connector.ts'
import { sameText } from '../signature.ts'
import { fetchAttachment } from './media.ts'
import { parse } from './parse.ts'
import { send, tell, typing } from './send.ts'
import { secretsOf, sign, type Secrets } from './sign.ts'

/** 24 to 64 random bytes in base64, marked with what they are. */
const secret = (title: string, description: string) =>
  Type.String({ title, description, secret: true, pattern: '^whsec_[A-Za-z0-9+/]{32,86}={0,2}$' })

const config = Type.Object({
  secret: secret('Signing secret', 'Made by Muster; your system signs every request with it'),
  previousSecret: Type.Optional(secret('Previous secret', 'Still accepted while your systems change over to a new one')),
  deliveryUrl: Type.Optional(Type.String({
    title: 'Delivery address', description: 'Where Muster posts what the business says: https, or http on this machine. Not needed to receive',
    pattern: '^(https://[^\\s/?#@]+|http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:\\d{1,5})?)([/?]\\S*)?$', maxLength: 2000,
  })),
  tellsSessions: Type.Optional(Type.Boolean({
    title: 'Tell of sessions', description: 'Also post there when a session ends, or somebody else serves it',
  })),
  tellsTyping: Type.Optional(Type.Boolean({
    title: 'Tell of typing', description: 'Also post there that somebody is writing to a person, every few seconds while they are',
  })),
}, { additionalProperties: false })

/** Requests older or newer than this are refused (Standard Webhooks 1.0, in seconds). */
const TOLERANCE = 300

/** Any channel of one's own, signed as in Standard Webhooks 1.0. */
export const byoc: Connector<typeof config> = {
  type: 'byoc',
  label: 'Bring Your Own Channel',
  messageType: 'Custom',
  config,
  traits: { massCreate: true, businessInitiated: true, keyKind: 'opaque' },
  webhook: true,
  maxBodyBytes: 4 * 1024 * 1024,
  defaults: () => ({ secret: `whsec_${randomBytes(32).toString('base64')}` }),
  verify,
  parse,
  send,
  tell,
  typing,
  fetchAttachment,
}

function verify(request: RawRequest, config: Secrets, now: Date): Verdict {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = request.headers
  if (!id || !timestamp || !signatures) {
    return { ok: false, reason: 'webhook-id, webhook-timestamp or webhook-signature is missing' }
  }
  if (!/^\d{1,12}$/.test(timestamp)) return { ok: false, reason: 'webhook-timestamp is not a number of seconds' }
  if (Math.abs(Math.floor(now.getTime() / 1000) - Number(timestamp)) > TOLERANCE) {
    return { ok: false, reason: `webhook-timestamp is more than ${TOLERANCE} seconds from now` }
  }
  const expected = secretsOf(config).map(secret => sign(secret, id, timestamp, request.body))
  // Several signatures are there while the sender changes its secret; versions other than v1 match nothing.
  const matches = signatures.split(' ').some(signature => expected.some(ours => sameText(signature, ours)))
  return matches ? { ok: true } : { ok: false, reason: 'webhook-signature does not match' }
}
