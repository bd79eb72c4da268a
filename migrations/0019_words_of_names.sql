-- Names by their words: whoever has a word that is like the misspelt one is found without reading all that have some of its letters.
create index individuals_words on individuals using gin (regexp_split_to_array(lower(name collate "default"), '[[:space:][:punct:]]+'))
  with (gin_pending_list_limit = 256) where merged_into is null and deleted_at is null;
create index accounts_words on accounts using gin (regexp_split_to_array(lower(name collate "default"), '[[:space:][:punct:]]+'))
  with (gin_pending_list_limit = 256) where merged_into is null and deleted_at is null;

-- For each word of a name, but for the shortest, the words of names that are most like it: itself, if a name has it; else those that are like it
-- as a whole; else those of which a part is; none, if there are none.
-- Two neighbours exchanged leave n - 3 of the n + 1 trigrams of n letters, and n + 5 in both spellings; in short names one letter
-- (Meyer, Meier) makes as much of a difference.
create function spellings(name text) returns table (near text[]) language plpgsql set enable_seqscan = off as $$
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
        select n.word from name_words n where n.word % asked
      ), alike as (
        select word from whole union all select n.word from name_words n where asked <% n.word and not exists (select from whole)
      ), best as (
        select word, similarity(word, asked) as score from alike order by score desc, word limit 8
      )
      select array_agg(word order by score desc, word) into near from best where score >= 0.9 * (select max(score) from best);
    end if;
    return next;
  end loop;
end $$;
