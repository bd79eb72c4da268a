-- Consent: the ledger, what a channel says and listens for, the purposes one can consent to, and what a person has to look at.

alter table channels
  add column opt_out_scope text not null default 'channel' check (opt_out_scope in ('channel', 'brand', 'everything')),
  add column brand text check (brand <> '');

-- Words and replies where they differ from what Muster ships, one row for each language; 'general' is the fallback of all.
create table channel_keywords (
  channel_id uuid not null references channels on delete cascade,
  language text not null,
  keywords jsonb not null,
  updated_at timestamptz not null default now(),
  primary key (channel_id, language)
);

-- What messages are for. minimum_consent asks for more than the channel does; null: the channel's level.
create table purposes (
  key text primary key check (key ~ '^[a-z][a-z0-9-]{0,39}$' and key <> 'all'),
  label text not null unique check (label <> ''),
  minimum_consent text check (minimum_consent in ('ImplicitOptIn', 'ExplicitOptIn', 'DoubleOptIn')),
  created_at timestamptz not null default now()
);
-- Marketing by text needs consent that was given for it, not implied (US: 47 CFR 64.1200(a)(2); EU: Directive 2002/58 Art. 13).
insert into purposes (key, label, minimum_consent) values ('service', 'Service', null), ('marketing', 'Marketing', 'ExplicitOptIn');

alter table messaging_users
  add column consent_pending_until timestamptz,
  add column consent_before_pending text,
  add column consent_since timestamptz,      -- when the status was said, by the platform's time
  -- Lines in the person's ledger. Whoever adds one checks it, so that no two decide on the same state; a shortened ledger shows.
  add column consent_line_count integer not null default 0;
create index messaging_users_pending on messaging_users (consent_pending_until) where consent_pending_until is not null;

-- What was said about one purpose alone.
create table messaging_user_purposes (
  messaging_user_id uuid not null references messaging_users,
  purpose text not null references purposes,
  consent_status text check (consent_status in ('ImplicitlyOptedIn', 'ExplicitlyOptedIn', 'DoublyOptedIn', 'OptedOut')),
  primary key (messaging_user_id, purpose)
);

-- The ledger: for each messaging user a chain of lines, numbered from 1, each with the hash of the one before.
create table consent_events (
  messaging_user_id uuid not null,
  number integer not null check (number > 0),
  id uuid not null,
  channel_id uuid not null,
  purpose text not null,             -- 'all', or the key of a purpose
  from_status text,
  to_status text,
  pending_until timestamptz,
  source text not null check (source in ('message', 'keyword', 'platform', 'carrier', 'console', 'api', 'import', 'merge', 'review', 'timer', 'migration')),
  actor text,                        -- id of the operator or API key; null: the person, or Muster itself
  language text,
  words text,                        -- what the person said or was asked, word for word
  message_id uuid,
  note text,
  happened_at timestamptz not null,  -- the platform's time
  recorded_at timestamptz not null default now(),
  previous_hash bytea,
  hash bytea not null,
  primary key (messaging_user_id, number)
);

-- SHA-256 over the previous hash and the line's fields, joined by U+001F; an absent field is U+0000's picture, U+2400; times are
-- microseconds since 1970.
create function consent_event_hash(line consent_events) returns bytea language sql immutable parallel safe
return sha256(coalesce(line.previous_hash, ''::bytea) || convert_to(array_to_string(array[
  line.messaging_user_id::text, line.number::text, line.id::text, line.channel_id::text, line.purpose, line.from_status, line.to_status,
  (extract(epoch from line.pending_until) * 1000000)::bigint::text, line.source, line.actor, line.language, line.words,
  line.message_id::text, line.note, (extract(epoch from line.happened_at) * 1000000)::bigint::text,
  (extract(epoch from line.recorded_at) * 1000000)::bigint::text], E'\u001f', E'\u2400'), 'UTF8'));

create function chain_consent_event() returns trigger language plpgsql as $$
begin
  select hash into new.previous_hash from consent_events
  where messaging_user_id = new.messaging_user_id and number = new.number - 1;
  if new.previous_hash is null and new.number > 1 then
    raise 'Line % of the consent ledger has no line before it', new.number using errcode = 'integrity_constraint_violation';
  end if;
  new.recorded_at := now();
  new.hash := consent_event_hash(new);
  return new;
end $$;
create trigger chain before insert on consent_events for each row execute function chain_consent_event();

create function refuse_consent_change() returns trigger language plpgsql as $$
begin
  raise 'The consent ledger is append-only: % is refused', tg_op using errcode = 'insufficient_privilege';
end $$;
create trigger append_only before update or delete or truncate on consent_events for each statement execute function refuse_consent_change();

-- Those who were there before the ledger.
insert into consent_events (messaging_user_id, number, id, channel_id, purpose, to_status, source, happened_at, note)
select id, 1, gen_random_uuid(), channel_id, 'all', consent_status, 'migration', updated_at, 'Status when the ledger began'
from messaging_users where consent_status is not null;
update messaging_users set consent_line_count = 1, consent_since = updated_at where consent_status is not null;

-- Free text that reads like a revocation: somebody has to decide, within ten business days.
create table consent_reviews (
  messaging_user_id uuid not null,
  id uuid not null,
  channel_id uuid not null,
  message_id uuid not null,
  phrase text not null,
  language text,
  flagged_at timestamptz not null,
  due_at timestamptz not null,
  decision text check (decision in ('OptedOut', 'NoRevocation')),
  decided_at timestamptz,
  decided_by text,
  note text,
  primary key (messaging_user_id, id),
  check ((decision is null) = (decided_at is null))
);
create index consent_reviews_open on consent_reviews (due_at, id) where decision is null;
create index consent_reviews_decided on consent_reviews (decided_at desc, id desc) where decision is not null;
create index consent_reviews_by_id on consent_reviews (id);
-- One message is flagged once.
create unique index consent_reviews_message on consent_reviews (messaging_user_id, message_id);

-- The same person on another channel: the digits of a phone number, however the platform spells it.
create index aliases_phone on aliases (regexp_replace(key, '\D', '', 'g')) where kind = 'phone' and until is null;
