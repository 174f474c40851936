-- The actions on a conversation, one function each. Each locks the company's counter row, and writes an event when
-- something changed; several in one transaction are atomic. Refusals are outcomes (conversation-actions.ts).

-- Locks a conversation until the end of the transaction; null: there is none.
create or replace function lock_conversation(p_company bigint, p_conversation bigint) returns conversations
language plpgsql as $$
declare
  found_one conversations;
begin
  perform 1 from counters where company_id = p_company for update;
  select c.* into found_one from conversations c where c.company_id = p_company and c.id = p_conversation;
  return found_one;
end $$;

-- p_assignee null: unassigns. A conversation in the trash or spam takes no new assignee. An assignee without its inbox is
-- given the conversation alone.
-- outcome: changed | unchanged | no_conversation | no_assignee | in_trash
create or replace function assign_conversation(
  p_company bigint, p_conversation bigint, p_actor text, p_actor_id bigint, p_assignee bigint)
returns text language plpgsql as $$
declare
  was conversations := lock_conversation(p_company, p_conversation);
begin
  if was.id is null then return 'no_conversation'; end if;
  if p_assignee is not distinct from was.assignee_id then return 'unchanged'; end if;
  if p_assignee is not null and not exists (
      select 1 from teammates t where t.company_id = p_company and t.id = p_assignee and not t.is_blocked) then
    return 'no_assignee';
  end if;
  if p_assignee is not null and was.status in ('trashed', 'spam') then return 'in_trash'; end if;
  perform write_event(p_company, case when p_assignee is null then 'unassign' else 'assign' end, p_actor, p_actor_id,
    conversation => was.id, inbox => was.inbox_id, target_kind => 'teammate', target => coalesce(p_assignee, was.assignee_id),
    data => jsonb_build_object('teammate_name', teammate_name(p_company, coalesce(p_assignee, was.assignee_id))));
  update conversations c set assignee_id = p_assignee, updated_at = now()
    where c.company_id = p_company and c.id = was.id;
  perform give_to_assignees(p_company, array[was.id]);
  return 'changed';
end $$;

-- Its assignee keeps it, also without the new inbox.
-- outcome: changed | unchanged | no_conversation | no_inbox
create or replace function move_conversation(
  p_company bigint, p_conversation bigint, p_actor text, p_actor_id bigint, p_inbox bigint)
returns text language plpgsql as $$
declare
  was conversations := lock_conversation(p_company, p_conversation);
begin
  if was.id is null then return 'no_conversation'; end if;
  if p_inbox = was.inbox_id then return 'unchanged'; end if;
  if not exists (select 1 from inboxes i where i.company_id = p_company and i.id = p_inbox) then return 'no_inbox'; end if;
  perform write_event(p_company, 'move', p_actor, p_actor_id, conversation => was.id, inbox => p_inbox,
    target_kind => 'inbox', target => was.inbox_id, data => names_of_move(p_company, was.inbox_id, p_inbox));
  update conversations c set inbox_id = p_inbox, updated_at = now() where c.company_id = p_company and c.id = was.id;
  perform give_to_assignees(p_company, array[was.id]);
  return 'changed';
end $$;

-- p_status: open | archived | trashed | spam
--   open, archived ──trash──▶ trashed, spam ──restore──▶ open, and from there ──archive──▶ archived
-- outcome: changed | unchanged | no_conversation
create or replace function set_conversation_status(
  p_company bigint, p_conversation bigint, p_actor text, p_actor_id bigint, p_status text)
returns text language plpgsql as $$
declare
  was conversations := lock_conversation(p_company, p_conversation);
  step text;
begin
  if was.id is null then return 'no_conversation'; end if;
  if p_status = was.status then return 'unchanged'; end if;
  foreach step in array status_steps(was.status, p_status) loop
    perform write_event(p_company, step, p_actor, p_actor_id, conversation => was.id, inbox => was.inbox_id);
  end loop;
  update conversations c set status = p_status, updated_at = now() where c.company_id = p_company and c.id = was.id;
  return 'changed';
end $$;

-- The events that lead from one status to another.
create or replace function status_steps(was text, becomes text) returns text[] language sql immutable as $$
  select case
    when becomes = was then array[]::text[]
    when becomes in ('trashed', 'spam') then array['trash']
    when was in ('trashed', 'spam') and becomes = 'archived' then array['restore', 'archive']
    when was in ('trashed', 'spam') then array['restore']
    when becomes = 'archived' then array['archive']
    else array['reopen']
  end
$$;
