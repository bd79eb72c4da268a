import { type InboundEvent, type RawRequest, UnparseableError } from '../connector.ts'
import { describeError, isObject, parseJson, unsupported } from '../reading.ts'
import { eventsOf } from './events.ts'
import * as payload from './payload.ts'

/** Entries × events. */
export function parse(request: RawRequest): InboundEvent[] {
  const body = parseJson(request.body)
  if (!isObject(body) || body.object !== 'page') throw new UnparseableError('object: must be "page"')
  if (!Array.isArray(body.entry)) throw new UnparseableError('entry: must be array')
  return body.entry.flatMap(entry => parseEntry(entry, request.receivedAt))
}

function parseEntry(entry: unknown, receivedAt: Date): InboundEvent[] {
  if (!payload.entry.Check(entry)) return [unsupported(describeError(payload.entry.Errors(entry), 'entry'), entry, receivedAt)]
  const { id: account, messaging, standby, changes } = entry
  const keep = (reason: string, item: unknown) => unsupported(reason, item, receivedAt, account)
  if (!messaging && !standby && !changes) return [keep('An entry without events', entry)]
  const eventsIn = (items: unknown[] = []) => items.flatMap(item => {
    if (!payload.item.Check(item)) return [keep(describeError(payload.item.Errors(item), 'event'), item)]
    const outcome = eventsOf(item, account)
    return typeof outcome === 'string' ? [keep(outcome, item)] : outcome
  })
  return [
    ...eventsIn(messaging),
    // Another app of the business has the conversation; it was said to the business all the same.
    ...eventsIn(standby).map(event => (event.kind === 'message.received' ? { ...event, answeredElsewhere: true as const } : event)),
    ...(changes ?? []).map(change => keep('A change of the Page, not of a conversation', change)),
  ]
}
