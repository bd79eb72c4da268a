-- Applying the link rules to everybody, in the background.
create table link_runs (
  id uuid primary key,
  is_trial boolean not null,
  status text not null default 'running' check (status in ('running', 'done', 'failed', 'cancelled')),
  total bigint not null,
  done bigint not null default 0,
  after_id uuid not null default '00000000-0000-0000-0000-000000000000',   -- where it goes on
  linked bigint not null default 0,
  created bigint not null default 0,
  suggested bigint not null default 0,
  ambiguous bigint not null default 0,
  started_at timestamptz not null default now(),
  started_by text,
  ended_at timestamptz
);
create unique index link_runs_one on link_runs (status) where status = 'running';
create index link_runs_recent on link_runs (started_at desc, id desc);
