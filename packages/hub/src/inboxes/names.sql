-- The names of the inboxes of a `move`, stored for ever: those of public inboxes at that time. Null when there was none.
create or replace function names_of_move(company bigint, from_inbox bigint, to_inbox bigint) returns jsonb language sql stable as $$
  select jsonb_object_agg(case i.id when from_inbox then 'from_name' else 'to_name' end, i.name)
  from inboxes i where i.company_id = company and i.id in (from_inbox, to_inbox) and i.is_public
$$;
