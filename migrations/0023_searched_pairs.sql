-- One or two characters of a name are found among messaging users too: the pairs stand at the end of the searched text.
create or replace function searched_text(name text, external_id text, platform_key text) returns text language sql immutable parallel safe
  return lower((name || ' ' || coalesce(external_id, '') || ' ' || platform_key
    || case when name ~ '[\u0590-\U0010ffff]' then pairs_of(name) else '' end) collate "default");

update messaging_user_activity a set searched = searched_text(u.name, u.external_id, u.platform_key)
from messaging_users u where u.id = a.messaging_user_id and a.searched <> searched_text(u.name, u.external_id, u.platform_key);
drop index messaging_users_search;
create index messaging_users_search on messaging_users using gin ((searched_text(name, external_id, platform_key) collate "default") gin_trgm_ops)
  with (gin_pending_list_limit = 256);
