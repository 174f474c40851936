-- Moves some of an inbox's conversations to another, each with its `move` event. Answers how many, -1 without the other;
-- none are left when fewer than p_limit.
create or replace function move_inbox_conversations(
  p_company bigint, p_from bigint, p_to bigint, p_limit integer, p_actor text, p_actor_id bigint
) returns integer language plpgsql as $$
declare
  ev bigint;
  ids bigint[];
begin
  select last_event into ev from counters where company_id = p_company for update;
  if not exists (select 1 from inboxes i where i.company_id = p_company and i.id = p_to) then
    return -1;
  end if;
  select array_agg(x.id) into ids from (
    select c.id from conversations c where c.company_id = p_company and c.inbox_id = p_from limit p_limit) x;
  update conversations c set inbox_id = p_to where c.company_id = p_company and c.id = any(ids);
  insert into events (company_id, number, type, conversation_id, inbox_id, actor, actor_id, target_id)
    select p_company, ev + x.n, 'move', x.id, p_to, p_actor, p_actor_id, p_from from unnest(ids) with ordinality x(id, n);
  update counters set last_event = ev + coalesce(cardinality(ids), 0) where company_id = p_company;
  return coalesce(cardinality(ids), 0);
end $$;

-- Deletes an inbox in which no conversation and no channel is left. Channels that were deleted earlier go where p_to says.
-- outcome: deleted | no_inbox | not_empty
create or replace function delete_inbox(p_company bigint, p_inbox bigint, p_to bigint, p_actor text, p_actor_id bigint)
returns text language plpgsql as $$
declare
  ev bigint;
begin
  select last_event into ev from counters where company_id = p_company for update;
  if exists (select 1 from conversations c where c.company_id = p_company and c.inbox_id = p_inbox)
    or exists (select 1 from channels c where c.company_id = p_company and c.inbox_id = p_inbox and c.deleted_at is null) then
    return 'not_empty';
  end if;
  update channels c set inbox_id = p_to where c.company_id = p_company and c.inbox_id = p_inbox;
  delete from inboxes i where i.company_id = p_company and i.id = p_inbox;
  if not found then
    return 'no_inbox';
  end if;
  insert into events (company_id, number, type, actor, actor_id, data)
    values (p_company, ev + 1, 'inbox', p_actor, p_actor_id, jsonb_build_object('inbox_id', p_inbox));
  update counters set last_event = ev + 1 where company_id = p_company;
  return 'deleted';
end $$;
