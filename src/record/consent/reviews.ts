import type { Pool } from 'pg'
import { inTransaction } from '../transaction.ts'
import type { Run, Statement } from '../statement.ts'
import { changeConsentWithin } from './change.ts'
import { ALL } from './ledger.ts'

export interface NewReview {
  id: string
  userId: string
  channelId: string
  messageId: string
  /** What reads like a revocation, and in which language. */
  phrase: string
  language: string
  flaggedAt: Date
  dueAt: Date
}

const flag: Statement = {
  name: 'flag_reviews',
  // Only for messages that were recorded now: a message that was there before was flagged then.
  text: `
    insert into consent_reviews (messaging_user_id, id, channel_id, message_id, phrase, language, flagged_at, due_at)
    select i.* from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[])
      as i(user_id, id, channel_id, message_id, phrase, language, flagged_at, due_at)
    join messages m on m.messaging_user_id = i.user_id and m.id = i.message_id
    on conflict (messaging_user_id, message_id) do nothing`,
}
/** Puts free text that reads like a revocation before a person. Nothing is decided. */
export async function flagReviews(run: Run, reviews: NewReview[]): Promise<void> {
  if (reviews.length === 0) return
  const column = <K extends keyof NewReview>(field: K) => reviews.map(review => review[field])
  await run(flag, [
    column('userId'), column('id'), column('channelId'), column('messageId'), column('phrase'), column('language'), column('flaggedAt'), column('dueAt'),
  ])
}

export type ReviewOutcome = 'decided' | 'absent' | 'decided before'

/** Decides a review; an opt-out goes into the ledger with the words and the message behind it. */
export async function decideReview(
  pool: Pool, id: string, decision: 'OptedOut' | 'NoRevocation', actor: string, note: string | null, now: Date,
): Promise<{ outcome: ReviewOutcome; user?: { userId: string; channelId: string } }> {
  return inTransaction(pool, async client => {
    const { rows: [review] } = await client.query(`
      select r.messaging_user_id, r.channel_id, r.message_id, r.language, r.decision, m.text
      from consent_reviews r left join messages m on m.messaging_user_id = r.messaging_user_id and m.id = r.message_id
      where r.id = $1 for update of r`, [id])
    if (!review) return { outcome: 'absent' }
    if (review.decision !== null) return { outcome: 'decided before' }
    const userId: string = review.messaging_user_id
    if (decision === 'OptedOut') {
      await changeConsentWithin(client, userId, { kind: 'optOut' }, ALL, {
        source: 'review', actor, language: review.language, words: review.text, messageId: review.message_id, note, happenedAt: now,
      }, now)
    }
    await client.query(`
      update consent_reviews set decision = $3, decided_at = $4, decided_by = $5, note = $6 where messaging_user_id = $1 and id = $2`,
      [userId, id, decision, now, actor, note])
    return { outcome: 'decided', user: { userId, channelId: review.channel_id } }
  })
}
