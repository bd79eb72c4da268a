import type { DeliveryStatus, InboundEvent, MessageContent, Profile, RawRequest } from '../../connector.ts'
import { UnparseableError } from '../../connector.ts'
import { unsupported } from '../../reading.ts'
import { optedOutBy, titles } from './errors.ts'
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
    user: { key: { kind: 'phone', key: From } },
    profile: profileOf(From, fields.FromCountry),
    message: contentOf(MessageSid, fields),
    ...keywordOf(fields.OptOutType),
  }
}

function profileOf(number: string, country?: string): Profile {
  return { externalId: number, ...(country && /^[A-Z]{2}$/.test(country) && { isoCountryCode: country }) }
}

interface Media {
  url: string
  contentType: string
}

const keywords = { STOP: 'optOut', START: 'optIn', HELP: 'help' } as const

/** With Advanced Opt-Out, Twilio has already acted on the word, and answered it. */
function keywordOf(optOutType = ''): { keyword?: 'optOut' | 'optIn' | 'help' } {
  return Object.hasOwn(keywords, optOutType) ? { keyword: keywords[optOutType as keyof typeof keywords] } : {}
}

function contentOf(id: string, fields: Fields): MessageContent {
  const media = mediaOf(fields)
  const { Body = '' } = fields
  return {
    id,
    type: media[0] ? typeOf(media[0]) : 'text',
    ...((Body || media.length === 0) && { text: Body }),
    ...(media.length > 0 && { content: { media } }),
    ...(fields.OriginalRepliedMessageSid && { replyToId: fields.OriginalRepliedMessageSid }),
  }
}

function mediaOf(fields: Fields): Media[] {
  const media: Media[] = []
  for (let url = fields.MediaUrl0; url; url = fields[`MediaUrl${media.length}`]) {
    media.push({ url, contentType: fields[`MediaContentType${media.length}`] ?? '' })
  }
  return media
}

function typeOf({ contentType }: Media): string {
  const kind = contentType.split('/')[0] ?? ''
  if (['image', 'audio', 'video'].includes(kind)) return kind
  return /^text\/(x-)?vcard/.test(contentType) ? 'contacts' : 'document'
}

/** `undefined`: on its way, nothing a person would ask for yet. */
const statuses = new Map<string, DeliveryStatus | undefined>([
  ['accepted', undefined], ['scheduled', undefined], ['queued', undefined], ['sending', undefined],
  ['sent', 'sent'], ['delivered', 'delivered'], ['partially_delivered', 'delivered'], ['read', 'read'],
  ['failed', 'failed'], ['undelivered', 'failed'], ['canceled', 'failed'],
])

function statusEvents({ MessageSid, From, To }: Named, sent: string, fields: Fields, occurredAt: Date): InboundEvent[] {
  if (!statuses.has(sent)) return [unsupported(`Message status ${sent}`, { ...fields }, occurredAt, From)]
  const status = statuses.get(sent)
  if (!status) return []
  const code = fields.ErrorCode
  return [{
    kind: 'message.status',
    eventId: `${MessageSid}:${sent}`,
    occurredAt,
    account: From,
    user: { key: { kind: 'phone', key: To } },
    profile: profileOf(To),
    messageId: MessageSid,
    status,
    ...(code && { error: { code, title: titles[code] ?? fields.ErrorMessage ?? `Twilio error ${code}`, ...optedOutBy(code) } }),
  }]
}
