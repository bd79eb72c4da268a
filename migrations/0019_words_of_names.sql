-- Names by their words: whoever has a word that is like the misspelt one is found without reading all that have some of its letters.
create index individuals_words on individuals using gin (regexp_split_to_array(lower(name collate "default"), '[[:space:][:punct:]]+'))
  with (gin_pending_list_limit = 256) where merged_into is null and deleted_at is null;
create index accounts_words on accounts using gin (regexp_split_to_array(lower(name collate "default"), '[[:space:][:punct:]]+'))
  with (gin_pending_list_limit = 256) where merged_into is null and deleted_at is null;

-- For each word of a name, but for the shortest, the words of names that are most like it: itself, if a name has it; none, if it is like none.
-- Two neighbours exchanged leave n - 3 of the n + 1 trigrams of n letters, and n + 5 in both spellings; in short names one letter
-- (Meyer, Meier) makes as much of a difference.
create function spellings(name text) returns table (near text[]) language plpgsql set enable_seqscan = off as $$
declare
  asked text;
begin
  for asked in select word from words_of(name) word where length(word) > 2 loop
    if exists (select from name_words n where n.word = asked) then
      near := array[asked];
    else
      perform set_config('pg_trgm.word_similarity_threshold', greatest(0.33, (length(asked) - 3.0) / (length(asked) + 5))::text, true);
      select array_agg(n.word order by n.score desc, n.word) filter (where n.score >= 0.9 * n.best) into near from (
        select n.word, similarity(n.word, asked) as score, max(similarity(n.word, asked)) over () as best from name_words n where asked <% n.word
        order by score desc, word limit 8
      ) n;
    end if;
    return next;
  end loop;
end $$;
