import type { Pool } from 'pg'
import type { Identifier } from '../contract/inbound-event.ts'
import { currentAddress } from './outbox.ts'
import type { ChannelConfig } from './secrets.ts'
import { runner, type Statement } from './statement.ts'

/** Somebody whom the business is writing to at this moment. Ids are uuids. */
export interface WrittenTo {
  userId: string
  channelId: string
  /** Where the person is reached now; null when they gave up every address they had here. */
  to: Identifier | null
  /** The platform's id of what the person said last; null: they said nothing yet. */
  lastReceivedId: string | null
  channel: { type: string; isSimulated: boolean; config: ChannelConfig }
}

const find: Statement = {
  name: 'find_written_to',
  text: `
    select u.id as "userId", u.channel_id as "channelId",
           case when a.key is not null then json_build_object('kind', a.kind, 'key', a.key) end as "to",
           (select m.platform_message_id from messages m where m.messaging_user_id = u.id and m.direction = 'inbound'
            order by m.sent_at desc limit 1) as "lastReceivedId",
           json_build_object('type', c.type, 'isSimulated', c.is_simulated, 'config', c.config) as channel
    from messaging_users u
    join channels c on c.id = u.channel_id
    left join lateral (${currentAddress}) a on true
    where u.id = $1`,
}

/** @returns undefined if there is no such messaging user */
export async function findWrittenTo(pool: Pool, userId: string): Promise<WrittenTo | undefined> {
  return (await runner(pool, false)<WrittenTo>(find, [userId]))[0]
}
