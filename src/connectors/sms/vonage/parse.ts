import { UnparseableError, type InboundEvent, type RawRequest } from '../../connector.ts'
import { isObject, parseJson, shown, unsupported } from '../../reading.ts'
import { withoutPlus } from '../channel.ts'
import { contentOf, isText, personOf, receiptEvents, timeOf, type Media, type Statuses } from '../events.ts'
import { codeOf, failures } from './errors.ts'

type Fields = Record<string, unknown>

interface Named {
  id: string
  from: string
  to: string
  occurredAt: Date
}

/** A message, or the status of one that was sent; one a request. https://developer.vonage.com/api/messages */
export function parse({ body, receivedAt }: RawRequest): InboundEvent[] {
  const fields = parseJson(body)
  if (!isObject(fields)) throw new UnparseableError('The body is not a JSON object')
  const { message_uuid: id, from, to, channel, status } = fields
  if (!isText(id) || !isText(from) || !isText(to)) return [unsupported('message_uuid, from or to is missing', fields, receivedAt)]
  if (channel !== undefined && channel !== 'sms' && channel !== 'mms') return [unsupported(`Channel ${shown(channel)}`, fields, receivedAt)]
  const named = { id, from, to, occurredAt: timeOf(fields.timestamp, receivedAt) }
  return isText(status) ? statusEvents(named, status, fields) : [received(named, fields) ?? unsupported(`Message type ${shown(fields.message_type)}`, fields, receivedAt, withoutPlus(to))]
}

/** Vonage writes numbers without the plus; with it, they are what everybody else writes. */
function callerOf(number: string): ReturnType<typeof personOf> {
  const { user, profile } = personOf(number)
  // Neither short codes nor names have a country code.
  if (!/^[1-9]\d{7,14}$/.test(number)) return { user, profile }
  return { user: { ...user, aliases: [{ kind: 'phone', key: `+${number}` }] }, profile: { externalId: `+${number}` } }
}

/** Vonage's types of messages, in ours. */
const types = new Map([['text', 'text'], ['image', 'image'], ['audio', 'audio'], ['video', 'video'], ['file', 'document'], ['vcard', 'contacts']])

function received({ id, from, to, occurredAt }: Named, fields: Fields): InboundEvent | undefined {
  const { message_type: sent, text } = fields
  const type = isText(sent) ? types.get(sent) : undefined
  if (!type) return undefined
  const attachment = type === 'text' ? undefined : fields[sent as string]
  const { url, caption, name } = isObject(attachment) ? attachment : {}
  const media: Media[] = isText(url) ? [{ url, contentType: '', ...(isText(name) && { fileName: name }) }] : []
  return {
    kind: 'message.received', eventId: id, occurredAt, account: withoutPlus(to), ...callerOf(from),
    message: contentOf({ id, type, text: isText(text) ? text : isText(caption) ? caption : '', media, expires: true }),
  }
}

const statuses: Statuses = new Map([
  ['submitted', 'sent'], ['delivered', 'delivered'], ['read', 'read'], ['rejected', 'failed'], ['undeliverable', 'failed'], ['failed', 'failed'],
])

function statusEvents({ id, from, to, occurredAt }: Named, status: string, fields: Fields): InboundEvent[] {
  const { error } = fields
  const code = isObject(error) ? codeOf(error) : undefined
  return receiptEvents({
    eventId: `${id}:${status}`, occurredAt, account: withoutPlus(from), ...callerOf(to), messageId: id, status,
    ...(code && { error: { code, title: titleOf(error as Fields) ?? `Vonage error ${code}` } }),
  }, statuses, failures, fields)
}

const titleOf = ({ detail, title }: Fields) => (isText(detail) ? detail : isText(title) ? title : undefined)
