import { type InboundEvent, type RawRequest, UnparseableError } from '../connector.ts'
import { describeError, isObject, parseJson, shown, unsupported } from '../reading.ts'
import { NotUnderstood, type Place } from './inner.ts'
import { messageEvent } from './message.ts'
import * as payload from './payload.ts'
import { preferenceEvent } from './preference.ts'
import { statusEvent } from './status.ts'

const understood: unknown[] = ['messages', 'smb_message_echoes', 'user_preferences']

/** Entries × changes × messages and statuses; one request may hold a thousand of them. */
export function parse(request: RawRequest): InboundEvent[] {
  const body = parseJson(request.body)
  if (!isObject(body) || body.object !== 'whatsapp_business_account') {
    throw new UnparseableError('object: must be "whatsapp_business_account"')
  }
  if (!Array.isArray(body.entry)) throw new UnparseableError('entry: must be array')
  return body.entry.flatMap(entry => parseEntry(entry, request.receivedAt))
}

function parseEntry(entry: unknown, receivedAt: Date): InboundEvent[] {
  if (!isObject(entry) || !Array.isArray(entry.changes)) return [unsupported('An entry without changes', entry, receivedAt)]
  return entry.changes.flatMap(change => parseChange(change, receivedAt))
}

function parseChange(change: unknown, receivedAt: Date): InboundEvent[] {
  const keep = (reason: string) => [unsupported(reason, change, receivedAt, accountOf(change))]
  if (!isObject(change)) return keep('A change that is not an object')
  if (!understood.includes(change.field)) return keep(`Webhook field ${shown(change.field)}`)
  const value = change.value
  if (!payload.value.Check(value)) return keep(describeError(payload.value.Errors(value), 'value'))

  const contacts = (value.contacts ?? []).filter(contact => payload.contact.Check(contact))
  const place: Place = { account: value.metadata.phone_number_id, contacts }
  const each = (list: unknown[] | undefined, read: (item: unknown) => InboundEvent) =>
    (list ?? []).map(item => readOne(read, item, { receivedAt, account: place.account }))
  return [
    ...each(value.messages, item => messageEvent(item, place, 'message.received')),
    ...each(value.message_echoes, item => messageEvent(item, place, 'message.sent')),
    ...each(value.statuses, item => statusEvent(item, place)),
    ...each(value.user_preferences, item => preferenceEvent(item, place)),
    ...each(value.errors, () => { throw new NotUnderstood('An error of the account') }),
  ]
}

function readOne(read: (item: unknown) => InboundEvent, item: unknown, at: { receivedAt: Date; account: string }): InboundEvent {
  try {
    return read(item)
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error
    return unsupported(error.message, item, at.receivedAt, at.account)
  }
}

function accountOf(change: unknown): string | undefined {
  if (!isObject(change) || !isObject(change.value) || !isObject(change.value.metadata)) return undefined
  const id = change.value.metadata.phone_number_id
  return typeof id === 'string' ? id : undefined
}
