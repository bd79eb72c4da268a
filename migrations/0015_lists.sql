-- Lists that take no longer in a large record than in a small one: what each is sorted and narrowed by is in an index.

-- The status of consent, also beside what a list of messaging users is sorted by. It is written with the person, and kept by the trigger.
alter table messaging_user_activity add column consent_status text not null default 'none';
drop index messaging_user_activity_channel;
update messaging_user_activity a set consent_status = u.consent_status
from messaging_users u where u.id = a.messaging_user_id and u.consent_status is not null;
create index messaging_user_activity_consent on messaging_user_activity (channel_id, consent_status, active_at desc, messaging_user_id desc);

-- Who was active after their last message: imported, or identified, before older messages came.
create index messaging_user_activity_early on messaging_user_activity (active_at desc, messaging_user_id desc) where last_message_at < active_at;

create function keep_activity_consent() returns trigger language plpgsql as $$
begin
  update messaging_user_activity set consent_status = coalesce(new.consent_status, 'none') where messaging_user_id = new.id;
  return null;
end $$;
create trigger activity_consent after update of consent_status on messaging_users
  for each row when (old.consent_status is distinct from new.consent_status) execute function keep_activity_consent();

create index messaging_users_created on messaging_users (created_at);
create index messaging_users_blocked on messaging_users (blocked_until) where blocked_until is not null;

create index sessions_open_recent on sessions (channel_id, status, started_at desc, id desc) where ended_at is null;
create index sessions_failed on sessions (channel_id, started_at desc, id desc) where status = 'Error';
create index sessions_ended_by on sessions (channel_id, ended_by, started_at desc, id desc) where ended_by is not null;
-- Nearly all begin with a message of the person, and are found among the newest.
create index sessions_origin on sessions (channel_id, origin, started_at desc, id desc) where origin <> 'InboundInitiated';

create index link_suggestions_by_id on link_suggestions (id);
create index link_suggestions_decided on link_suggestions (score desc, id desc) where decision is not null;
create index import_rows_outcome on import_rows (import_id, outcome, row);
drop index individuals_account;
create index individuals_account on individuals (account_id, created_at desc, id desc) where account_id is not null;
create index individuals_merged on individuals (merged_into) where merged_into is not null;
create index individuals_converted on individuals (converted_into) where converted_into is not null;
create index accounts_merged on accounts (merged_into) where merged_into is not null;

-- What is new in a search index waits in a list that every search reads from end to end: a short list, so that the search is fast
-- right after an import too. It costs a new messaging user about 15 microseconds.
alter index messaging_users_search set (gin_pending_list_limit = 256);
alter index individuals_search set (gin_pending_list_limit = 256);
alter index individual_phones_search set (gin_pending_list_limit = 256);
alter index individual_emails_search set (gin_pending_list_limit = 256);
alter index accounts_search set (gin_pending_list_limit = 256);

-- What several records have in common: noted as it is written, because finding it takes a look at all of them. It may be more than
-- there is: two who are one by now, or of two kinds. `record/shared-keys.ts` tidies it up.
create table shared_keys (
  source text not null check (source in ('email', 'phone', 'name')),
  key text collate "C" not null,
  primary key (source, key)
);

create function note_shared_keys(ids uuid[]) returns void language sql as $$
  insert into shared_keys
  select * from (
    select 'email' as source, a.match_key as key from individual_emails a where a.individual_id = any(ids)
      and exists (select from individual_emails b where b.match_key = a.match_key and b.individual_id <> a.individual_id)
    union
    select 'phone', a.match_key from individual_phones a where a.individual_id = any(ids)
      and exists (select from individual_phones b where b.match_key = a.match_key and b.individual_id <> a.individual_id)
  ) shared order by source, key
  on conflict do nothing
$$;
create function note_shared_keys() returns trigger language plpgsql as $$
begin
  perform note_shared_keys(array(select distinct individual_id from written));
  return null;
end $$;
create trigger shared_keys_added after insert on individual_phones referencing new table as written
  for each statement execute function note_shared_keys();
create trigger shared_keys_changed after update on individual_phones referencing new table as written
  for each statement execute function note_shared_keys();
create trigger shared_keys_added after insert on individual_emails referencing new table as written
  for each statement execute function note_shared_keys();
create trigger shared_keys_changed after update on individual_emails referencing new table as written
  for each statement execute function note_shared_keys();

-- A record that is taken out of another again.
create function note_shared_keys_again() returns trigger language plpgsql as $$
begin
  perform note_shared_keys(array[new.id]);
  return null;
end $$;
create trigger shared_keys_again after update of merged_into on individuals
  for each row when (old.merged_into is not null and new.merged_into is null) execute function note_shared_keys_again();

create function note_shared_names() returns trigger language plpgsql as $$
begin
  insert into shared_keys
  select distinct 'name', lower(w.name) from written w where w.merged_into is null and w.deleted_at is null and exists (
    select from accounts a where lower(a.name) = lower(w.name) and a.id <> w.id and a.merged_into is null and a.deleted_at is null)
  order by 2 on conflict do nothing;
  return null;
end $$;
create trigger shared_names_added after insert on accounts referencing new table as written
  for each statement execute function note_shared_names();
create trigger shared_names_changed after update on accounts referencing new table as written
  for each statement execute function note_shared_names();

insert into shared_keys select 'email', match_key from individual_emails group by match_key having count(distinct individual_id) > 1;
insert into shared_keys select 'phone', match_key from individual_phones where match_key is not null group by match_key having count(distinct individual_id) > 1;
insert into shared_keys select 'name', lower(name) from accounts where merged_into is null and deleted_at is null group by 1, 2 having count(*) > 1;

-- The words that names are made of: a misspelt one is looked for among them, because there are far fewer words than names. Words that no
-- name has any more do no harm.
create table name_words (word text primary key);
create index name_words_search on name_words using gin (word gin_trgm_ops) with (gin_pending_list_limit = 256);

create function words_of(name text) returns setof text language sql immutable parallel safe as $$
  select word from regexp_split_to_table(lower(name), '[[:space:][:punct:]]+') word where length(word) between 2 and 60
$$;
create function note_name_words() returns trigger language plpgsql as $$
begin
  insert into name_words
  select distinct w.word from written cross join lateral words_of(name) w(word) where not exists (select from name_words n where n.word = w.word)
  order by 1 on conflict do nothing;
  return null;
end $$;
create trigger name_words_added after insert on individuals referencing new table as written for each statement execute function note_name_words();
create trigger name_words_changed after update on individuals referencing new table as written for each statement execute function note_name_words();
create trigger name_words_added after insert on accounts referencing new table as written for each statement execute function note_name_words();
create trigger name_words_changed after update on accounts referencing new table as written for each statement execute function note_name_words();
insert into name_words select distinct w.word from individuals cross join lateral words_of(name) w(word) on conflict do nothing;
insert into name_words select distinct w.word from accounts cross join lateral words_of(name) w(word) on conflict do nothing;
