-- A search for what many have looks through the newest: their names are in the index that has their order.
drop index individuals_recent;
create index individuals_recent on individuals (created_at desc, id desc) include (name) where merged_into is null and deleted_at is null;
drop index accounts_recent;
create index accounts_recent on accounts (created_at desc, id desc) include (name) where merged_into is null and deleted_at is null;
