-- Moves some of an inbox's conversations to another, each with its `move` event; assignees keep them. Returns how many, -1 without the other;
-- none are left when fewer than p_limit.
create or replace function move_inbox_conversations(
  p_company bigint, p_from bigint, p_to bigint, p_limit integer, p_actor text, p_actor_id bigint
) returns integer language plpgsql as $$
declare
  ids bigint[];
  names jsonb := names_of_move(p_company, p_from, p_to);
begin
  perform 1 from counters where company_id = p_company for update;
  if not exists (select 1 from inboxes i where i.company_id = p_company and i.id = p_to) then
    return -1;
  end if;
  select array_agg(x.id) into ids from (
    select c.id from conversations c where c.company_id = p_company and c.inbox_id = p_from limit p_limit) x;
  update conversations c set inbox_id = p_to where c.company_id = p_company and c.id = any(ids);
  perform give_to_assignees(p_company, ids);
  perform write_event(p_company, 'move', p_actor, p_actor_id, conversation => x.id, inbox => p_to, target_kind => 'inbox',
      target => p_from, cause => 'inbox', cause_id => p_from, data => names)
    from unnest(ids) x(id);
  return coalesce(cardinality(ids), 0);
end $$;

-- Deletes an inbox in which no conversation and no channel is left. Channels that were deleted earlier move to p_to.
-- outcome: deleted | no_inbox | not_empty
create or replace function delete_inbox(p_company bigint, p_inbox bigint, p_to bigint, p_actor text, p_actor_id bigint)
returns text language plpgsql as $$
begin
  perform 1 from counters where company_id = p_company for update;
  if exists (select 1 from conversations c where c.company_id = p_company and c.inbox_id = p_inbox)
    or exists (select 1 from channels c where c.company_id = p_company and c.inbox_id = p_inbox and c.deleted_at is null) then
    return 'not_empty';
  end if;
  update channels c set inbox_id = p_to where c.company_id = p_company and c.inbox_id = p_inbox;
  delete from inboxes i where i.company_id = p_company and i.id = p_inbox;
  if not found then
    return 'no_inbox';
  end if;
  perform write_inbox_event(p_company, p_inbox, p_actor, p_actor_id);
  return 'deleted';
end $$;
