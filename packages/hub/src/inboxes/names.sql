-- What a `move` says of its inboxes for ever: the names they had, of those that everybody had. Null when it was none.
create or replace function names_of_move(company bigint, from_inbox bigint, to_inbox bigint) returns jsonb language sql stable as $$
  select jsonb_object_agg(case i.id when from_inbox then 'from_name' else 'to_name' end, i.name)
  from inboxes i where i.company_id = company and i.id in (from_inbox, to_inbox) and i.is_public
$$;
