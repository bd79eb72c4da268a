import type { Pool } from 'pg'
import type { ConversationEntry } from '../contract/entries.ts'
import { toTypeId } from '../ids.ts'
import { showConsentEvent, type ConsentEventRow } from './consent-events.ts'
import { selectMessages, showMessage, type MessageRow } from './messages.ts'

/** A place in a conversation: what is there, and its platform's time. */
export interface EntryKey {
  kind: ConversationEntry['kind']
  id: string
  at: Date
  at_micros: number
}

interface SessionEventRow {
  id: string
  session_id: string
  kind: 'StatusChanged' | 'OwnerChanged'
  from_value: string | null
  to_value: string | null
  actor_type: 'Agent' | 'Bot' | 'EndUser' | 'System'
  actor: string | null
}

/** What stands at these places, by id; all of it of these messaging users (UUIDs). Each table is asked once. */
export async function readEntries(pool: Pool, userIds: string[], keys: EntryKey[]): Promise<Map<string, ConversationEntry>> {
  const entries = new Map<string, ConversationEntry>()
  const times = new Map(keys.map(key => [key.id, key.at.toISOString()]))
  async function add<Row extends { id: string }>(kind: EntryKey['kind'], select: string, show: (row: Row, at: string) => ConversationEntry) {
    const ids = keys.filter(key => key.kind === kind).map(key => key.id)
    if (ids.length === 0) return
    const { rows } = await pool.query<Row>(`${select} where t.messaging_user_id = any($1) and t.id = any($2)`, [userIds, ids])
    for (const row of rows) entries.set(row.id, show(row, times.get(row.id)!))
  }
  await Promise.all([
    add<MessageRow>('message', selectMessages(), (row, at) => ({ kind: 'message', at, message: showMessage(row) })),
    add<SessionEventRow>('session', sessionEvents, (row, at) => ({
      kind: 'session', at, sessionId: toTypeId('ms', row.session_id), change: row.kind, from: row.from_value, to: row.to_value,
      actorType: row.actor_type, actor: row.actor,
    })),
    add<ConsentEventRow>('consent', 'select t.* from consent_events t', (row, at) => ({ kind: 'consent', at, event: showConsentEvent(row) })),
  ])
  return entries
}

const operatorName = (column: string) => `(select o.name from operators o where o.id::text = ${column})`
const sessionEvents = `
  select t.id, t.session_id, t.kind, t.actor_type,
    case t.kind when 'OwnerChanged' then coalesce(${operatorName('t.from_value')}, t.from_value) else t.from_value end as from_value,
    case t.kind when 'OwnerChanged' then coalesce(${operatorName('t.to_value')}, t.to_value) else t.to_value end as to_value,
    coalesce(${operatorName('t.actor')}, (select k.name from api_keys k where k.id::text = t.actor)) as actor
  from session_events t`
