-- A channel may push our own message (its echo), or the customer's reply to it, before its response to our request.
-- The echo is then stored as a separate message, perhaps in a separate conversation; when the response names their ids, they
-- are merged with ours (decision 9).

-- Merges the message and conversation that have the ids of the response with ours, where that is safe. Returns the failure that was reported of the echo meanwhile, or null. The company's counter row is locked.
create or replace function merge_echo(p_company bigint, p_channel bigint, p_message bigint, p_external_id text,
  p_external_conversation_id text) returns text
language plpgsql as $$
declare
  mine messages;
  echo messages;
  thread bigint;
begin
  select m.* into mine from messages m where m.company_id = p_company and m.id = p_message;
  select m.* into echo from messages m
    where m.company_id = p_company and m.channel_id = p_channel and m.external_id = p_external_id
      and m.id > p_message and m.origin = 'channel' and not m.is_inbound;
  if echo.id is not null then
    perform merge_echo_message(echo, mine);
  end if;
  for thread in
    select echo.conversation_id union
    select e.conversation_id from conversation_external_ids e
      where e.company_id = p_company and e.channel_id = p_channel and e.external_id = p_external_conversation_id
  loop
    if thread <> mine.conversation_id then
      perform merge_echo_conversation(thread, mine);
    end if;
  end loop;
  return echo.error_message;
end $$;

-- Removes the echo; references to it point to our message.
create or replace function merge_echo_message(echo messages, mine messages) returns void language plpgsql as $$
begin
  update messages m set replied_to_id = mine.id
    where m.company_id = mine.company_id and m.conversation_id in (echo.conversation_id, mine.conversation_id)
      and m.replied_to_id = echo.id;
  update channel_callbacks n set message_id = mine.id
    where n.company_id = mine.company_id and n.channel_id = mine.channel_id and n.message_id = echo.id;
  perform release_attachments(mine.company_id, files_of(mine.company_id, 'message', array[echo.id]), 0);
  insert into reactions (company_id, message_id, kind, who, name, emojis, changed_at, taken)
    select r.company_id, mine.id, r.kind, r.who, r.name, r.emojis, r.changed_at, r.taken
    from reactions r where r.company_id = mine.company_id and r.message_id = echo.id
    on conflict do nothing;
  update message_changes g set message_id = mine.id
    where g.company_id = mine.company_id and g.message_id = echo.id and g.kind = 'reaction' and not exists (
      select from message_changes o where o.company_id = mine.company_id and o.message_id = mine.id and o.kind = 'reaction');
  update messages m set has_changes = true
    where m.company_id = mine.company_id and m.id = mine.id and echo.has_changes and not m.has_changes;
  perform move_receipts(mine.company_id, echo.id, mine.id);
  delete from messages m where m.company_id = mine.company_id and m.id = echo.id;
  insert into united_ids (company_id, id, into_id) values (mine.company_id, echo.id, mine.id);
  perform summarise_conversation(mine.company_id, echo.conversation_id);
  perform write_event(mine.company_id, 'message_united', 'channel', mine.channel_id, conversation => c.id, inbox => c.inbox_id,
      message => echo.id, cause => 'message', cause_id => mine.id, data => jsonb_build_object('message_id', echo.id),
      at => clock_timestamp())
    from conversations c where c.company_id = mine.company_id and c.id = echo.conversation_id;
end $$;

-- Merges a conversation that an echo or a reply of the customer opened while our message was in flight: its messages
-- move to ours. An older one, or one in which people have worked, stays unchanged.
create or replace function merge_echo_conversation(thread bigint, mine messages) returns void language plpgsql as $$
declare
  company bigint := mine.company_id;
  was conversations;
  ours conversations;
  moved messages[];
  m messages;
begin
  select c.* into was from conversations c where c.company_id = company and c.id = thread;
  select c.* into ours from conversations c where c.company_id = company and c.id = mine.conversation_id;
  moved := array(select x from messages x where x.company_id = company and x.conversation_id = thread order by x.sort_at, x.id);
  if was.id < mine.id or was.channel_id <> mine.channel_id
      or was.status not in ('open', 'archived') or ours.status not in ('open', 'archived')
      or exists (select from unnest(moved) x where x.origin <> 'channel')
      or exists (select from calls k where k.company_id = company and k.conversation_id = thread)
      or exists (select from drafts d where d.company_id = company and d.conversation_id = thread) then
    return;
  end if;

  update messages x set conversation_id = ours.id where x.company_id = company and x.conversation_id = thread;
  update conversation_external_ids e set conversation_id = ours.id where e.company_id = company and e.conversation_id = thread;
  insert into conversation_teammates (company_id, conversation_id, teammate_id)
    select company, ours.id, g.teammate_id from conversation_teammates g where g.company_id = company and g.conversation_id = thread
    on conflict do nothing;
  delete from conversations c where c.company_id = company and c.id = thread;
  insert into united_ids (company_id, id, into_id) values (company, thread, ours.id);
  update conversations c set contact_id = coalesce(c.contact_id, was.contact_id), assignee_id = coalesce(c.assignee_id, was.assignee_id),
      recipient_name = coalesce(c.recipient_name, was.recipient_name),
      newest_delivered_at = greatest(c.newest_delivered_at, was.newest_delivered_at),
      status = case when was.last_inbound_id > 0 then was.status else c.status end
    where c.company_id = company and c.id = ours.id;
  perform give_to_assignees(company, array[ours.id]);
  perform summarise_conversation(company, ours.id);

  perform write_event(company, 'conversation_deleted', 'channel', mine.channel_id, conversation => was.id, inbox => was.inbox_id,
    target_kind => 'inbox', target => was.inbox_id, cause => 'message', cause_id => mine.id,
    data => jsonb_build_object('conversation_id', was.id), at => clock_timestamp());
  foreach m in array moved loop
    perform write_event(company, case when m.is_inbound then 'inbound' else 'out_reply' end, 'channel', mine.channel_id,
      conversation => ours.id, inbox => ours.inbox_id, message => m.id, cause => 'message', cause_id => mine.id,
      at => clock_timestamp());
  end loop;
  if was.last_inbound_id > 0 and was.status <> ours.status then
    perform write_event(company, case was.status when 'open' then 'reopen' else 'archive' end, 'channel', mine.channel_id,
      conversation => ours.id, inbox => ours.inbox_id, cause => 'message', cause_id => mine.id, at => clock_timestamp());
  end if;
end $$;
