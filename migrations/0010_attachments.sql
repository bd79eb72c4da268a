-- Files that came with messages. What is in them is in the blob store, under the hash of the content.
create table attachments (
  messaging_user_id uuid not null,
  id uuid not null,
  message_id uuid not null,
  channel_id uuid not null,
  position smallint not null,
  kind text not null check (kind in ('image', 'audio', 'video', 'file', 'sticker')),
  platform_id text,                -- how the platform is asked for it
  url text,
  media_type text,                 -- as the platform says; once stored, as the content says
  file_name text,
  size bigint,
  state text not null default 'waiting' check (state in ('waiting', 'stored', 'too_large', 'refused', 'gone')),
  reason text,                     -- why it is not stored, for the operator
  sha256 text check ((sha256 is not null) = (state = 'stored')),
  created_at timestamptz not null default now(),
  settled_at timestamptz,
  primary key (messaging_user_id, id)
);
create index attachments_message on attachments (messaging_user_id, message_id, position);
create index attachments_by_id on attachments (id);
create index attachments_blob on attachments (sha256) where sha256 is not null;
