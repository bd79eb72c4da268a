-- How channels are doing, and which of them are only played.

alter table channels add column is_simulated boolean not null default false;

-- What happened on a channel in an hour, by kind. Every process adds what it counted every few seconds, so a flood of bad
-- requests costs the database nothing. Not the record: what a process counted last is lost when it is killed.
create table channel_counts (
  channel_id uuid not null references channels on delete cascade,
  hour timestamptz not null,
  what text not null,
  count bigint not null,
  last_at timestamptz not null,
  detail text,                     -- of the last one: why it was refused, what the platform answered
  primary key (channel_id, hour, what)
);
