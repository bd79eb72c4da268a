-- Search for individuals by any part of a phone number, however it is spelled, and of an e-mail.

create index individual_phones_search on individual_phones
  using gin (((regexp_replace(number, '\D', '', 'g') || ' ' || coalesce(e164, '')) collate "default") gin_trgm_ops);
create index individual_emails_search on individual_emails using gin ((match_key collate "default") gin_trgm_ops);
create index accounts_recent on accounts (created_at desc, id desc) where merged_into is null and deleted_at is null;
