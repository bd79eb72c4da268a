import { UnparseableError, type InboundEvent, type RawRequest } from '../../connector.ts'
import { unsupported } from '../../reading.ts'
import { withoutPlus } from '../channel.ts'
import { contentOf, personOf, receiptEvents, type Statuses } from '../events.ts'

type Fields = Record<string, string>

/**
 * A message, or a report about one that was sent; one a request. The fields are in the address, because the channel's setup says so
 * (`%I` and so on, the user guide's chapter on sms-service); the text of a message is the body.
 */
export function parse(request: RawRequest): InboundEvent[] {
  const { secret: _, ...fields } = Object.fromEntries(URL.parse(request.url)?.searchParams ?? []) as Fields
  const { id, from, to, message } = fields
  const text = textOf(request)
  if (!id || !from || !to) return [unsupported('id, from or to is missing', { ...fields, ...(text && { text }) }, request.receivedAt)]
  const named = { id, from, to, account: withoutPlus(to), occurredAt: timeOf(fields.time, request.receivedAt) }
  if (message) return report(named, message, fields)
  if (text === undefined) {
    return [unsupported('A binary message', { ...fields, base64: request.body.toString('base64') }, named.occurredAt, named.account)]
  }
  return [{
    kind: 'message.received', eventId: id, occurredAt: named.occurredAt, account: named.account, ...personOf(from),
    message: contentOf({ id, text, media: [] }),
  }]
}

/** @returns undefined for a message that is no text. @throws {UnparseableError} */
function textOf({ headers, body }: RawRequest): string | undefined {
  if (body.length === 0) return ''
  const type = headers['content-type'] ?? ''
  if (/^application\/octet-stream\s*(;|$)/i.test(type)) return undefined
  if (!/^text\/plain\s*(;|$)/i.test(type)) throw new UnparseableError('The body is neither text nor octets')
  // Without `mo-recode`, Kannel hands over what the network uses.
  const encoding = /charset="?utf-16be\b/i.test(type) ? 'utf-16be' : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    throw new UnparseableError(`The body is not ${encoding.toUpperCase()}`)
  }
}

/** The bits of `%d`. Buffered (4) and intermediate (32) reports tell nothing a person would ask for. */
const statuses: Statuses = new Map([['1', 'delivered'], ['2', 'failed'], ['4', undefined], ['8', 'sent'], ['16', 'failed'], ['32', undefined]])

interface Named {
  id: string
  from: string
  to: string
  account: string
  occurredAt: Date
}

/** As for a message, `from` is the person and `to` the business. */
function report({ id, from, account, occurredAt }: Named, messageId: string, fields: Fields): InboundEvent[] {
  const { status = '', reply } = fields
  const failed = statuses.get(status) === 'failed'
  return receiptEvents({
    eventId: id, occurredAt, account, ...personOf(from), messageId, status,
    ...(failed && { error: { code: status, title: reply || (status === '16' ? 'Rejected by the network' : 'Not delivered') } }),
  }, statuses, {}, fields)
}

function timeOf(seconds: string | undefined, receivedAt: Date): Date {
  return seconds && /^\d{1,12}$/.test(seconds) ? new Date(Number(seconds) * 1000) : receivedAt
}
