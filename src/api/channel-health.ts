import { sendFailures } from '../connectors/sending.ts'
import { ChannelHealth } from '../contract/channel-health.ts'
import { ChannelId, Strict } from '../contract/common.ts'
import { toUuid } from '../ids.ts'
import type { Counted } from '../record/channel-counts.ts'
import type { Api, ApiDeps } from './app.ts'
import { notFound } from './errors.ts'

interface Row {
  what: Counted
  count: number
  last_at: Date
  detail: string | null
}

const titles: Record<string, string | undefined> = {
  ...Object.fromEntries(Object.entries(sendFailures).map(([kind, { advice }]) => [kind, advice])),
  undelivered: 'The platform took the message, and told later that it did not arrive',
  'not-allowed': 'Muster did not send it: consent, a block or the reply window had changed',
}

export function channelHealthRoutes(api: Api, { pool }: ApiDeps): void {
  api.get('/channels/:id/health', {
    config: { access: { role: 'viewer', scope: 'channels:read' } },
    schema: { tags: ['channels'], summary: 'How a channel is doing', params: Strict({ id: ChannelId }), response: { 200: ChannelHealth } },
  }, async ({ params: { id } }) => {
    const channel = await pool.query(`
      select date_trunc('hour', now() - interval '23 hours', 'UTC') as since,
        (select count(*)::int from inbound_rejects r where r.channel_id = c.id and r.replayed_at is null) as open_rejects,
        (select a.active_at from messaging_user_activity a where a.channel_id = c.id order by a.active_at desc limit 1) as active_at
      from channels c where c.id = $1`, [toUuid(id)])
    if (!channel.rows[0]) throw notFound('channel', id)
    const { since, open_rejects: openRejects, active_at: activeAt } = channel.rows[0] as { since: Date; open_rejects: number; active_at: Date | null }
    const { rows } = await pool.query<Row>(`
      select what, coalesce(sum(count) filter (where hour >= $2), 0)::int as count, max(last_at) as last_at,
        (array_agg(detail order by last_at desc))[1] as detail
      from channel_counts where channel_id = $1 group by what`, [toUuid(id), since])
    return { channelId: id, since: since.toISOString(), ...healthOf(rows, activeAt), openRejects }
  })
}

/** @param activeAt of the last message, for channels that were there before anything was counted */
function healthOf(rows: Row[], activeAt: Date | null): Omit<ChannelHealth, 'channelId' | 'since' | 'openRejects'> {
  const of = (what: Counted) => rows.find(row => row.what === what)
  const trouble = (row: Row | undefined) => ({ count: row?.count ?? 0, lastAt: row?.last_at.toISOString() ?? null, lastReason: row?.detail ?? null })
  const received = of('received')?.count ?? 0
  const [refused, unreadable, setAside] = [trouble(of('refused')), trouble(of('unreadable')), trouble(of('set-aside'))]
  const errors = refused.count + unreadable.count + setAside.count
  return {
    lastReceivedAt: (of('received')?.last_at ?? activeAt)?.toISOString() ?? null,
    lastSentAt: of('sent')?.last_at.toISOString() ?? null,
    received, sent: of('sent')?.count ?? 0,
    errors, errorRate: errors === 0 ? 0 : errors / (errors + received),
    refused, unreadable, setAside, turnedAway: trouble(of('turned-away')),
    sendFailures: rows.filter(({ what, count }) => what.startsWith('failed:') && count > 0).toSorted((a, b) => b.count - a.count).map((row) => {
      const kind = row.what.slice('failed:'.length)
      return { kind, title: titles[kind] ?? kind, ...trouble(row) }
    }),
  }
}
