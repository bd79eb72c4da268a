import { ChannelId, Page, PageQuery, RejectId, Strict } from '../contract/common.ts'
import { Reject, ReplayResult } from '../contract/channels.ts'
import type { Api, ApiDeps } from './app.ts'
import { ApiError, notFound } from './errors.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { page, uuidOf } from './paging.ts'

const tags = ['channels']

/** Inbound events that were set aside. */
export function rejectRoutes(api: Api, { pool, inbound, changes }: ApiDeps): void {
  api.get('/channels/:id/rejects', {
    config: { access: { role: 'viewer', scope: 'channels:read' } },
    schema: {
      tags, summary: 'List events that were set aside, newest first',
      params: Strict({ id: ChannelId }), querystring: Strict(PageQuery), response: { 200: Page(Reject) },
    },
  }, async ({ params: { id }, query: { cursor, limit = 50 } }) => {
    const channel = await pool.query('select from channels where id = $1', [toUuid(id)])
    if (channel.rowCount === 0) throw notFound('channel', id)
    const { rows } = await pool.query(`
      select id, event_id, reason, payload, received_at, replayed_at from inbound_rejects
      where channel_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`, [toUuid(id), uuidOf(cursor), limit + 1])
    return page(rows, limit, (row) => [row.id], (row) => ({
      id: toTypeId('rj', row.id),
      channelId: id,
      eventId: row.event_id,
      reason: row.reason,
      payload: row.payload,
      receivedAt: row.received_at.toISOString(),
      replayedAt: row.replayed_at?.toISOString() ?? null,
    }))
  })

  api.post('/channels/:id/rejects/:rejectId/replays', {
    config: { access: { role: 'admin', scope: 'channels:write' } },
    schema: {
      tags, summary: 'Try again to apply an event that was set aside',
      params: Strict({ id: ChannelId, rejectId: RejectId }), response: { 200: ReplayResult },
    },
  }, async ({ params: { id, rejectId } }) => {
    const { rows } = await pool.query(
      'select replayed_at from inbound_rejects where channel_id = $1 and id = $2', [toUuid(id), toUuid(rejectId)])
    if (!rows[0]) throw notFound('reject', rejectId)
    if (rows[0].replayed_at) throw new ApiError('conflict', 'This event was replayed already')
    const { outcome, reason } = await inbound.replay(toUuid(id), toUuid(rejectId))
    changes.publish([{ type: 'channel', id }])
    return { outcome, reason: reason ?? null }
  })
}
