import { MessagingUserId, Page, Strict } from '../contract/common.ts'
import { LinkSuggestion, LinkSuggestionDecision, LinkSuggestionQuery } from '../contract/links.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { applyLinkRules } from '../record/link-rules.ts'
import { decideSuggestion } from '../record/link-suggestions.ts'
import type { Api, ApiDeps } from './app.ts'
import { actorOf } from './consent-events.ts'
import { ApiError, notFound } from './errors.ts'
import { requireUser } from './messaging-user-row.ts'
import { numberAndId, page } from './paging.ts'
import { parameters, where } from './parameters.ts'

const tags = ['links']
const write = { access: { role: 'agent', scope: 'messaging-users:write' } } as const

/** Who could be behind a messaging user, with a score and the reasons; a person takes or dismisses each. */
export function linkSuggestionRoutes(api: Api, { pool, changes }: ApiDeps): void {
  api.get('/link-suggestions', {
    config: { access: { role: 'viewer', scope: 'messaging-users:read' } },
    schema: { tags, summary: 'List link suggestions, the surest first', querystring: LinkSuggestionQuery, response: { 200: Page(LinkSuggestion) } },
  }, async ({ query: { cursor, limit = 50, messagingUserId, open = true } }) => {
    const { values, $ } = parameters()
    const place = numberAndId(cursor)
    const { rows } = await pool.query<Row>(`${selectSuggestions} ${where([
      `s.decision is ${open ? '' : 'not'} null`,
      ...messagingUserId ? [`s.messaging_user_id = ${$(toUuid(messagingUserId))}`] : [],
      ...place ? [`(s.score, s.id) < (${$(place.number)}, ${$(place.id)})`] : [],
    ])} order by s.score desc, s.id desc limit ${$(limit + 1)}`, values)
    return page(rows, limit, row => [row.score, row.id], show)
  })

  api.put('/link-suggestions/:id/decision', {
    config: write,
    schema: { tags, summary: 'Take a suggestion, or dismiss it for good', params: Strict({ id: LinkSuggestion.properties.id }), body: LinkSuggestionDecision, response: { 200: LinkSuggestion } },
  }, async ({ caller, params: { id }, body: { decision } }) => {
    const result = await decideSuggestion(pool, toUuid(id), decision, actorOf(caller))
    if (result.outcome === 'absent') throw notFound('link suggestion', id)
    if (result.outcome === 'decided before') throw new ApiError('conflict', 'This suggestion was decided already')
    if (result.outcome !== 'decided') throw new ApiError('conflict', 'This suggestion is out of date: the person is linked by now, or the individual is gone')
    changes.publish([{ type: 'messaging-user', id: toTypeId('mu', result.userId), channelId: toTypeId('ch', result.channelId) }])
    const { rows } = await pool.query<Row>(`${selectSuggestions} where s.id = $1`, [toUuid(id)])
    return show(rows[0]!)
  })

  api.post('/messaging-users/:id/link-suggestions', {
    config: write,
    schema: {
      tags, summary: 'Apply the link rules to one messaging user now', params: Strict({ id: MessagingUserId }), response: { 200: Page(LinkSuggestion) },
      description: 'Links or suggests as the rules say, and also suggests by weaker signs: similar names in the same country, and e-mail addresses in messages.',
    },
  }, async ({ params: { id } }) => {
    await requireUser(pool, id)
    const { changed } = await applyLinkRules(pool, [toUuid(id)], { guesses: true })
    changes.publish(changed.map(({ userId, channelId }) => ({ type: 'messaging-user', id: toTypeId('mu', userId), channelId: toTypeId('ch', channelId) })))
    const { rows } = await pool.query<Row>(
      `${selectSuggestions} where s.messaging_user_id = $1 and s.decision is null order by s.score desc, s.id desc limit 1000`, [toUuid(id)])
    return { items: rows.map(show), nextCursor: null }
  })
}

interface Row {
  id: string
  messaging_user_id: string
  user_name: string
  channel_name: string
  kind: LinkSuggestion['kind']
  record_id: string
  record_name: string
  score: number
  reasons: LinkSuggestion['reasons']
  suggested_at: Date
  decision: LinkSuggestion['decision']
  decided_at: Date | null
  decided_by: string | null
}

const selectSuggestions = `
  select s.*, u.name as user_name, c.name as channel_name, i.name as record_name
  from link_suggestions s
  join messaging_users u on u.id = s.messaging_user_id
  join channels c on c.id = u.channel_id
  join individuals i on i.id = s.record_id`

const show = (row: Row): LinkSuggestion => ({
  id: toTypeId('ls', row.id),
  messagingUserId: toTypeId('mu', row.messaging_user_id),
  messagingUserName: row.user_name,
  channelName: row.channel_name,
  kind: row.kind,
  recordId: toTypeId('in', row.record_id),
  recordName: row.record_name,
  score: row.score,
  reasons: row.reasons,
  suggestedAt: row.suggested_at.toISOString(),
  decision: row.decision,
  decidedAt: row.decided_at?.toISOString() ?? null,
  decidedBy: row.decided_by,
})
