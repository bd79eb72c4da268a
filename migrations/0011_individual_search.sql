-- Search for individuals by any part of a phone number, however it is spelled, and of an e-mail.

-- As it was given, and as it is dialled from anywhere. Stored, because a search for few digits compares many of them.
alter table individual_phones add column digits text
  generated always as (regexp_replace(number, '\D', '', 'g') || ' ' || coalesce(e164, '')) stored;
create index individual_phones_search on individual_phones using gin ((digits collate "default") gin_trgm_ops);
create index individual_emails_search on individual_emails using gin ((match_key collate "default") gin_trgm_ops);
create index accounts_recent on accounts (created_at desc, id desc) where merged_into is null and deleted_at is null;
