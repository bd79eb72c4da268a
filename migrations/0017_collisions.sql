-- For statements that a commit follows without a look at what they answered: what they find to be otherwise than it was read breaks the
-- transaction off, and whoever sent it begins anew.
create function collide_unless(as_read boolean) returns void language plpgsql as $$
begin
  if as_read is not true then
    raise serialization_failure using message = 'Another transaction was faster';
  end if;
end $$;
