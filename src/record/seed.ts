import type { Pool } from 'pg'

/** Where made-up people write; not a platform, so nothing can be sent to them. */
const CHANNEL = '00000000-0000-7000-8000-0000000005ed'
/** People in one transaction. */
const CHUNK = 25_000

const firstNames = ['Ana', 'Ben', 'Carla', 'David', 'Elif', 'Fatima', 'Georg', 'Hana', 'Ivan', 'Julia', 'Karim', 'Lena', 'Mateo', 'Nora', 'Oliver', 'Priya',
  'Quentin', 'Rosa', 'Samir', 'Tereza', 'Ulrike', 'Viktor', 'Wanda', 'Xavier', 'Yuki', 'Zoe', 'Aiko', 'Bruno', 'Chloe', 'Diego', 'Emma', 'Felix']
/** The first is borne by three in a hundred, the others about equally often. */
const lastNames = ['Smith', ...['Ander', 'Berg', 'Castel', 'Dahl', 'Engel', 'Fern', 'Gold', 'Hart', 'Ibar', 'Janko', 'Kowal', 'Lind', 'Mora', 'Novak', 'Oliv', 'Peter']
  .flatMap(stem => ['son', 'mann', 'ski', 'ez', 'ova', 'ini', 'er', 'berg', 'stein', 'dottir', 'ho', 'ton', 'ley', 'worth', 'quist', 'ano'].map(end => stem + end))]

/**
 * Makes up people: as many contacts, and as many messaging users with a session, two messages and a line of the consent ledger, every
 * second of them linked. Set-based; goes on where it stood. The same number gives the same people.
 * @param onProgress hears how many there are
 */
export async function seedPeople(pool: Pool, count: number, onProgress: (done: number) => void): Promise<void> {
  await pool.query(`
    insert into channels (id, type, name, config, is_active, iso_country_code) values ($1, 'byoc', 'Made-up people', '{}', false, 'DE') on conflict do nothing`, [CHANNEL])
  const { rows } = await pool.query<{ done: number }>('select count(*)::int as done from messaging_users where channel_id = $1', [CHANNEL])
  for (let from = rows[0]!.done; from < count; from += CHUNK) {
    const to = Math.min(from + CHUNK, count)
    await pool.query(write, [CHANNEL, from, to, firstNames, lastNames])
    onProgress(to)
  }
  await pool.query('analyze individuals, individual_phones, individual_emails, messaging_users, messaging_user_activity, aliases, sessions, messages, links, consent_events')
}

/** Ids are made of the number, so that nothing has to be looked up: uuid v7 of a moment n seconds after a fixed one, and of its kind. */
const id = (kind: number) => `(lpad(to_hex(1735689600000 + p.n::bigint * 1000), 12, '0') || '7${kind}008000' || lpad(to_hex(p.n), 12, '0'))::uuid`

const write = `
  with p as materialized (
    select n, hashint4(n) & 2147483647 as h, hashint4(n + 7919) & 2147483647 as g,
           timestamptz '2025-01-01 00:00:00+00' + n * interval '20 seconds' as at
    from generate_series($2::int, $3::int - 1) as n
  ), q as materialized (
    select p.n, p.at, ${id(1)} as person, ${id(2)} as usr, ${id(3)} as alias, ${id(4)} as session, ${id(5)} as m1, ${id(6)} as m2, ${id(7)} as link,
      ${id(8)} as line, ${id(9)} as history,
      ($4::text[])[1 + h % cardinality($4::text[])] as first,
      case when g % 100 < 3 then ($5::text[])[1] else ($5::text[])[2 + g % (cardinality($5::text[]) - 1)] end as last,
      '+4915' || lpad((10000000 + p.n)::text, 9, '0') as phone, g % 2 = 0 as linked
    from p
  ), i as (
    insert into individuals (id, kind, name, first_name, last_name, iso_country_code, created_at, updated_at)
    select person, 'contact', first || ' ' || last, first, last, 'DE', at, at from q
  ), ph as (
    insert into individual_phones (individual_id, id, number, e164, match_key, match_version) select person, person, phone, phone, phone, 1 from q
  ), em as (
    insert into individual_emails (individual_id, id, email, match_key)
    select person, person, lower(first || '.' || last || n) || '@example.com', lower(first || '.' || last || n) || '@example.com' from q
  ), u as (
    insert into messaging_users (id, channel_id, platform_key, external_id, name, name_source, consent_status, consent_since, consent_line_count, iso_country_code,
                                 e164, match_key, match_version, contact_id, created_at, updated_at)
    select usr, $1, phone, phone, first || ' ' || last, 'platform', 'ImplicitlyOptedIn', at, 1, 'DE', phone, phone, 1, case when linked then person end, at, at from q
  ), ac as (
    insert into messaging_user_activity (messaging_user_id, channel_id, active_at, first_message_at, last_message_at, session_count, message_count)
    select usr, $1, at + interval '1 minute', at, at + interval '1 minute', 1, 2 from q
  ), al as (
    insert into aliases (id, messaging_user_id, channel_id, kind, key, since, evidence) select alias, usr, $1, 'phone', phone, at, 'made up' from q
  ), hi as (
    insert into messaging_user_history (messaging_user_id, id, field, new_value, source) select usr, history, 'created', to_jsonb(phone), 'system' from q
  ), se as (
    insert into sessions (messaging_user_id, id, channel_id, status, origin, started_at, ended_at, ended_by, last_message_at, end_user_message_count,
                          agent_message_count, preview)
    select usr, session, $1, 'Ended', 'InboundInitiated', at, at + interval '1 hour', 'System', at + interval '1 minute', 1, 1, 'It is on its way.' from q
  ), me as (
    insert into messages (messaging_user_id, id, session_id, channel_id, direction, type, text, platform_message_id, sent_at, received_at, sender)
    select usr, m1, session, $1, 'inbound', 'text', 'Where is my parcel?', 'in-' || n, at, at, 'EndUser' from q
    union all
    select usr, m2, session, $1, 'outbound', 'text', 'It is on its way.', 'out-' || n, at + interval '1 minute', at, 'Agent' from q
  ), li as (
    insert into links (messaging_user_id, id, kind, record_id, source, reason, linked_at)
    select usr, link, 'contact', person, 'rule', 'made up', at from q where linked
  )
  insert into consent_events (messaging_user_id, number, id, channel_id, purpose, to_status, source, happened_at)
  select usr, 1, line, $1, 'all', 'ImplicitlyOptedIn', 'message', at from q`
