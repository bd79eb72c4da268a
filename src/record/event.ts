import type { InboundEvent } from '../contract/inbound-event.ts'

/** An event the record can apply, and the channel (uuid) it came in on. */
export interface ChannelEvent {
  channelId: string
  event: Exclude<InboundEvent, { kind: 'unsupported' | 'typing' }>
  /** The platform tells of people on request: whoever writes is asked about. */
  profileOnRequest?: boolean
}
export type EventOf<K extends ChannelEvent['event']['kind']> = Omit<ChannelEvent, 'event'> & { event: Extract<ChannelEvent['event'], { kind: K }> }
export type MessageEvent = EventOf<'message.received' | 'message.sent'>
export const isMessage = (event: ChannelEvent['event']): event is MessageEvent['event'] => event.kind === 'message.received' || event.kind === 'message.sent'

/** What is said between people and the business, and what goes with it. `source`: who told of a change of consent. */
export type ConversationEvent = EventOf<'message.received' | 'message.sent' | 'consent.changed' | 'session.closed'> & { source?: 'carrier' }
export type AmendmentEvent = EventOf<'message.status' | 'message.edited' | 'message.deleted'>

/**
 * What became of an event. `duplicate`: it had been applied before. `waiting`: its message is not here yet, it is applied when
 * the message comes. `rejected`: set aside with the reason, can be replayed.
 */
export type Outcome = { outcome: 'applied' | 'duplicate' | 'waiting' } | { outcome: 'rejected'; reason: string }

/** All identifiers an event speaks of, by which order is kept. */
export function identifiersOf({ event }: ChannelEvent): string[] {
  const keys = [event.user.key.key]
  for (const alias of event.user.aliases ?? []) keys.push(alias.key)
  if (event.kind === 'user.readdressed') for (const old of event.previous) keys.push(old.key)
  return keys
}
