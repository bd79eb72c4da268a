import type { Pool } from 'pg'
import { PHONE_MATCH_VERSION } from './phone/match-key.ts'

/** Where made-up people write, in turn; not platforms, so nothing can be sent to them. */
const CHANNELS = [0, 1, 2, 3].map(n => `00000000-0000-7000-8000-0000000005e${n.toString(16)}`)
/** People in one transaction. */
const CHUNK = 25_000

const firstNames = ['Ana', 'Ben', 'Carla', 'David', 'Elif', 'Fatima', 'Georg', 'Hana', 'Ivan', 'Julia', 'Karim', 'Lena', 'Mateo', 'Nora', 'Oliver', 'Priya',
  'Quentin', 'Rosa', 'Samir', 'Tereza', 'Ulrike', 'Viktor', 'Wanda', 'Xavier', 'Yuki', 'Zoe', 'Aiko', 'Bruno', 'Chloe', 'Diego', 'Emma', 'Felix']
const stems = ['Ander', 'Berg', 'Castel', 'Dahl', 'Engel', 'Fern', 'Gold', 'Hart', 'Ibar', 'Janko', 'Kowal', 'Lind', 'Mora', 'Novak', 'Oliv', 'Peter']
const syllables = ['ba', 'che', 'di', 'fo', 'gu', 'ha', 'je', 'ki', 'lo', 'mu', 'na', 'pe', 'ri', 'so', 'tu', 'va']
const ends = ['son', 'mann', 'ski', 'ez', 'ova', 'ini', 'er', 'berg', 'stein', 'dottir', 'ho', 'ton', 'ley', 'worth', 'quist', 'ano']

/**
 * Makes up people: as many contacts, and as many messaging users with a session, messages and a line of the consent ledger. Three in a
 * hundred are called Smith, half of the others have one of 256 surnames, the rest one of 65,536. About every second messaging user is
 * linked to a contact, every thousandth contact to eight of them; some contacts belong to an account, and some are there twice.
 * Set-based; goes on where it stood. The same number gives the same people.
 * @param onProgress hears how many there are
 */
export async function seedPeople(pool: Pool, count: number, onProgress: (done: number) => void): Promise<void> {
  await pool.query(`
    insert into channels (id, type, name, config, is_active, iso_country_code)
    select id, 'byoc', 'Made-up people ' || n, '{}', false, 'DE' from unnest($1::uuid[]) with ordinality as c(id, n) on conflict do nothing`, [CHANNELS])
  const { rows } = await pool.query<{ done: number }>('select count(*)::int as done from messaging_users where channel_id = any($1)', [CHANNELS])
  for (let from = rows[0]!.done; from < count; from += CHUNK) {
    const to = Math.min(from + CHUNK, count)
    await pool.query(write, [CHANNELS, from, to, firstNames, stems, syllables, ends])
    onProgress(to)
  }
  await pool.query(`vacuum (analyze) accounts, account_words, individuals, individual_words, name_words, individual_phones, individual_emails, messaging_users, messaging_user_activity, aliases, sessions, messages,
    links, link_suggestions, consent_events`)
}

/** Ids are made of the number, so that nothing has to be looked up: uuid v7 of a moment n seconds after a fixed one, and of its kind. */
const id = (kind: number, n = 'p.n') => `(lpad(to_hex(1735689600000 + (${n})::bigint * 1000), 12, '0') || '7${kind.toString(16)}008000' || lpad(to_hex(${n}), 12, '0'))::uuid`
const pick = (list: string, by: string) => `(${list}::text[])[1 + (${by}) % cardinality(${list}::text[])]`

const write = `
  with numbers as (
    -- Who is there twice has the name and the e-mail of the one before.
    select n, case when n % 500 = 2 then n - 1 else n end as same from generate_series($2::int, $3::int - 1) as n
  ), p as materialized (
    select n, same, hashint4(same) & 2147483647 as h, hashint4(same + 7919) & 2147483647 as g,
           timestamptz '2025-01-01 00:00:00+00' + n * interval '20 seconds' as at
    from numbers
  ), q as materialized (
    select p.n, p.at, p.h, p.g, ${id(1)} as person, ${id(2)} as usr, ${id(3)} as alias, ${id(4)} as session, ${id(5)} as m1, ${id(6)} as m2, ${id(7)} as link,
      ${id(8)} as line, ${id(9)} as history, ${id(10)} as account_link, ${id(11)} as suggestion,
      ($1::uuid[])[1 + n % 4] as channel, ${pick('$4', 'h')} as first,
      case when g % 100 < 3 then 'Smith' when g % 2 = 0 then ${pick('$5', 'h / 32')} || ${pick('$7', 'h / 512')}
        else ${pick('$5', 'h / 32')} || ${pick('$6', 'g / 7')} || ${pick('$6', 'g / 119')} || ${pick('$7', 'h / 512')} end as last,
      -- Each its own, and no two of one moment alike: 999999937 is a prime.
      '+4915' || lpad(((p.n::bigint * 387420489 + 12345) % 999999937)::text, 9, '0') as phone, same,
      case when n % 1000 < 8 then ${id(1, 'p.n - p.n % 1000')} when g % 4 < 2 then ${id(1)} end as contact,
      case when n % 20 = 13 then ${id(12, 'p.n - p.n % 1000')} end as account,
      case when h % 100 < 2 then 'OptedOut' when h % 100 < 12 then 'ExplicitlyOptedIn' when h % 100 < 99 then 'ImplicitlyOptedIn' end as consent,
      case when n % 20 = 0 then (array['Waiting', 'Active', 'Inactive'])[1 + g % 3] end as open_status
    from p
  ), a as (
    insert into accounts (id, name, iso_country_code, created_at, updated_at)
    select ${id(12, 'n')}, last || ' & ' || first || ' ' || n, 'DE', at, at from q where n % 1000 = 0
  ), i as (
    insert into individuals (id, kind, name, first_name, last_name, account_id, iso_country_code, created_at, updated_at)
    select person, 'contact', first || ' ' || last, first, last, account, 'DE', at, at from q
  ), ph as (
    insert into individual_phones (individual_id, id, number, e164, match_key, match_version) select person, person, phone, phone, phone, ${PHONE_MATCH_VERSION} from q
  ), em as (
    insert into individual_emails (individual_id, id, email, match_key)
    select person, person, lower(first || '.' || last || same) || '@example.com', lower(first || '.' || last || same) || '@example.com' from q
  ), u as (
    insert into messaging_users (id, channel_id, platform_key, external_id, name, name_source, consent_status, consent_since, consent_line_count, iso_country_code,
                                 e164, match_key, match_version, contact_id, account_id, created_at, updated_at)
    select usr, channel, phone, phone, first || ' ' || last, 'platform', consent, at, case when consent is null then 0 else 1 end, 'DE', phone, phone,
           ${PHONE_MATCH_VERSION}, contact, case when contact = person then account end, at, at from q
  ), ac as (
    insert into messaging_user_activity (messaging_user_id, channel_id, consent_status, active_at, first_message_at, last_message_at, session_count, message_count, searched)
    select usr, channel, coalesce(consent, 'none'), at + interval '1 minute', at, at + interval '1 minute', 1, case when n % 50000 = 0 then 502 else 2 end,
           searched_text(first || ' ' || last, phone, phone) from q
  ), al as (
    insert into aliases (id, messaging_user_id, channel_id, kind, key, since, evidence) select alias, usr, channel, 'phone', phone, at, 'made up' from q
  ), hi as (
    insert into messaging_user_history (messaging_user_id, id, field, new_value, source) select usr, history, 'created', to_jsonb(phone), 'system' from q
  ), se as (
    insert into sessions (messaging_user_id, id, channel_id, status, origin, started_at, ended_at, ended_by, last_message_at, end_user_message_count,
                          agent_message_count, preview, contact_id, account_id)
    select usr, session, channel, coalesce(open_status, 'Ended'), case when g % 50 = 0 then 'TriggeredOutbound' else 'InboundInitiated' end, at,
           case when open_status is null then at + interval '1 hour' end,
           case when open_status is null then (array['System', 'System', 'System', 'Agent', 'EndUser'])[1 + h % 5] end,
           at + interval '1 minute', case when n % 50000 = 0 then 501 else 1 end, 1, 'It is on its way.', contact,
           case when contact = person then account end
    from q
  ), me as (
    insert into messages (messaging_user_id, id, session_id, channel_id, direction, type, text, platform_message_id, sent_at, received_at, sender)
    select usr, m1, session, channel, 'inbound', 'text', 'Where is my parcel?', 'in-' || n, at, at, 'EndUser' from q
    union all
    select usr, m2, session, channel, 'outbound', 'text', 'It is on its way.', 'out-' || n, at + interval '1 minute', at, 'Agent' from q
    union all
    select usr, md5(n || '/' || k)::uuid, session, channel, 'inbound', 'text', 'And now?', 'in-' || n || '/' || k, at + k * interval '100 ms', at, 'EndUser'
    from q cross join generate_series(1, 500) k where n % 50000 = 0
  ), li as (
    insert into links (messaging_user_id, id, kind, record_id, source, reason, linked_at)
    select usr, link, 'contact', contact, 'rule', 'made up', at from q where contact is not null
    union all
    select usr, account_link, 'account', account, 'contact', 'made up', at from q where contact = person and account is not null
  ), su as (
    insert into link_suggestions (messaging_user_id, id, kind, record_id, score, reasons, suggested_at)
    select usr, suggestion, 'contact', person, 60 + h % 30, '[{"code": "phone", "message": "made up"}]', at from q where contact is null and n % 25 = 0
  )
  insert into consent_events (messaging_user_id, number, id, channel_id, purpose, to_status, source, happened_at)
  select usr, 1, line, channel, 'all', consent, 'message', at from q where consent is not null`
