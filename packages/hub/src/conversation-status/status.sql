-- Queues the status of the conversations that a batch of events assigned, archived, reopened, trashed or restored, for each channel that
-- knows them and whose type wants to hear of it. Returns how many.
create or replace function queue_conversation_statuses(p_company bigint, p_after bigint, p_up_to bigint) returns bigint
language plpgsql as $$
begin
  perform 1 from counters c where c.company_id = p_company for update;
  return count(queue_message_change(p_company, x.channel_id, null, x.conversation_id, 'conversation_status', x.channel_id::text)) from (
    select distinct i.conversation_id, i.channel_id
    from events e
    join conversation_external_ids i on i.company_id = p_company and i.conversation_id = e.conversation_id
    join channels c on c.company_id = p_company and c.id = i.channel_id and c.deleted_at is null
    join channel_types t on t.company_id = p_company and t.id = c.channel_type_id and 'conversation_status' = any(t.capabilities)
    where e.company_id = p_company and e.number > p_after and e.number <= p_up_to
      and e.type in ('assign', 'unassign', 'archive', 'reopen', 'trash', 'restore')
    order by i.conversation_id, i.channel_id) x;
end $$;
