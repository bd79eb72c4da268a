-- A search through the newest individuals reads their e-mails from the key, not each from its row.
alter table individual_emails drop constraint individual_emails_pkey, add primary key (individual_id, id) include (match_key);
