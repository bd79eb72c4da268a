import { Type } from 'typebox'
import type { Connector, RawRequest, Verdict } from '../connector.ts'
import { hmac, sameText } from '../signature.ts'
import { fetchAttachment } from './media.ts'
import { parse } from './parse.ts'
import { fetchProfile } from './profile.ts'
import { send, typing } from './send.ts'

const config = Type.Object({
  botUserId: Type.String({
    title: 'User ID of the account', description: 'U and 32 hex digits; not “Your user ID” of the console, which is your own. See below',
    pattern: '^U[0-9a-f]{32}$',
  }),
  channelSecret: Type.String({
    title: 'Channel secret', description: 'Signs every webhook. LINE Developers console › Basic settings',
    secret: true, minLength: 1, maxLength: 128, pattern: '^\\S+$',
  }),
  channelAccessToken: Type.Optional(Type.String({
    title: 'Channel access token', description: 'Long-lived; for sending, people’s names and files; not needed to receive',
    secret: true, minLength: 1, maxLength: 1000, pattern: '^\\S+$',
  })),
}, { additionalProperties: false })

/** A LINE Official Account, by the Messaging API. */
export const line: Connector<typeof config> = {
  type: 'line',
  label: 'LINE',
  messageType: 'Line',
  config,
  traits: { massCreate: false, businessInitiated: true, keyKind: 'opaque' },
  webhook: true,
  accountKey: config => config.botUserId,
  verify,
  parse,
  send,
  typing,
  fetchProfile,
  fetchAttachment,
}

/** The signature covers the bytes of the body alone; the key is the secret's text. */
function verify(request: RawRequest, config: { channelSecret: string }): Verdict {
  const signature = request.headers['x-line-signature']
  if (!signature) return { ok: false, reason: 'X-Line-Signature is missing' }
  if (sameText(signature, hmac('sha256', config.channelSecret, request.body, 'base64'))) return { ok: true }
  return { ok: false, reason: 'X-Line-Signature does not match: is the channel secret right?' }
}
