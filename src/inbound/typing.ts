import type { InboundEvent } from '../contract/inbound-event.ts'
import { toTypeId } from '../ids.ts'
import type { Changes } from '../outbound/changes.ts'
import type { Run, Statement } from '../record/statement.ts'

export interface TypingEvent {
  channelId: string
  event: Extract<InboundEvent, { kind: 'typing' }>
}

const find: Statement = {
  name: 'find_typing',
  text: `
    select i.n::int as n, a.messaging_user_id as "userId" from unnest($1::uuid[], $2::text[]) with ordinality as i(channel_id, key, n)
    join aliases a on a.channel_id = i.channel_id and a.key = i.key and a.until is null and a.resolves order by i.n`,
}

/** Tells the live stream who is writing, of those whom the record knows. Nothing is kept, and what cannot be told now is never. */
export async function tellTyping(run: Run, changes: Changes, items: TypingEvent[]): Promise<void> {
  const rows = await run<{ n: number; userId: string }>(find, [items.map(item => item.channelId), items.map(({ event }) => event.user.key.key)])
  changes.publish(rows.map(({ n, userId }) => {
    const { channelId, event } = items[n - 1]!
    return { type: 'typing', id: toTypeId('mu', userId), channelId: toTypeId('ch', channelId), isTyping: event.isTyping }
  }))
}
