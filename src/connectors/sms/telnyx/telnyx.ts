import { Type } from 'typebox'
import type { Connector } from '../../connector.ts'
import { keysOfPhone, phoneNumber, secretWord, traits } from '../channel.ts'
import { fetchAttachment } from './media.ts'
import { parse } from './parse.ts'
import { send } from './send.ts'
import { verify } from './verify.ts'

const config = Type.Object({
  publicKey: Type.String({
    title: 'Public key', description: 'Verifies every webhook; 44 characters, from Account settings in the Telnyx portal', pattern: '^[A-Za-z0-9+/]{43}=$',
  }),
  apiToken: Type.String({ title: 'API key', description: 'Sends messages; begins with KEY', ...secretWord }),
  phoneNumber: phoneNumber('+15550100000'),
}, { additionalProperties: false })

/** SMS and MMS through Telnyx. */
export const telnyx: Connector<typeof config> = {
  type: 'sms-telnyx',
  label: 'SMS (Telnyx)',
  messageType: 'Text',
  config,
  traits,
  webhook: true,
  accountKey: config => config.phoneNumber,
  verify,
  parse,
  send,
  keysOfPhone,
  fetchAttachment,
}
