import { UnparseableError, type InboundEvent, type RawRequest } from '../../connector.ts'
import { isObject, parseJson, shown, unsupported } from '../../reading.ts'
import { contentOf, isText, keywordOf, personOf, receiptEvents, timeOf, type Media, type Statuses } from '../events.ts'
import { failures } from './errors.ts'

type Fields = Record<string, unknown>

/** An event of the message and what Telnyx says about it. `data` is repeated with every attempt, what is beside it is not. */
interface Event {
  id: string
  messageId: string
  occurredAt: Date
  message: Fields
}

/** One event a request. https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks */
export function parse({ body, receivedAt }: RawRequest): InboundEvent[] {
  const root = parseJson(body)
  const data = isObject(root) ? root.data : undefined
  if (!isObject(data)) throw new UnparseableError('The body has no data')
  const { id, event_type: type, payload: message } = data
  if (!isText(id) || !isObject(message) || !isText(message.id)) return [unsupported('The event or its message has no id', data, receivedAt)]
  const event = { id, messageId: message.id, occurredAt: timeOf(data.occurred_at, receivedAt), message }
  const events = type === 'message.received' ? received(event)
    : type === 'message.sent' || type === 'message.finalized' ? receipts(event) : undefined
  return events ?? [unsupported(`Event ${shown(type)}`, data, receivedAt)]
}

function received({ id, messageId, occurredAt, message }: Event): InboundEvent[] | undefined {
  const from = numberOf(message.from)
  const to = objectsOf(message.to)
  // A group message has several: ours is the one Telnyx hands over.
  const account = numberOf(to.find(({ status }) => status === 'webhook_delivered') ?? to[0])
  if (!from || !account) return undefined
  return [{
    kind: 'message.received', eventId: id, occurredAt, account, ...personOf(from),
    message: contentOf({ id: messageId, text: isText(message.text) ? message.text : '', media: mediaOf(message), expires: true }),
    // Telnyx has taken the word for one, and answered it.
    ...keywordOf(message.autoresponse_type),
  }]
}

function mediaOf(message: Fields): Media[] {
  return objectsOf(message.media).flatMap(({ url, content_type: contentType, size }) =>
    isText(url) ? [{ url, contentType: isText(contentType) ? contentType : '', ...(Number.isSafeInteger(size) && { size: Number(size) }) }] : [])
}

const statuses: Statuses = new Map([
  ['queued', undefined], ['sending', undefined], ['sent', 'sent'], ['delivered', 'delivered'], ['read', 'read'],
  // The carrier took it and told no more.
  ['delivery_unconfirmed', 'sent'],
  ['sending_failed', 'failed'], ['delivery_failed', 'failed'], ['expired', 'failed'],
])

/** One for each person it went to. */
function receipts({ id, messageId, occurredAt, message }: Event): InboundEvent[] | undefined {
  const account = numberOf(message.from)
  const people = objectsOf(message.to).flatMap(({ phone_number: number, status }) => isText(number) && isText(status) ? [{ number, status }] : [])
  if (!account || people.length === 0) return undefined
  const error = errorOf(message)
  return people.flatMap(({ number, status }) => receiptEvents({
    eventId: `${id}:${number}`, occurredAt, account, ...personOf(number), messageId, status, ...(error && { error }),
  }, statuses, failures, message))
}

function errorOf({ errors }: Fields): { code: string; title: string } | undefined {
  const [error] = objectsOf(errors)
  if (!error || !isText(error.code)) return undefined
  return { code: error.code, title: isText(error.title) ? error.title : `Telnyx error ${error.code}` }
}

const objectsOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isObject) : [])
const numberOf = (value: unknown) => (isObject(value) && isText(value.phone_number) ? value.phone_number : undefined)
