import { Type } from 'typebox'
import type { Connector } from '../../connector.ts'
import { keysOfPhone, phoneNumber, secretWord, traits } from '../channel.ts'
import { fetchAttachment } from './media.ts'
import { parse } from './parse.ts'
import { send } from './send.ts'
import { verify } from './verify.ts'

const config = Type.Object({
  accountSid: Type.String({
    title: 'Account SID', description: 'AC and 32 hex digits, from the Twilio console', pattern: '^AC[0-9a-fA-F]{32}$',
  }),
  authToken: Type.String({
    title: 'Auth token', description: 'Signs every webhook; that of the subaccount if you use one', ...secretWord,
  }),
  previousAuthToken: Type.Optional(Type.String({
    title: 'Previous auth token', description: 'Still accepted while you change over to a new one', ...secretWord,
  })),
  phoneNumber: phoneNumber('+15550100000'),
}, { additionalProperties: false })

/** SMS and MMS through Twilio. */
export const twilio: Connector<typeof config> = {
  type: 'sms-twilio',
  label: 'SMS (Twilio)',
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
  // Twilio reads the answer as TwiML; anything in it would be sent to the person.
  acknowledge: { status: 200, contentType: 'text/xml', body: '<Response/>' },
}
