-- People and organisations in the business's records, and how messaging users are linked to them.

create table accounts (
  id uuid primary key,
  name text not null check (name <> '' and length(name) <= 255),
  website text,
  iso_country_code text check (iso_country_code ~ '^[A-Z]{2}$'),
  attributes jsonb not null default '{}',   -- what the business wants to note beside these fields
  merged_into uuid references accounts,     -- who asks for this id is sent there
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index accounts_name on accounts (lower(name), id) where merged_into is null and deleted_at is null;
create index accounts_search on accounts using gin ((name collate "default") gin_trgm_ops) where merged_into is null and deleted_at is null;

create table individuals (
  id uuid primary key,
  kind text not null check (kind in ('contact', 'lead', 'employee', 'person_account')),
  name text not null check (name <> '' and length(name) <= 255),   -- as shown; first and last name where they are known
  first_name text,
  last_name text,
  account_id uuid references accounts,      -- of a contact; a person account has one of its own nature and none here
  language text,
  iso_country_code text check (iso_country_code ~ '^[A-Z]{2}$'),
  attributes jsonb not null default '{}',
  converted_into uuid references individuals,   -- a lead that became a contact
  merged_into uuid references individuals,
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index individuals_recent on individuals (created_at desc, id desc) where merged_into is null and deleted_at is null;
create index individuals_kind_recent on individuals (kind, created_at desc, id desc) where merged_into is null and deleted_at is null;
create index individuals_name on individuals (lower(last_name), lower(first_name), id) where merged_into is null and deleted_at is null;
create index individuals_account on individuals (account_id, id) where account_id is not null;
create index individuals_search on individuals using gin ((name collate "default") gin_trgm_ops) where merged_into is null and deleted_at is null;

-- Phones. The number stays as it was given; e164 is what it means, match_key what it is compared by (versioned, see record/phone/).
create table individual_phones (
  individual_id uuid not null references individuals on delete cascade,
  id uuid not null,
  number text not null check (number <> ''),
  label text,
  e164 text,
  match_key text collate "C",
  match_version integer not null,
  is_verified boolean not null default false,
  is_shared boolean not null default false,  -- a family's, a switchboard's: never links by itself
  primary key (individual_id, id)
);
create index individual_phones_match on individual_phones (match_key) where match_key is not null;
create index individual_phones_version on individual_phones (match_version, individual_id);

create table individual_emails (
  individual_id uuid not null references individuals on delete cascade,
  id uuid not null,
  email text not null check (email <> ''),
  label text,
  match_key text collate "C" not null,       -- lower case
  is_verified boolean not null default false,
  primary key (individual_id, id)
);
create index individual_emails_match on individual_emails (match_key);

-- What other systems call a record.
create table external_ids (
  object text not null check (object in ('individual', 'account')),
  system text not null check (system ~ '^[a-z0-9][a-z0-9._-]{0,59}$'),
  external_id text collate "C" not null check (external_id <> '' and length(external_id) <= 255),
  record_id uuid not null,
  primary key (object, system, external_id)
);
create index external_ids_record on external_ids (record_id);

-- Records of other kinds (case, order …) in other systems, on a messaging user or one of their sessions.
create table external_references (
  messaging_user_id uuid not null references messaging_users,
  id uuid not null,
  session_id uuid,
  system text not null,
  object text not null,
  external_id text not null,
  url text,
  label text,
  created_at timestamptz not null default now(),
  created_by text,
  primary key (messaging_user_id, id)
);
create unique index external_references_once
  on external_references (messaging_user_id, coalesce(session_id, messaging_user_id), system, object, external_id);

alter table messaging_users
  add column e164 text,                      -- of phone channels
  add column match_key text collate "C",
  add column match_version integer,
  add column is_shared boolean not null default false,
  add column account_is_manual boolean not null default false;   -- else the account follows the contact
create index messaging_users_match on messaging_users (match_key) where match_key is not null;
create index messaging_users_contact on messaging_users (contact_id) where contact_id is not null;
create index messaging_users_account on messaging_users (account_id) where account_id is not null;
create index messaging_users_lead on messaging_users (lead_id) where lead_id is not null;
create index messaging_users_employee on messaging_users (employee_id) where employee_id is not null;
create index messaging_users_person_account on messaging_users (person_account_id) where person_account_id is not null;

-- Every link there ever was. The current ones are also on the messaging user.
create table links (
  messaging_user_id uuid not null references messaging_users,
  id uuid not null,
  kind text not null check (kind in ('contact', 'lead', 'employee', 'person_account', 'account')),
  record_id uuid not null,
  source text not null check (source in ('console', 'api', 'rule', 'suggestion', 'import', 'merge', 'conversion', 'contact')),
  reason text,                               -- in words: what made it
  linked_at timestamptz not null default now(),
  linked_by text,                            -- operator or API key; null: Muster
  unlinked_at timestamptz,
  unlinked_by text,
  unlink_reason text,
  primary key (messaging_user_id, id)
);
create unique index links_current on links (messaging_user_id, kind) where unlinked_at is null;
create index links_record on links (record_id, linked_at desc) where unlinked_at is null;

-- What to do when nobody, one or several individuals fit a messaging user, for each kind of channel and individual.
create table link_rules (
  channel_type text not null,                -- of a connector, or '*' for all others
  kind text not null check (kind in ('contact', 'lead', 'employee', 'person_account')),
  is_active boolean not null default true,
  match_on text[] not null check (match_on <@ array['phone', 'email', 'user_id', 'external_id'] and cardinality(match_on) > 0),
  when_none text not null default 'prompt' check (when_none in ('create', 'prompt')),
  when_one text not null default 'prompt' check (when_one in ('auto', 'prompt')),
  updated_at timestamptz not null default now(),
  primary key (channel_type, kind)
);

create table link_suggestions (
  messaging_user_id uuid not null references messaging_users,
  id uuid not null,
  kind text not null check (kind in ('contact', 'lead', 'employee', 'person_account')),
  record_id uuid not null references individuals,
  score integer not null check (score between 1 and 100),
  reasons jsonb not null,                    -- [{ code, message }]
  suggested_at timestamptz not null default now(),
  decision text check (decision in ('taken', 'dismissed', 'obsolete')),
  decided_at timestamptz,
  decided_by text,
  primary key (messaging_user_id, id)
);
-- Said once; what was dismissed stays dismissed.
create unique index link_suggestions_once on link_suggestions (messaging_user_id, record_id);
create index link_suggestions_open on link_suggestions (score desc, id desc) where decision is null;

-- Two records of one person, or of one organisation, made one; with what it takes to undo that.
create table merges (
  id uuid primary key,
  object text not null check (object in ('individual', 'account')),
  kept_id uuid not null,
  merged_id uuid not null,
  before_image jsonb not null,               -- both records, their phones, e-mails, external ids and links
  choices jsonb not null,
  merged_at timestamptz not null default now(),
  merged_by text,
  undone_at timestamptz,
  undone_by text
);
create index merges_kept on merges (kept_id, merged_at desc);
create index merges_merged on merges (merged_id, merged_at desc);
