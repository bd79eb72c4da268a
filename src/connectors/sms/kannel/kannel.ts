import { randomBytes } from 'node:crypto'
import { Type } from 'typebox'
import type { Connector } from '../../connector.ts'
import { keysOfPhone, phoneNumber, traits, withoutPlus } from '../channel.ts'
import { parse } from './parse.ts'
import { send } from './send.ts'
import { verify } from './verify.ts'

/** What can stand in a header and in Kannel's configuration as it is. */
const word = { minLength: 1, maxLength: 128, pattern: '^[!-~]+$' }

const config = Type.Object({
  secret: Type.String({
    title: 'Secret', description: 'Made by Muster; part of the address Kannel calls', secret: true, pattern: '^[A-Za-z0-9_-]{16,128}$',
  }),
  sendUrl: Type.String({
    title: 'Send address', description: 'Of Kannel’s smsbox, e.g. http://127.0.0.1:13013/cgi-bin/sendsms',
    pattern: '^https?://[^\\s/?#@]+/[^\\s?#]*$', maxLength: 2000,
  }),
  username: Type.String({ title: 'User name', description: 'That of a sendsms-user', ...word }),
  password: Type.String({ title: 'Password', description: 'That of the sendsms-user', secret: true, ...word }),
  phoneNumber: phoneNumber('12345'),
}, { additionalProperties: false })

/** SMS through one's own Kannel gateway. */
export const kannel: Connector<typeof config> = {
  type: 'sms-kannel',
  label: 'SMS (Kannel)',
  messageType: 'Text',
  config,
  traits,
  webhook: true,
  eventsByGet: true, // reports
  defaults: () => ({ secret: randomBytes(24).toString('base64url') }),
  accountKey: config => withoutPlus(config.phoneNumber),
  verify,
  parse,
  send,
  // Some carriers' numbers come without the plus.
  keysOfPhone: e164 => [...keysOfPhone(e164), { kind: 'phone', key: e164.slice(1) }],
  // Kannel takes what it is answered for a reply to the person.
  acknowledge: { status: 200, contentType: 'text/plain', body: '' },
}
