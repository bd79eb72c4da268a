-- Names by their words, newest first: whoever has a word in their name is found in the order of the list, and no more of them are read
-- than are shown. Parts of names were looked for in indexes that have no order; words that have such a part are few.
drop index individuals_search;
drop index individuals_words;
drop index accounts_search;
drop index accounts_words;

-- Of scripts that write words with few characters, every two in a row, as words of their own: one or two of them make no trigram inside a word.
-- Emoji are no letters. Names of other scripts have none; whoever asks for them looks first, because calling this takes longer.
create function pairs_of(name text) returns text language sql immutable parallel safe as $$
  select coalesce(string_agg(' ' || substr(word, n, 2), ''), '')
  from regexp_split_to_table(name collate "default", '\s+') word cross join generate_series(2, length(word)) n
  where word ~ '[\u0590-\u1dff\u2e80-\ufdff\ufe20-\uffff\U00010000-\U0001efff\U00020000-\U0010ffff]'
$$;
-- As they are written, so that any part of a name without a space is part of a word; without punctuation; and by pairs.
create function searched_words(name text) returns setof text language sql immutable parallel safe as $$
  select word from regexp_split_to_table(lower((name || case when name ~ '[\u0590-\U0010ffff]' then pairs_of(name) else '' end) collate "default"), '\s+') word
  where word <> ''
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

-- As before, but nobody is looked for by two characters when they were misspelt.
create or replace function spellings(name text) returns table (near text[]) language plpgsql set enable_seqscan = off as $$
declare
  asked text;
  likeness text;
begin
  for asked in select word from words_of(name) word where length(word) > 2 loop
    if exists (select from name_words n where n.word = asked) then
      near := array[asked];
    else
      likeness := greatest(0.33, (length(asked) - 3.0) / (length(asked) + 5));
      perform set_config('pg_trgm.similarity_threshold', likeness, true), set_config('pg_trgm.word_similarity_threshold', likeness, true);
      with whole as materialized (
        select n.word from name_words n where n.word % asked and length(n.word) > 2
      ), alike as (
        select word from whole
        union all
        select n.word from name_words n where asked <% n.word and length(n.word) > 2 and not exists (select from whole)
      ), best as (
        select word, similarity(word, asked) as score from alike order by score desc, word limit 8
      )
      select array_agg(word order by score desc, word) into near from best where score >= 0.9 * (select max(score) from best);
    end if;
    return next;
  end loop;
end $$;

drop trigger name_words_added on individuals;
drop trigger name_words_changed on individuals;
drop trigger name_words_added on accounts;
drop trigger name_words_changed on accounts;
drop function note_name_words();

create function note_words_of_added() returns trigger language plpgsql as $$
begin
  -- Whether a word is there already is asked of its key alone: a plan that was made while there were none would compare it with all.
  insert into name_words
  select distinct w.word from written cross join lateral searched_words(name) w(word) order by 1 on conflict do nothing;
  execute format('insert into %I select w.word, created_at, id, name from written cross join lateral searched_words(name) w(word) order by 1, 2, 3', tg_argv[0]);
  return null;
end $$;
create function note_words_of_renamed() returns trigger language plpgsql as $$
begin
  insert into name_words
  select w.word from searched_words(new.name) w(word) order by 1 on conflict do nothing;
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
