-- The life of a session: who serves it, how it ends, what wakes it; and the channel's tier.

alter table channels
  add column platform_type text not null default 'Enhanced' check (platform_type in ('Standard', 'Enhanced')),
  add column inactivity_minutes integer check (inactivity_minutes between 5 and 30);

alter table sessions
  add column owner_id text,                    -- operator who serves it
  add column agent_type text check (agent_type in ('Agent', 'Bot', 'BotToAgent', 'System')),
  add column accepted_at timestamptz,
  add column ended_by text check (ended_by in ('Agent', 'Bot', 'EndUser', 'System')),
  add column end_user_language text,
  -- when the session's present state runs out by itself
  add column timer_at timestamptz,
  add column first_response_seconds integer,
  add column average_response_seconds integer,
  -- whom the messaging user was linked to when the session began; today's link is on the messaging user
  add column contact_id uuid,
  add column account_id uuid,
  add column lead_id uuid,
  add column employee_id uuid,
  add column person_account_id uuid;
create index sessions_timer on sessions (timer_at) where timer_at is not null;
create index sessions_owner on sessions (owner_id, started_at desc, id desc) where owner_id is not null;

-- What happened to a session besides messages: changes of status and of owner.
create table session_events (
  messaging_user_id uuid not null,
  id uuid not null,
  session_id uuid not null,
  kind text not null check (kind in ('StatusChanged', 'OwnerChanged')),
  from_value text,
  to_value text,
  actor_type text not null check (actor_type in ('Agent', 'Bot', 'EndUser', 'System')),
  actor text,
  happened_at timestamptz not null,
  primary key (messaging_user_id, id)
);
create index session_events_transcript on session_events (messaging_user_id, happened_at desc, id desc);
