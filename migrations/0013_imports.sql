-- Mass creation of messaging users: what was handed in, what is to become of it, and what became of each row.

create table imports (
  id uuid primary key,
  file_name text not null check (file_name <> ''),
  is_file boolean not null,                  -- else rows are handed in piece by piece
  status text not null check (status in
    ('uploading', 'ready', 'checking', 'running', 'paused', 'done', 'cancelled', 'failed', 'undoing', 'undone')),
  failure text,                              -- why it failed, in words
  channel_id uuid references channels,       -- of rows that name none
  consent_source text check (consent_source <> ''),   -- where the consent was given, for rows that do not say
  consent_at timestamptz,
  sha256 text,                               -- of the file as it was handed in
  encoding text,
  delimiter text,
  header jsonb not null default '[]',
  mapping jsonb not null default '[]',       -- for each column what it means, or null
  sample jsonb not null default '[]',        -- the first rows, as they are
  size bigint not null default 0,            -- bytes of the file as it is kept, in UTF-8
  data_row bigint not null default 0,        -- where the rows begin: number of the row before them, and byte
  data_byte bigint not null default 0,
  row bigint not null default 0,             -- how far it is
  byte bigint not null default 0,
  created bigint not null default 0,
  changed bigint not null default 0,
  unchanged bigint not null default 0,
  rejected bigint not null default 0,
  trial jsonb,                               -- what the last dry run found
  undo_row bigint not null default 0,        -- how far undoing is
  removed bigint not null default 0,
  reverted bigint not null default 0,
  kept bigint not null default 0,
  actor text,                                -- operator or API key; null: the command line
  actor_source text not null check (actor_source in ('operator', 'api-key', 'system')),
  actor_name text not null,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz
);
create index imports_recent on imports (created_at desc, id desc);
create index imports_same_file on imports (sha256) where sha256 is not null;

-- The file, in pieces in the blob store.
create table import_parts (
  import_id uuid not null references imports on delete cascade,
  byte bigint not null,                      -- where it begins
  size integer not null,
  blob text not null,
  primary key (import_id, byte)
);

-- What became of each row, and what it takes to undo it.
create table import_rows (
  import_id uuid not null references imports on delete cascade,
  row bigint not null,
  outcome text not null check (outcome in ('created', 'changed', 'unchanged', 'rejected')),
  messaging_user_id uuid,
  given text not null,                       -- who it is about, as it is in the file
  field text,                                -- the column that is the reason
  reason text,
  before jsonb,                              -- of a changed messaging user: what was and what is, field by field
  applied_at timestamptz not null default now(),
  undone text check (undone in ('removed', 'reverted', 'kept')),
  undo_reason text,
  primary key (import_id, row)
);
create index import_rows_user on import_rows (import_id, messaging_user_id) where messaging_user_id is not null;

-- What columns mean, by their names, to be used again.
create table import_mappings (
  name text primary key check (name <> '' and length(name) <= 120),
  columns jsonb not null,
  updated_at timestamptz not null default now()
);

-- Messaging users who are gone. Their ledger is append-only and stays; how long it has to be is kept here.
create table erased_users (
  id uuid primary key,
  lines integer not null,
  erased_at timestamptz not null default now()
);
