import { Page, Strict } from '../contract/common.ts'
import { ConsentReview, ConsentReviewDecision, ConsentReviewId, ConsentReviewQuery } from '../contract/consent.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { decideReview } from '../record/consent/reviews.ts'
import type { Api, ApiDeps } from './app.ts'
import { actorOf } from './consent-events.ts'
import { ApiError, notFound } from './errors.ts'
import { micros, page, placeOf, timeOfMicros } from './paging.ts'

const tags = ['consent']

/** Messages that read like a revocation and are no keyword: a person decides, within ten business days. */
export function consentReviewRoutes(api: Api, { pool, changes }: ApiDeps): void {
  api.get('/consent-reviews', {
    config: { access: { role: 'viewer', scope: 'messaging-users:read' } },
    schema: {
      tags, summary: 'List the messages to review, the most urgent first; or those decided, the latest first',
      querystring: ConsentReviewQuery, response: { 200: Page(ConsentReview) },
    },
  }, async ({ query: { open = true, cursor, limit = 50 } }) => {
    const place = placeOf(cursor)
    const [column, beyond, order] = open ? ['r.due_at', '>', 'asc'] : ['r.decided_at', '<', 'desc']
    const { rows } = await pool.query<ReviewRow>(`
      ${selectReviews} where r.decision is ${open ? '' : 'not'} null
        ${place ? `and (${column}, r.id) ${beyond} (${timeOfMicros('$2')}, $3)` : ''}
      order by ${column} ${order}, r.id ${order} limit $1`, [limit + 1, ...place ? [place.at, place.id] : []])
    return page(rows, limit, row => [open ? row.due_micros : row.decided_micros, row.id], show)
  })

  api.put('/consent-reviews/:id/decision', {
    config: { access: { role: 'agent', scope: 'messaging-users:write' } },
    schema: {
      tags, summary: 'Decide whether a message was a revocation', params: Strict({ id: ConsentReviewId }), body: ConsentReviewDecision,
      response: { 200: ConsentReview },
    },
  }, async ({ caller, params: { id }, body: { decision, note } }) => {
    const { outcome, user } = await decideReview(pool, toUuid(id), decision, actorOf(caller), note ?? null, new Date())
    if (outcome === 'absent') throw notFound('consent review', id)
    if (outcome === 'decided before') throw new ApiError('conflict', 'This review was decided already')
    changes.publish([{ type: 'messaging-user', id: toTypeId('mu', user!.userId), channelId: toTypeId('ch', user!.channelId) }])
    const { rows } = await pool.query<ReviewRow>(`${selectReviews} where r.id = $1`, [toUuid(id)])
    return show(rows[0]!)
  })
}

interface ReviewRow {
  id: string
  messaging_user_id: string
  user_name: string
  channel_id: string
  channel_name: string
  message_id: string
  text: string | null
  phrase: string
  language: string | null
  flagged_at: Date
  due_at: Date
  due_micros: number
  decision: ConsentReview['decision']
  decided_at: Date | null
  decided_micros: number
  decided_by: string | null
  note: string | null
}

const selectReviews = `
  select r.*, u.name as user_name, c.name as channel_name, m.text, ${micros('r.due_at')} as due_micros, ${micros('r.decided_at')} as decided_micros
  from consent_reviews r
  join messaging_users u on u.id = r.messaging_user_id
  join channels c on c.id = r.channel_id
  left join messages m on m.messaging_user_id = r.messaging_user_id and m.id = r.message_id`

const show = (row: ReviewRow): ConsentReview => ({
  id: toTypeId('cr', row.id),
  messagingUserId: toTypeId('mu', row.messaging_user_id),
  messagingUserName: row.user_name,
  channelId: toTypeId('ch', row.channel_id),
  channelName: row.channel_name,
  messageId: toTypeId('msg', row.message_id),
  text: row.text,
  phrase: row.phrase,
  language: row.language,
  flaggedAt: row.flagged_at.toISOString(),
  dueAt: row.due_at.toISOString(),
  decision: row.decision,
  decidedAt: row.decided_at?.toISOString() ?? null,
  decidedBy: row.decided_by,
  note: row.note,
})
