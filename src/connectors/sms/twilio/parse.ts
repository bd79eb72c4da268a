import { UnparseableError, type InboundEvent, type RawRequest } from '../../connector.ts'
import { unsupported } from '../../reading.ts'
import { contentOf, keywordOf, personOf, receiptEvents, type Media, type Statuses } from '../events.ts'
import { failures, titles } from './errors.ts'
import { type Fields, fieldsOf } from './fields.ts'

/** A message, or the status of one that was sent; one a request. Twilio tells no time, so that of receipt is taken. */
export function parse(request: RawRequest): InboundEvent[] {
  const fields = fieldsOf(request)
  if (!fields) throw new UnparseableError('The body is neither a form nor a JSON object')
  const { receivedAt } = request
  const { MessageSid, From, To, MessageStatus } = fields
  if (!MessageSid || !From || !To) return [unsupported('MessageSid, From or To is missing', { ...fields }, receivedAt)]
  const named = { MessageSid, From, To }
  return MessageStatus ? statusEvents(named, MessageStatus, fields, receivedAt) : [received(named, fields, receivedAt)]
}

interface Named {
  MessageSid: string
  From: string
  To: string
}

function received({ MessageSid, From, To }: Named, fields: Fields, occurredAt: Date): InboundEvent {
  return {
    kind: 'message.received',
    eventId: MessageSid,
    occurredAt,
    account: To,
    ...personOf(From, fields.FromCountry),
    message: contentOf({ id: MessageSid, text: fields.Body ?? '', media: mediaOf(fields), replyToId: fields.OriginalRepliedMessageSid }),
    ...keywordOf(fields.OptOutType),
  }
}

function mediaOf(fields: Fields): Media[] {
  const media: Media[] = []
  for (let url = fields.MediaUrl0; url; url = fields[`MediaUrl${media.length}`]) {
    media.push({ url, contentType: fields[`MediaContentType${media.length}`] ?? '' })
  }
  return media
}

const statuses: Statuses = new Map([
  ['accepted', undefined], ['scheduled', undefined], ['queued', undefined], ['sending', undefined],
  ['sent', 'sent'], ['delivered', 'delivered'], ['partially_delivered', 'delivered'], ['read', 'read'],
  ['failed', 'failed'], ['undelivered', 'failed'], ['canceled', 'failed'],
])

function statusEvents({ MessageSid, From, To }: Named, status: string, fields: Fields, occurredAt: Date): InboundEvent[] {
  const code = fields.ErrorCode
  return receiptEvents({
    eventId: `${MessageSid}:${status}`, occurredAt, account: From, ...personOf(To), messageId: MessageSid, status,
    ...(code && { error: { code, title: titles[code] ?? fields.ErrorMessage ?? `Twilio error ${code}` } }),
  }, statuses, failures, { ...fields })
}
