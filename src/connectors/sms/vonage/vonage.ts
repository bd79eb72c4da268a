import { Type } from 'typebox'
import type { Connector } from '../../connector.ts'
import { keysWithoutPlus, phoneNumber, secretWord, traits, withoutPlus } from '../channel.ts'
import { fetchAttachment } from './media.ts'
import { parse } from './parse.ts'
import { send } from './send.ts'
import { verify } from './verify.ts'

const config = Type.Object({
  signatureSecret: Type.String({ title: 'Signature secret', description: 'Signs every webhook; from the API settings, not the API secret', ...secretWord }),
  apiKey: Type.String({ title: 'API key', description: 'The account’s, eight letters and digits', pattern: '^[0-9A-Za-z]{1,64}$' }),
  apiSecret: Type.String({ title: 'API secret', description: 'Sends messages, together with the API key', ...secretWord }),
  phoneNumber: phoneNumber('15550100000'),
}, { additionalProperties: false })

/** SMS and MMS through Vonage's Messages API. */
export const vonage: Connector<typeof config> = {
  type: 'sms-vonage',
  label: 'SMS (Vonage)',
  messageType: 'Text',
  config,
  traits,
  webhook: true,
  accountKey: config => withoutPlus(config.phoneNumber),
  verify,
  parse,
  send,
  keysOfPhone: keysWithoutPlus,
  fetchAttachment,
}
