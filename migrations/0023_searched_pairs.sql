-- Scripts that write words with few characters: every two in a row stand at the end of the searched text as words of their own, because one or two
-- of them make no trigram inside a word, and are found at the beginning of one. As in `searched_words`.
create function pairs_of(name text) returns text language sql immutable parallel safe as $$
  select string_agg(' ' || substr(word, n, 2), '')
  from regexp_split_to_table(name collate "default", '\s+') word cross join generate_series(2, length(word)) n
  where word ~ '[\u0590-\u1dff\u2e80-\ufdff\ufe20-\uffff\U00010000-\U0001efff\U00020000-\U0010ffff]'
$$;
create or replace function searched_text(name text, external_id text, platform_key text) returns text language sql immutable parallel safe
  return lower((name || ' ' || coalesce(external_id, '') || ' ' || platform_key
    || case when name ~ '[\u0590-\u1dff\u2e80-\ufdff\ufe20-\uffff\U00010000-\U0001efff\U00020000-\U0010ffff]' then coalesce(pairs_of(name), '') else '' end) collate "default");

update messaging_user_activity a set searched = searched_text(u.name, u.external_id, u.platform_key)
from messaging_users u where u.id = a.messaging_user_id and a.searched <> searched_text(u.name, u.external_id, u.platform_key);
drop index messaging_users_search;
create index messaging_users_search on messaging_users using gin ((searched_text(name, external_id, platform_key) collate "default") gin_trgm_ops)
  with (gin_pending_list_limit = 256);
