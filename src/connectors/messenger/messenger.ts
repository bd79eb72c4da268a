import { randomBytes } from 'node:crypto'
import { Type } from 'typebox'
import type { Connector, RawReply, RawRequest, Verdict } from '../connector.ts'
import { hmac, sameText } from '../signature.ts'
import { fetchAttachment } from './media.ts'
import { parse } from './parse.ts'
import { fetchProfile } from './profile.ts'
import { send, typing } from './send.ts'

const config = Type.Object({
  pageId: Type.String({
    title: 'Page ID', description: 'The id of the business’s Facebook Page, digits only; not its name', pattern: '^\\d{5,32}$',
  }),
  appSecret: Type.String({
    title: 'App secret', description: 'Signs every webhook. App dashboard › App settings › Basic',
    secret: true, minLength: 1, maxLength: 128, pattern: '^\\S+$',
  }),
  verifyToken: Type.String({
    title: 'Verify token', description: 'Made by Muster; enter it beside the callback address',
    secret: true, minLength: 8, maxLength: 128, pattern: '^\\S+$',
  }),
  pageAccessToken: Type.Optional(Type.String({
    title: 'Page access token', description: 'Of this Page, with pages_messaging; for sending and for people’s names, not needed to receive',
    secret: true, minLength: 1, maxLength: 1000, pattern: '^\\S+$',
  })),
  humanAgent: Type.Optional(Type.Boolean({
    title: 'Human Agent', description: 'Meta has reviewed the app for Human Agent: operators may answer for 7 days, programs still for 24 hours',
  })),
}, { additionalProperties: false })

/** https://developers.facebook.com/docs/messenger-platform/send-messages/message-tags */
const HUMAN_AGENT_HOURS = 7 * 24

/** Messenger of a Facebook Page. */
export const messenger: Connector<typeof config> = {
  type: 'messenger',
  label: 'Facebook Messenger',
  messageType: 'Facebook',
  config,
  // After an ad that opens Messenger the window has up to seven days, which no webhook tells: 24 hours is what always holds.
  traits: { massCreate: false, businessInitiated: false, replyWindowHours: 24, keyKind: 'opaque', tiers: true },
  webhook: true,
  // Meta sends up to 3 MB.
  maxBodyBytes: 3 * 1024 * 1024 + 64 * 1024,
  defaults: () => ({ verifyToken: randomBytes(24).toString('base64url') }),
  accountKey: config => config.pageId,
  verify,
  parse,
  send,
  typing,
  agentReplyWindowHours: config => (config.humanAgent ? HUMAN_AGENT_HOURS : undefined),
  fetchProfile,
  fetchAttachment,
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
