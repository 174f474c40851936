-- Notes that an outbound message was seen; the first time counts. Says it at most :most_seen_requests times an hour for a message.
-- outcome: seen | repeated | limited | not_outbound | no_message; wait_seconds: when it is limited
create or replace function mark_message_seen(p_company bigint, p_message bigint, p_actor text, p_actor_id bigint,
  out outcome text, out wait_seconds integer) language plpgsql as $$
declare
  message messages;
  receipt seen_receipts;
begin
  perform 1 from counters c where c.company_id = p_company for update;
  select m.* into message from messages m where m.company_id = p_company and m.id = p_message;
  if not found then outcome := 'no_message'; return; end if;
  if message.is_inbound then outcome := 'not_outbound'; return; end if;
  select s.* into receipt from seen_receipts s where s.company_id = p_company and s.message_id = p_message;
  if receipt.window_started_at > now() - interval '1 hour' and receipt.window_requests >= :most_seen_requests then
    outcome := 'limited';
    wait_seconds := ceil(extract(epoch from receipt.window_started_at + interval '1 hour' - now()));
    return;
  end if;
  insert into seen_receipts (company_id, message_id, delivered_at, first_seen_at, window_started_at, window_requests)
    values (p_company, p_message, now(), now(), now(), 1)
    on conflict (company_id, message_id) do update set
      delivered_at = coalesce(seen_receipts.delivered_at, excluded.delivered_at),
      first_seen_at = coalesce(seen_receipts.first_seen_at, excluded.first_seen_at),
      window_requests = case when seen_receipts.window_started_at > now() - interval '1 hour'
        then seen_receipts.window_requests + 1 else 1 end,
      window_started_at = case when seen_receipts.window_started_at > now() - interval '1 hour'
        then seen_receipts.window_started_at else now() end;
  outcome := case when receipt.first_seen_at is null then 'seen' else 'repeated' end;
  if outcome = 'seen' then
    perform write_event(p_company, 'message_seen', p_actor, p_actor_id, conversation => c.id, inbox => c.inbox_id, message => p_message)
      from conversations c where c.company_id = p_company and c.id = message.conversation_id;
  end if;
end $$;
