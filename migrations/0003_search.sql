-- Search folds case in every script, not only in ASCII: the key's collation "C" would otherwise decide for the whole text.
drop index messaging_users_search;
create index messaging_users_search on messaging_users
  using gin (((name || ' ' || coalesce(external_id, '') || ' ' || platform_key) collate "default") gin_trgm_ops) with (fastupdate = on);
