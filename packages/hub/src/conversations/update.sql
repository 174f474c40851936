-- Changes a conversation and writes an event for each thing that really changed.
-- p: {company, conversation, actor, actor_id, status?: open|archived|trashed|spam, assignee?: id|null, inbox?: id}
--   open, archived ──trash──▶ trashed, spam ──restore──▶ open, and from there ──archive──▶ archived
-- outcome: changed | unchanged | no_conversation | no_assignee | no_inbox | in_trash: it takes no new assignee
create or replace function update_conversation(p jsonb) returns text language plpgsql as $$
declare
  co bigint := (p->>'company')::bigint;
  who text := p->>'actor';
  who_id bigint := (p->>'actor_id')::bigint;
  was conversations;
  new_status text;
  new_assignee bigint;
  new_inbox bigint;
  step text;
begin
  perform 1 from counters where company_id = co for update;
  select c.* into was from conversations c
    where c.company_id = co and c.id = (p->>'conversation')::bigint;
  if not found then return 'no_conversation'; end if;

  new_status := coalesce(p->>'status', was.status);
  new_assignee := case when p ? 'assignee' then (p->>'assignee')::bigint else was.assignee_id end;
  new_inbox := coalesce((p->>'inbox')::bigint, was.inbox_id);
  if new_assignee is distinct from was.assignee_id and new_assignee is not null and not exists (
      select 1 from teammates t where t.company_id = co and t.id = new_assignee and not t.is_blocked) then
    return 'no_assignee';
  end if;
  if new_inbox <> was.inbox_id and not exists (select 1 from inboxes i where i.company_id = co and i.id = new_inbox) then
    return 'no_inbox';
  end if;
  if new_assignee <> coalesce(was.assignee_id, 0) and new_status = was.status and was.status in ('trashed', 'spam') then
    return 'in_trash';
  end if;

  if new_inbox <> was.inbox_id then
    perform write_event(co, 'move', who, who_id, conversation => was.id, inbox => new_inbox,
      target_kind => 'inbox', target => was.inbox_id, data => names_of_move(co, was.inbox_id, new_inbox));
  end if;
  if new_assignee is distinct from was.assignee_id then
    perform write_event(co, case when new_assignee is null then 'unassign' else 'assign' end, who, who_id,
      conversation => was.id, inbox => new_inbox, target_kind => 'teammate', target => coalesce(new_assignee, was.assignee_id),
      data => jsonb_build_object('teammate_name', teammate_name(co, coalesce(new_assignee, was.assignee_id))));
  end if;
  foreach step in array status_steps(was.status, new_status) loop
    perform write_event(co, step, who, who_id, conversation => was.id, inbox => new_inbox);
  end loop;
  if (new_status, new_assignee, new_inbox) is not distinct from (was.status, was.assignee_id, was.inbox_id) then
    return 'unchanged';
  end if;

  update conversations c set status = new_status, assignee_id = new_assignee, inbox_id = new_inbox, updated_at = now()
    where c.company_id = co and c.id = was.id;
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

-- Moves a teammate's read position; p_message null means "up to the newest", by number, since what came late stands before others;
-- -1 "mark unread".
-- outcome: moved | unchanged | no_conversation
create or replace function move_read_position(p_company bigint, p_teammate bigint, p_conversation bigint, p_message bigint)
returns text language plpgsql as $$
declare
  conv conversations;
  target bigint;
  was bigint;
begin
  perform 1 from counters where company_id = p_company for update;
  select c.* into conv from conversations c
    where c.company_id = p_company and c.id = p_conversation;
  if not found then return 'no_conversation'; end if;
  target := coalesce(p_message, greatest(conv.last_message_id, conv.last_inbound_id), 0);
  select r.message_id into was from read_positions r
    where r.company_id = p_company and r.teammate_id = p_teammate and r.conversation_id = p_conversation;
  if was = target or (target > 0 and was > target) then return 'unchanged'; end if;
  insert into read_positions (company_id, teammate_id, conversation_id, message_id)
    values (p_company, p_teammate, p_conversation, target)
    on conflict (company_id, teammate_id, conversation_id) do update set message_id = excluded.message_id;
  perform write_event(p_company, 'read', 'teammate', p_teammate, conversation => conv.id, inbox => conv.inbox_id,
    data => jsonb_build_object('unread', conv.last_inbound_id > target));
  return 'moved';
end $$;
