-- Reassigns some conversations of a teammate to another, or unassigns them: with p_to null, and in the trash. Each with its
-- event. Returns how many, -1 when p_to cannot be an assignee; none are left when fewer than p_limit.
create or replace function reassign_conversations(
  p_company bigint, p_from bigint, p_to bigint, p_limit integer, p_actor text, p_actor_id bigint
) returns integer language plpgsql as $$
declare
  ids bigint[];
begin
  perform 1 from counters where company_id = p_company for update;
  if p_to is not null and not exists (
      select 1 from teammates t where t.company_id = p_company and t.id = p_to and not t.is_blocked) then
    return -1;
  end if;
  select array_agg(x.id) into ids from (
    select c.id from conversations c where c.company_id = p_company and c.assignee_id = p_from limit p_limit) x;
  update conversations c set updated_at = now(), assignee_id = case when c.status in ('open', 'archived') then p_to end
    where c.company_id = p_company and c.id = any(ids);
  perform give_to_assignees(p_company, ids);
  perform write_event(p_company, case when c.assignee_id is null then 'unassign' else 'assign' end, p_actor, p_actor_id,
      conversation => c.id, inbox => c.inbox_id, target_kind => 'teammate', target => coalesce(c.assignee_id, p_from),
      cause => 'teammate', cause_id => p_from,
      data => jsonb_build_object('teammate_name', teammate_name(p_company, coalesce(c.assignee_id, p_from))))
    from conversations c where c.company_id = p_company and c.id = any(ids);
  return coalesce(cardinality(ids), 0);
end $$;

-- Removes a teammate who is blocked and to whom nothing is assigned: sign-in, drafts and inboxes are removed, the name stays on their
-- messages. The address may be invited again, as a new teammate.
-- outcome: removed | no_teammate | has_conversations
create or replace function remove_teammate(p_company bigint, p_teammate bigint, p_actor text, p_actor_id bigint)
returns text language plpgsql as $$
begin
  perform 1 from counters where company_id = p_company for update;
  if exists (select 1 from conversations c where c.company_id = p_company and c.assignee_id = p_teammate) then
    return 'has_conversations';
  end if;
  update teammates t set removed_at = now()
    where t.company_id = p_company and t.id = p_teammate and t.is_blocked and t.removed_at is null;
  if not found then
    return 'no_teammate';
  end if;
  delete from directory.users u using directory.sign_ins l
    where l.company_id = p_company and l.teammate_id = p_teammate and u.id = l.user_id;
  delete from directory.sign_ins l where l.company_id = p_company and l.teammate_id = p_teammate;
  delete from drafts d where d.company_id = p_company and d.author_id = p_teammate;
  delete from conversation_teammates g where g.company_id = p_company and g.teammate_id = p_teammate;
  delete from inbox_teammates m where m.company_id = p_company and m.teammate_id = p_teammate;
  perform write_teammate_event(p_company, p_teammate, p_actor, p_actor_id);
  return 'removed';
end $$;
