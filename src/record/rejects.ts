import { uuidv7 } from 'uuidv7'
import type { Run, Statement } from './statement.ts'

export interface NewReject {
  channelId: string
  eventId: string | null
  reason: string
  payload: unknown
}

const keep: Statement = {
  name: 'keep_rejects',
  text: `
    insert into inbound_rejects (id, channel_id, event_id, reason, payload)
    select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::jsonb[])
    on conflict (channel_id, event_id) do nothing`,
}

/** Sets events aside for a person to look at; the same event twice is one reject. Commits by itself unless in a transaction. */
export async function keepRejects(run: Run, rejects: NewReject[]): Promise<void> {
  await run(keep, [
    rejects.map(() => uuidv7()),
    rejects.map(reject => reject.channelId),
    rejects.map(reject => (reject.eventId === null ? null : storable(reject.eventId))),
    rejects.map(reject => storable(reject.reason)),
    rejects.map(reject => storable(JSON.stringify(reject.payload))),
  ])
}

/**
 * PostgreSQL holds neither NUL nor lone surrogates, in text as in jsonb; what is bad about an event must not keep it from being
 * kept. In JSON both are written as escapes, and are kept readable as text.
 */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\uFFFD').replace(/(?<!\\)((?:\\\\)*)\\u(0000|d[89a-f][0-9a-f]{2})/gi, '$1\\\\u$2')
}

const find: Statement = { name: 'find_reject', text: 'select event_id, payload from inbound_rejects where channel_id = $1 and id = $2' }
const markReplayed: Statement = { name: 'mark_replayed', text: 'update inbound_rejects set replayed_at = now() where channel_id = $1 and id = $2' }
const markReason: Statement = { name: 'mark_reject_reason', text: 'update inbound_rejects set reason = $3 where channel_id = $1 and id = $2' }

/** @returns the payload as it was kept, or undefined if there is no such reject. */
export async function findReject(run: Run, channelId: string, rejectId: string): Promise<{ event_id: string | null; payload: unknown } | undefined> {
  return (await run<{ event_id: string | null; payload: unknown }>(find, [channelId, rejectId]))[0]
}

/** Notes how a replay ended: done, or still refused with the reason of today. */
export async function noteReplay(run: Run, channelId: string, rejectId: string, refusedBecause?: string): Promise<void> {
  if (refusedBecause === undefined) await run(markReplayed, [channelId, rejectId])
  else await run(markReason, [channelId, rejectId, storable(refusedBecause)])
}
