-- What a search compares, beside what the list of messaging users is sorted by: looking through the newest reads no record. It is written with
-- the person, and kept by the trigger.
create function searched_text(name text, external_id text, platform_key text) returns text language sql immutable parallel safe as $$
  select lower((name || ' ' || coalesce(external_id, '') || ' ' || platform_key) collate "default")
$$;

alter table messaging_user_activity add column searched text;
update messaging_user_activity a set searched = searched_text(u.name, u.external_id, u.platform_key) from messaging_users u where u.id = a.messaging_user_id;
alter table messaging_user_activity alter column searched set not null;
analyze messaging_user_activity;

create function keep_activity_searched() returns trigger language plpgsql as $$
begin
  update messaging_user_activity set searched = searched_text(new.name, new.external_id, new.platform_key) where messaging_user_id = new.id;
  return null;
end $$;
create trigger activity_searched after update of name, external_id, platform_key on messaging_users
  for each row when ((old.name, old.external_id, old.platform_key) is distinct from (new.name, new.external_id, new.platform_key))
  execute function keep_activity_searched();
