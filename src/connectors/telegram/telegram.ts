import { randomBytes } from 'node:crypto'
import { Type } from 'typebox'
import type { Connector, RawRequest, Verdict } from '../connector.ts'
import { sameText } from '../signature.ts'
import { fetchAttachment } from './media.ts'
import { parse } from './parse.ts'
import { send, typing } from './send.ts'

const config = Type.Object({
  botToken: Type.String({
    title: 'Bot token', description: 'From @BotFather, e.g. 110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw',
    secret: true, pattern: '^\\d{5,20}:[A-Za-z0-9_-]{20,100}$',
  }),
  secretToken: Type.String({
    title: 'Secret token', description: 'Made by Muster; give it to Telegram with the webhook’s address',
    secret: true, minLength: 16, maxLength: 256, pattern: '^[A-Za-z0-9_-]+$',
  }),
}, { additionalProperties: false })

/**
 * A Telegram bot, in its private chats. Names and languages come with every update; a picture could only be had through an address
 * that holds the bot's token, so there is none.
 */
export const telegram: Connector<typeof config> = {
  type: 'telegram',
  label: 'Telegram',
  messageType: 'Custom',
  config,
  traits: { massCreate: false, businessInitiated: false, keyKind: 'opaque' },
  webhook: true,
  defaults: () => ({ secretToken: randomBytes(32).toString('base64url') }),
  // The bot's id.
  accountKey: config => config.botToken.split(':')[0]!,
  verify,
  parse,
  send,
  typing,
  fetchAttachment,
}

/** Telegram signs nothing: it shows the secret it was given. https://core.telegram.org/bots/api#setwebhook */
function verify({ headers }: RawRequest, config: { secretToken: string }): Verdict {
  const secret = headers['x-telegram-bot-api-secret-token']
  if (!secret) return { ok: false, reason: 'X-Telegram-Bot-Api-Secret-Token is missing: was the webhook set with the secret token?' }
  return sameText(secret, config.secretToken) ? { ok: true } : { ok: false, reason: 'X-Telegram-Bot-Api-Secret-Token does not match' }
}
