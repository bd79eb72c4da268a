-- Who may come in: operators with their sessions and passwords (kept by better-auth, in our names), and API keys.

create table operators (
  id uuid primary key,
  name text not null,
  email text not null unique,      -- in lower case
  email_verified boolean not null default false,
  image text,
  role text not null default 'viewer' check (role in ('admin', 'agent', 'viewer')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table operator_sessions (
  id uuid primary key,
  operator_id uuid not null references operators on delete cascade,
  token text not null unique,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index operator_sessions_operator on operator_sessions (operator_id);

-- How an operator signs in: one line a provider; `credential` is e-mail and password.
create table operator_accounts (
  id uuid primary key,
  operator_id uuid not null references operators on delete cascade,
  provider_id text not null,
  account_id text not null,
  password text,                   -- scrypt
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (provider_id, account_id)
);
create index operator_accounts_operator on operator_accounts (operator_id);

-- One-time tokens, hashed.
create table operator_verifications (
  id uuid primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index operator_verifications_identifier on operator_verifications (identifier);

create table api_keys (
  id uuid primary key,
  hash bytea not null unique,      -- SHA-256 of the key; the key itself is not kept
  hint text not null,
  name text not null,
  role text not null check (role in ('admin', 'agent', 'viewer')),
  scopes text[] not null default '{}',
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);
