import { inventedDigits, inventedHex } from '../invented.ts'
import { fromMeta } from '../meta.ts'
import { nowhere, type Act, type Person, type Platform, type PlayedChannel, type WireRequest } from '../platform.ts'
import { epoch } from '../wire.ts'

/** WhatsApp Business Platform, Cloud API. https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components */
export const whatsapp: Platform = {
  type: 'whatsapp',
  acts: ['says', 'answers', 'receipt', 'edits', 'deletes', 'leaves', 'returns'],
  invent: () => ({
    phoneNumberId: inventedDigits('1##############'), displayPhoneNumber: inventedDigits('+1 555-01##'),
    appSecret: inventedHex(32), verifyToken: inventedHex(24),
  }),
  request,
  ofOutgoing: nowhere,
}

const wamid = (id: string) => `wamid.${Buffer.from(id, 'hex').toString('base64')}`
const bsuid = ({ country, digits }: Person) => `${country}.${digits}`
/** Some people are shown by their business-scoped id alone. */
const hidesNumber = ({ number }: Person) => number % 8 === 7
const waId = ({ phone }: Person) => phone.slice(1)

function request(act: Act, channel: PlayedChannel): WireRequest {
  const { person } = act
  const { phoneNumberId, displayPhoneNumber = '15550100000' } = channel.config
  const display = String(displayPhoneNumber).replaceAll(/\D/g, '')
  const contact = { profile: { name: act.name }, ...(!hidesNumber(person) && { wa_id: waId(person) }), user_id: bsuid(person) }
  const { field, parts } = changeOf(act, display)
  return fromMeta({
    object: 'whatsapp_business_account',
    entry: [{
      id: '102290129340398',
      changes: [{
        field,
        value: {
          messaging_product: 'whatsapp',
          metadata: { display_phone_number: display, phone_number_id: phoneNumberId },
          contacts: [contact],
          ...parts,
        },
      }],
    }],
  }, channel)
}

function changeOf(act: Act, display: string): { field: string; parts: object } {
  const { person } = act
  const from = { ...(!hidesNumber(person) && { from: waId(person) }), from_user_id: bsuid(person) }
  const head = { id: wamid(act.id), timestamp: String(epoch(act.at)) }
  const message = (more: object) => ({ field: 'messages', parts: { messages: [{ ...from, ...head, ...more }] } })
  switch (act.kind) {
    case 'says':
      return message({ type: 'text', text: { body: act.text }, ...(act.replyTo && { context: { from: display, id: wamid(act.replyTo) } }) })
    case 'edits':
      return message({ type: 'edit', edit: { original_message_id: wamid(act.of), message: { type: 'text', text: { body: act.text } } } })
    case 'deletes':
      return message({ type: 'revoke', revoke: { original_message_id: wamid(act.of) } })
    case 'answers': {
      const to = { ...(!hidesNumber(person) && { to: waId(person) }), to_user_id: bsuid(person) }
      return { field: 'smb_message_echoes', parts: { message_echoes: [{ from: display, ...to, ...head, type: 'text', text: { body: act.text } }] } }
    }
    case 'receipt': {
      const recipient = { ...(!hidesNumber(person) && { recipient_id: waId(person) }), recipient_user_id: bsuid(person) }
      const title = 'Message undeliverable'
      const errors = act.status === 'failed' && { errors: [{ code: 131026, title, error_data: { details: title } }] }
      return { field: 'messages', parts: { statuses: [{ ...head, id: wamid(act.of), status: act.status, ...recipient, ...errors }] } }
    }
    default: {
      const value = act.kind === 'leaves' ? 'stop' : 'resume'
      const ids = { ...(!hidesNumber(person) && { wa_id: waId(person) }), user_id: bsuid(person) }
      const detail = `User requested to ${value} marketing messages`
      const preference = { ...ids, detail, category: 'marketing_messages', value, timestamp: epoch(act.at) }
      return { field: 'user_preferences', parts: { user_preferences: [preference] } }
    }
  }
}
