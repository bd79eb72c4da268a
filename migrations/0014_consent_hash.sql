-- The trigger that chains the ledger, three times as fast: many lines are written at once when people are imported.

create or replace function chain_consent_event() returns trigger language plpgsql as $$
begin
  new.previous_hash := null;
  if new.number > 1 then
    select hash into new.previous_hash from consent_events
    where messaging_user_id = new.messaging_user_id and number = new.number - 1;
    if new.previous_hash is null then
      raise 'Line % of the consent ledger has no line before it', new.number using errcode = 'integrity_constraint_violation';
    end if;
  end if;
  new.recorded_at := now();
  -- What consent_event_hash says, which cannot be called here at the same price; verification compares the two.
  new.hash := sha256(coalesce(new.previous_hash, ''::bytea) || convert_to(array_to_string(array[
    new.messaging_user_id::text, new.number::text, new.id::text, new.channel_id::text, new.purpose, new.from_status, new.to_status,
    (extract(epoch from new.pending_until) * 1000000)::bigint::text, new.source, new.actor, new.language, new.words,
    new.message_id::text, new.note, (extract(epoch from new.happened_at) * 1000000)::bigint::text,
    (extract(epoch from new.recorded_at) * 1000000)::bigint::text], E'\u001f', E'\u2400'), 'UTF8'));
  return new;
end $$;
