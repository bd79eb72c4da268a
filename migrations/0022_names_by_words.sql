-- Names by their words, newest first: whoever has a word in their name is found in the order of the list, and no more of them are read
-- than are shown. Parts of names were looked for in indexes that have no order; words that have such a part are few.
drop index individuals_search;
drop index individuals_words;
drop index accounts_search;
drop index accounts_words;

-- As they are written, so that any part of a name without a space is part of a word; and without punctuation.
create function searched_words(name text) returns setof text language sql immutable parallel safe as $$
  select word from regexp_split_to_table(lower(name collate "default"), '\s+') word where word <> ''
  union
  select words_of(name collate "default") where name ~ '[[:punct:]]'
$$;
insert into name_words select distinct w.word from individuals cross join lateral searched_words(name) w(word) on conflict do nothing;
insert into name_words select distinct w.word from accounts cross join lateral searched_words(name) w(word) on conflict do nothing;

-- The whole name tells whether the other words that are looked for are in it.
create table individual_words (
  word text not null,
  created_at timestamptz not null,
  id uuid not null,
  name text not null,
  primary key (word, created_at, id) include (name)
);
create table account_words (like individual_words including all);
insert into individual_words select w.word, created_at, id, name from individuals cross join lateral searched_words(name) w(word) order by 1, 2, 3;
insert into account_words select w.word, created_at, id, name from accounts cross join lateral searched_words(name) w(word) order by 1, 2, 3;
analyze name_words, individual_words, account_words;

drop trigger name_words_added on individuals;
drop trigger name_words_changed on individuals;
drop trigger name_words_added on accounts;
drop trigger name_words_changed on accounts;
drop function note_name_words();

create function note_words_of_added() returns trigger language plpgsql as $$
begin
  insert into name_words
  select distinct w.word from written cross join lateral searched_words(name) w(word) where not exists (select from name_words n where n.word = w.word)
  order by 1 on conflict do nothing;
  execute format('insert into %I select w.word, created_at, id, name from written cross join lateral searched_words(name) w(word) order by 1, 2, 3', tg_argv[0]);
  return null;
end $$;
create function note_words_of_renamed() returns trigger language plpgsql as $$
begin
  insert into name_words
  select w.word from searched_words(new.name) w(word) where not exists (select from name_words n where n.word = w.word)
  order by 1 on conflict do nothing;
  execute format('delete from %I where word in (select searched_words($1)) and created_at = $2 and id = $3', tg_argv[0]) using old.name, old.created_at, old.id;
  execute format('insert into %I select searched_words($1), $2, $3, $1', tg_argv[0]) using new.name, new.created_at, new.id;
  return null;
end $$;
create trigger words_added after insert on individuals referencing new table as written
  for each statement execute function note_words_of_added('individual_words');
create trigger words_added after insert on accounts referencing new table as written
  for each statement execute function note_words_of_added('account_words');
create trigger words_changed after update of name on individuals
  for each row when (old.name is distinct from new.name) execute function note_words_of_renamed('individual_words');
create trigger words_changed after update of name on accounts
  for each row when (old.name is distinct from new.name) execute function note_words_of_renamed('account_words');
