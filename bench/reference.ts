import { Client, type ClientConfig } from 'pg'
import { uuidv7 } from 'uuidv7'
import { applySettings } from '../src/record/apply.ts'
import { PHONE_MATCH_VERSION } from '../src/record/phone/match-key.ts'

/**
 * The rows of inbound messages written by one set-based statement and nothing else around it: no HTTP, no signature, no
 * connector, no checks. What the database alone can do with this record.
 */
const write = `
  with i as (
    select * from unnest($1::text[], $2::text[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $10::uuid[])
      as i(key, event_id, user_id, session_id, message_id, alias_id, history_id, line_id)
  ), claimed as (
    insert into inbound_events (channel_id, event_id) select $8, event_id from i order by event_id on conflict do nothing returning event_id
  ), fresh as (
    select i.*, (select a.messaging_user_id from aliases a where a.channel_id = $8 and a.key = i.key and a.until is null) as known_id
    from i join claimed using (event_id)
  ), new_people as (
    select distinct on (key) * from fresh where known_id is null order by key
  ), new_aliases as (
    insert into aliases (id, messaging_user_id, channel_id, kind, key, since, evidence)
    select alias_id, user_id, $8, 'user_id', key, now(), 'first contact: event ' || event_id from new_people
  ), new_users as (
    insert into messaging_users (id, channel_id, platform_key, name, name_source, consent_status, consent_since, consent_line_count, profile_at,
                                 match_version)
    select user_id, $8, key, 'Person ' || key, 'platform', 'ImplicitlyOptedIn', now(), 1, now(), ${PHONE_MATCH_VERSION} from new_people
  ), new_history as (
    insert into messaging_user_history (messaging_user_id, id, field, new_value, source)
    select user_id, history_id, 'created', to_jsonb(key), 'platform' from new_people
  ), new_lines as (
    insert into consent_events (messaging_user_id, number, id, channel_id, purpose, to_status, source, message_id, happened_at)
    select user_id, 1, line_id, $8, 'all', 'ImplicitlyOptedIn', 'message', message_id, now() from new_people
  ), new_sessions as (
    insert into sessions (messaging_user_id, id, channel_id, status, origin, started_at, end_user_message_count, last_message_at, preview)
    select user_id, session_id, $8, 'Waiting', 'InboundInitiated', now(), 1, now(), left($9, 200) from new_people
  ), new_activity as (
    insert into messaging_user_activity (messaging_user_id, channel_id, consent_status, active_at, first_message_at, last_message_at, session_count, message_count, searched)
    select user_id, $8, 'ImplicitlyOptedIn', now(), now(), now(), 1, 1, searched_text('Person ' || key, null, key) from new_people
  ), placed as (
    select f.message_id, f.event_id, coalesce(f.known_id, n.user_id) as user_id,
           coalesce((select s.id from sessions s where s.messaging_user_id = f.known_id and s.ended_at is null), n.session_id) as session_id
    from fresh f left join new_people n on n.key = f.key
  ), messages_written as (
    insert into messages (messaging_user_id, id, session_id, channel_id, direction, type, text, platform_message_id, sent_at, sender)
    select user_id, message_id, session_id, $8, 'inbound', 'text', $9, event_id, now(), 'EndUser' from placed
  ), counts as (
    select user_id, session_id, count(*) as n from placed group by 1, 2
  ), sessions_touched as (
    update sessions s set end_user_message_count = end_user_message_count + n, last_message_at = now(), preview = left($9, 200)
    from counts c where s.messaging_user_id = c.user_id and s.id = c.session_id
  )
  update messaging_user_activity a set message_count = message_count + n, last_message_at = now(), active_at = now()
  from counts c where a.messaging_user_id = c.user_id`

const text = `Message: ${'where is my parcel? '.repeat(20)}`

/** @returns messages per second on two connections with batches of 100. */
export async function setBasedRate(connection: ClientConfig, channelId: string, keys: string[], run: string, seconds: number): Promise<number> {
  // Each connection has its share of the people, as lanes do: else two batches could wait for each other's rows.
  const shares = [0, 1].map(share => keys.filter(key => key.charCodeAt(key.length - 1) % 2 === share))
  let written = 0
  const began = performance.now()
  const end = began + seconds * 1000
  await Promise.all(shares.map(async (share, lane) => {
    let next = 0
    let replanAt = 100
    const client = new Client(connection)
    await client.connect()
    await client.query(applySettings)
    while (next + 100 <= share.length && performance.now() < end) {
      // What was planned over empty tables reads them from end to end: Muster's queue has its statements planned anew in the same way.
      if (next >= replanAt) {
        await client.query('discard plans')
        replanAt *= 4
      }
      const from = next
      next += 100
      // a key twice in one batch would be two first contacts for this simple statement
      const batch = [...new Set(share.slice(from, next))]
      written += batch.length
      const ids = () => batch.map(() => uuidv7())
      await client.query({
        name: 'write', text: write,
        values: [batch, batch.map((_, n) => `${run}-${lane}-${from + n}`), ids(), ids(), ids(), ids(), ids(), channelId, text, ids()],
      })
    }
    await client.end()
  }))
  return written / ((performance.now() - began) / 1000)
}
