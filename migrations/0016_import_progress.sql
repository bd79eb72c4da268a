-- How far a dry run is, and what was undone of an import, found without reading all of its rows.

alter table imports add column trial_byte bigint not null default 0;
create index import_rows_undone on import_rows (import_id, undone, row) where undone is not null;
