-- An identifier that is the number somebody is known by is a phone number, whatever it was called: by that kind people are compared.
update aliases a set kind = 'phone' from messaging_users u
where u.id = a.messaging_user_id and u.external_id = '+' || a.key and a.kind <> 'phone' and a.resolves and a.until is null;

-- Ids are compared with those of one system: the same id is somebody else's in another. Rules from before get the system there is, if there is but one;
-- the others rest until somebody says which: they would fit nobody, and create.
alter table link_rules add column external_id_system text;
update link_rules set external_id_system = (select min(system) from external_ids where object = 'individual' having count(distinct system) = 1)
where match_on && array['user_id', 'external_id'];
update link_rules set is_active = false where match_on && array['user_id', 'external_id'] and external_id_system is null;

-- Whoever is linked is asked about no more.
update link_suggestions s set decision = case when s.record_id = l.record_id then 'taken' else 'obsolete' end, decided_at = now()
from links l where l.messaging_user_id = s.messaging_user_id and l.kind = s.kind and l.unlinked_at is null and s.decision is null;
