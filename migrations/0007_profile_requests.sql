-- When a platform was last asked about a person, whatever came of it.

alter table messaging_users add column profile_fetched_at timestamptz;
