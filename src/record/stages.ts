import { identifiersOf, type AmendmentEvent, type ChannelEvent, type ConversationEvent, type EventOf } from './event.ts'

export type Stage =
  | { kind: 'history'; items: EventOf<'history.imported'>[] }
  | { kind: 'conversation'; items: ConversationEvent[] }
  | { kind: 'amendments'; items: AmendmentEvent[] }
  | { kind: 'watermarks'; items: EventOf<'messages.status'>[] }
  | { kind: 'profiles'; items: EventOf<'user.renamed'>[] }
  | { kind: 'addresses'; items: EventOf<'user.readdressed'>[] }

const stageKind = {
  'message.received': 'conversation',
  'message.sent': 'conversation',
  'consent.changed': 'conversation',
  'session.closed': 'conversation',
  'history.imported': 'history',
  'message.status': 'amendments',
  'messages.status': 'watermarks',
  'message.edited': 'amendments',
  'message.deleted': 'amendments',
  'user.renamed': 'profiles',
  'user.readdressed': 'addresses',
} as const satisfies Record<ChannelEvent['event']['kind'], Stage['kind']>

/**
 * Groups a batch into stages that are each applied set-based, keeping every person's events in their order: an event goes to
 * the first stage of its kind that is not before the stage of an earlier event about the same person.
 * Address changes of one person never share a stage: each has to see what the one before did.
 */
export function planStages(items: ChannelEvent[]): Stage[] {
  const stages: Stage[] = []
  const lastStage = new Map<string, number>()
  for (const item of items) {
    const kind = stageKind[item.event.kind]
    const keys = identifiersOf(item).map(key => `${item.channelId}/${key}`)
    let index = 0
    for (const key of keys) index = Math.max(index, (lastStage.get(key) ?? -1) + (kind === 'addresses' ? 1 : 0))
    while (stages[index] && stages[index]!.kind !== kind) index++
    stages[index] ??= { kind, items: [] }
    ;(stages[index]!.items as ChannelEvent[]).push(item)
    for (const key of keys) lastStage.set(key, index)
  }
  return stages
}
