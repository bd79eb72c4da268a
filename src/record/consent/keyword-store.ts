import type { Pool } from 'pg'
import type { ConsentType, Keywords } from '../../contract/consent.ts'
import { inTransaction } from '../transaction.ts'
import { missingForLevel } from './activation.ts'
import { defaultKeywords } from './default-keywords.ts'

/** What a channel listens for and answers, by language: the shipped words, and over them what was set. */
export const effectiveKeywords = (own: Record<string, Keywords>): Map<string, Keywords> => new Map([...defaultKeywords, ...Object.entries(own)])

/** An active channel would lack what its level needs. `missing` names it. */
export class ChannelIncompleteError extends Error {
  override name = 'ChannelIncompleteError'
  readonly missing: string[]

  constructor(missing: string[]) {
    super(`This channel cannot be active: ${missing.join('; ')}`)
    this.missing = missing
  }
}

/** @returns the languages that were set, with their words; undefined if there is no such channel. */
export async function ownKeywords(pool: Pick<Pool, 'query'>, channelId: string): Promise<Record<string, Keywords> | undefined> {
  const { rows } = await pool.query<{ keywords: Record<string, Keywords> | null }>(`
    select (select jsonb_object_agg(language, keywords) from channel_keywords k where k.channel_id = c.id) as keywords
    from channels c where c.id = $1`, [channelId])
  return rows[0] && (rows[0].keywords ?? {})
}

/**
 * Sets one language's words, or with `undefined` goes back to the shipped ones.
 * @returns false if there is no such channel. @throws {ChannelIncompleteError} nothing is changed then
 */
export async function setKeywords(pool: Pool, channelId: string, language: string, keywords: Keywords | undefined): Promise<boolean> {
  return inTransaction(pool, async client => {
    const { rows: [channel] } = await client.query<{ is_active: boolean; consent_type: ConsentType }>(
      'select is_active, consent_type from channels where id = $1 for no key update', [channelId])
    if (!channel) return false
    if (keywords === undefined) await client.query('delete from channel_keywords where channel_id = $1 and language = $2', [channelId, language])
    else {
      await client.query(`
        insert into channel_keywords (channel_id, language, keywords) values ($1, $2, $3)
        on conflict (channel_id, language) do update set keywords = excluded.keywords, updated_at = now()`, [channelId, language, keywords])
    }
    if (channel.is_active) requireComplete(channel.consent_type, (await ownKeywords(client, channelId))!)
    return true
  })
}

/**
 * The general list has to hold everything: it is what every language falls back to.
 * @throws {ChannelIncompleteError} if a channel of this level could not be active with these words
 */
export function requireComplete(level: ConsentType, own: Record<string, Keywords>): void {
  const general = effectiveKeywords(own).get('general')!
  const missing = missingForLevel(level, new Map([['general', general]]))
  if (missing.length > 0) throw new ChannelIncompleteError(missing)
}
