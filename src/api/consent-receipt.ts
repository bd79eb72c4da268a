import type { Pool } from 'pg'
import type { ConsentReceipt } from '../contract/consent.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { showConsentEvent, type ConsentEventRow } from './consent-events.ts'

/** @returns the receipt of one messaging user, its whole ledger in order; undefined if there is no such messaging user */
export async function receiptOf(pool: Pool, typeId: string, publicUrl: string): Promise<ConsentReceipt | undefined> {
  const { rows: [user] } = await pool.query(`
    select u.name, u.platform_key, u.external_id, u.consent_status, u.iso_country_code, c.name as channel_name,
      (select jsonb_object_agg(purpose, consent_status) from messaging_user_purposes p where p.messaging_user_id = u.id) as purposes
    from messaging_users u join channels c on c.id = u.channel_id where u.id = $1`, [toUuid(typeId)])
  if (!user) return undefined
  const { rows } = await pool.query<ConsentEventRow>('select * from consent_events where messaging_user_id = $1 order by number', [toUuid(typeId)])
  const said: Record<string, string | null> = { all: user.consent_status, ...user.purposes }
  return {
    schema_version: 'ISO/IEC TS 27560:2023',
    record_id: rows[0] ? toTypeId('ce', rows[0].id) : typeId,
    pii_principal_id: typeId,
    jurisdiction: user.iso_country_code,
    collected_at: rows[0]?.happened_at.toISOString() ?? null,
    pii_controllers: [{ name: user.channel_name, contact: publicUrl }],
    pii_principal: { channel: user.channel_name, identifier: user.external_id ?? user.platform_key, name: user.name },
    purposes: Object.entries(said).map(([purpose, status]) => ({
      purpose, lawful_basis: 'consent', status: status ?? 'none', pii_information: ['address on the channel', 'name', 'messages'],
    })),
    events: rows.map(row => receiptEvent(row)),
    created_at: new Date().toISOString(),
  }
}

function receiptEvent(row: ConsentEventRow): ConsentReceipt['events'][number] {
  const line = showConsentEvent(row)
  return {
    event_id: line.id,
    event_type: typeOf(row),
    event_time: line.happenedAt,
    event_state: line.toStatus,
    purpose: line.purpose,
    entity: line.actor ?? (line.source === 'timer' || line.source === 'migration' ? 'system' : 'pii_principal'),
    method: line.source,
    language: line.language,
    words: line.words,
    note: line.note,
    hash: line.hash,
  }
}

function typeOf(row: ConsentEventRow): ConsentReceipt['events'][number]['event_type'] {
  if (row.source === 'timer') return 'consent expired'
  if (row.to_status === 'OptedOut') return 'consent withdrawn'
  if (row.pending_until) return 'consent requested'
  return row.from_status === row.to_status ? 'consent renewed' : 'consent given'
}
