-- What a merge asks for: the open suggestions of one individual.
create index link_suggestions_record on link_suggestions (record_id) where decision is null;

-- Messaging users whose numbers are compared by a key of an older version.
create index messaging_users_version on messaging_users (coalesce(match_version, 0), id);
