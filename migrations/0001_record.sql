-- The record: channels, messaging users, aliases, sessions, messages, history, and what inbound needs to apply events once.
--
-- Ids are UUIDv7 made by the application. What belongs to a messaging user carries its id first in every primary and unique
-- key, so that these tables can be partitioned or distributed by it without a change to a statement.
-- Keys of platforms are compared byte by byte (collation "C"): faster, and no locale may decide who somebody is.

create extension if not exists pg_trgm;

create table channels (
  id uuid primary key,
  type text not null,
  name text not null unique check (name <> ''),
  account_key text collate "C",
  consent_type text not null default 'ImplicitOptIn' check (consent_type in ('ImplicitOptIn', 'ExplicitOptIn', 'DoubleOptIn')),
  iso_country_code text check (iso_country_code ~ '^[A-Z]{2}$'),
  is_active boolean not null default true,
  config jsonb not null,           -- secrets inside are encrypted
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
-- One account of a platform is one channel.
create unique index channels_account on channels (type, account_key) where account_key is not null;

create table messaging_users (
  id uuid primary key,
  channel_id uuid not null references channels,
  platform_key text collate "C" not null check (platform_key <> '' and length(platform_key) <= 255),
  external_id text,
  name text not null check (name <> '' and length(name) <= 255),
  name_source text not null check (name_source in ('platform', 'business', 'import', 'default')),
  consent_status text check (consent_status in ('ImplicitlyOptedIn', 'ExplicitlyOptedIn', 'DoublyOptedIn', 'OptedOut')),
  locale text,
  language text,
  iso_country_code text check (iso_country_code ~ '^[A-Z]{2}$'),
  profile_picture_url text,
  has_initial_response_sent boolean not null default false,
  contact_id uuid,
  account_id uuid,
  lead_id uuid,
  employee_id uuid,
  person_account_id uuid,
  owner_id text,
  blocked_reason text,
  blocked_until timestamptz,       -- 'infinity' for a block without an end
  profile_at timestamptz,          -- the platform's time of what it last said about the person; older news changes nothing
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
-- Search by any part of a name, number or handle. It folds case in every script, not only in ASCII: the key's collation "C" would
-- otherwise decide for the whole text.
create index messaging_users_search on messaging_users
  using gin (((name || ' ' || coalesce(external_id, '') || ' ' || platform_key) collate "default") gin_trgm_ops) with (fastupdate = on);

-- What every message changes, apart from the record: an update here does not have to renew the record's search index.
-- active_at is what the list sorts by: the last message, or the creation of who never wrote.
create table messaging_user_activity (
  messaging_user_id uuid primary key references messaging_users,
  channel_id uuid not null,
  active_at timestamptz not null,
  first_message_at timestamptz,
  last_message_at timestamptz,
  session_count integer not null default 0,
  message_count integer not null default 0
);
create index messaging_user_activity_active on messaging_user_activity (active_at desc, messaging_user_id desc);
create index messaging_user_activity_channel on messaging_user_activity (channel_id, active_at desc, messaging_user_id desc);

-- The registry of identity: at any time a key of a channel belongs to one messaging user. The platform key is the first alias.
-- (Unique here and not on messaging_users: a number given up by one person can later be the platform key of another.)
create table aliases (
  id uuid primary key,
  messaging_user_id uuid not null references messaging_users deferrable initially deferred,
  channel_id uuid not null,
  kind text not null,
  key text collate "C" not null check (key <> '' and length(key) <= 255),
  resolves boolean not null default true,   -- false for handles: shown, but never used to find the record
  since timestamptz not null,
  until timestamptz,
  evidence text not null
);
create unique index aliases_current on aliases (channel_id, key) where until is null;
create index aliases_of_user on aliases (messaging_user_id, since);

create table sessions (
  messaging_user_id uuid not null references messaging_users,
  id uuid not null,
  channel_id uuid not null,
  number bigint generated always as identity,
  status text not null check (status in ('New', 'Waiting', 'Active', 'Inactive', 'Paused', 'Consent', 'Ended', 'Error')),
  origin text not null,
  started_at timestamptz not null,
  ended_at timestamptz check ((ended_at is not null) = (status in ('Ended', 'Error'))),
  last_message_at timestamptz,
  end_user_message_count integer not null default 0,
  agent_message_count integer not null default 0,
  preview text,
  primary key (messaging_user_id, id)
) with (fillfactor = 80);
create unique index sessions_open on sessions (messaging_user_id) where ended_at is null;
create index sessions_by_id on sessions (id);
create index sessions_recent on sessions (started_at desc, id desc);
create index sessions_channel_recent on sessions (channel_id, started_at desc, id desc);

-- No foreign keys here: they cost a quarter of the throughput, and only record/ writes this table.
create table messages (
  messaging_user_id uuid not null,
  id uuid not null,
  session_id uuid not null,
  channel_id uuid not null,
  direction text not null check (direction in ('inbound', 'outbound')),
  type text not null,
  text text,
  content jsonb,
  platform_message_id text collate "C" not null,
  reply_to text collate "C",
  sent_at timestamptz not null,
  received_at timestamptz not null default now(),
  delivered_at timestamptz,
  read_at timestamptz,
  failed_at timestamptz,
  failure text,
  edited_at timestamptz,
  deleted_at timestamptz,
  primary key (messaging_user_id, id)
);
create unique index messages_platform_id on messages (messaging_user_id, platform_message_id);
create index messages_transcript on messages (messaging_user_id, sent_at desc, id desc);

create table messaging_user_history (
  messaging_user_id uuid not null,
  id uuid not null,
  field text not null,
  old_value jsonb,
  new_value jsonb,
  source text not null check (source in ('platform', 'operator', 'api-key', 'system')),
  actor text,
  changed_at timestamptz not null default now(),
  primary key (messaging_user_id, id)
);

-- Every event that was applied, by the platform's own id: written in the transaction of its effect, it makes redelivery harmless.
create table inbound_events (
  channel_id uuid not null,
  event_id text collate "C" not null,
  received_at timestamptz not null default now(),
  primary key (channel_id, event_id)
);

-- Receipts, edits and deletions that came before their message.
create table waiting_events (
  channel_id uuid not null,
  platform_message_id text collate "C" not null,
  id uuid not null,
  event jsonb not null,
  received_at timestamptz not null default now(),
  primary key (channel_id, platform_message_id, id)
);

-- Events that could not be applied, kept whole.
create table inbound_rejects (
  id uuid primary key,
  channel_id uuid not null references channels,
  event_id text collate "C",
  reason text not null,
  payload jsonb not null,
  received_at timestamptz not null default now(),
  replayed_at timestamptz
);
-- A redelivered reject is the same reject.
create unique index inbound_rejects_event on inbound_rejects (channel_id, event_id);
create index inbound_rejects_channel on inbound_rejects (channel_id, id desc);
create index inbound_rejects_open on inbound_rejects (channel_id) where replayed_at is null;
