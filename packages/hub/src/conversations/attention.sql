-- Moves a teammate's read position; p_message null means "up to the newest", by number, since late messages are sorted before others;
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
  target := coalesce(p_message, greatest(conv.last_message_id, conv.last_inbound_id, conv.last_missed_call), 0);
  select a.read_up_to into was from attention a
    where a.company_id = p_company and a.teammate_id = p_teammate and a.conversation_id = p_conversation;
  if was = target or (target > 0 and was > target) then return 'unchanged'; end if;
  insert into attention (company_id, teammate_id, conversation_id, read_up_to)
    values (p_company, p_teammate, p_conversation, target)
    on conflict (company_id, teammate_id, conversation_id) do update set read_up_to = excluded.read_up_to;
  perform write_event(p_company, 'read', 'teammate', p_teammate, conversation => conv.id, inbox => conv.inbox_id,
    data => jsonb_build_object('unread', greatest(conv.last_inbound_id, conv.last_missed_call) > target));
  return 'moved';
end $$;
