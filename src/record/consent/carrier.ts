import type { PoolClient } from 'pg'
import type { CarrierOptOut } from '../outbox.ts'
import { changeConsentWithin } from './change.ts'

/** A platform or carrier refused what we sent because the person told it so: that is an opt-out, and the ledger says who told us. */
export async function recordOptOutByCarrier(client: PoolClient, { messagingUserId, messageId, purpose, words }: CarrierOptOut): Promise<void> {
  const now = new Date()
  await changeConsentWithin(client, messagingUserId, { kind: 'platform', status: 'OptedOut' }, purpose, {
    source: 'carrier', actor: null, language: null, words, messageId, note: null, happenedAt: now,
  }, now)
}
