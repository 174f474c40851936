-- Cancels waiting deliveries. The locks of counters and queue are held.
create or replace function cancel_deliveries(p_company bigint, p_messages bigint[], p_decider bigint, p_error_code text,
  p_error_message text) returns void language sql as $$
  with gone as (
    delete from outbox o using messages m
      where m.company_id = p_company and m.id = any(p_messages)
        and o.company_id = m.company_id and o.conversation_id = m.conversation_id and o.message_id = m.id
      returning o.*)
  insert into deliveries (company_id, message_id, conversation_id, channel_id, state, attempts, retries, error_code, error_message,
      batch_id, external_conversation_id, decided_by)
    select g.company_id, g.message_id, g.conversation_id, g.channel_id, 'cancelled', g.attempts, g.retries,
      coalesce(p_error_code, g.error_code), coalesce(p_error_message, g.error_message), g.batch_id, g.external_conversation_id, p_decider
    from gone g
$$;
