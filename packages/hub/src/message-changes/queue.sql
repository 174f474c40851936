-- Changes of sent messages: state, not events. What is sent is what holds at that moment, with a version that only grows, so that a
-- repeat is harmless. They wait for no message, take a company's lock only to be stored, and have connections of their own.

-- Queues a change, or moves the one that there is to its next version. The caller holds the company's counter row, and has written what
-- the version says. Exactly one of p_message and p_conversation is given. Returns the version.
create or replace function queue_message_change(p_company bigint, p_channel bigint, p_message bigint, p_conversation bigint, p_kind text,
  p_part text) returns integer language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  was message_changes;
  drawn bigint;
begin
  if p_message is not null then
    select c.* into was from message_changes c
      where c.company_id = p_company and c.message_id = p_message and c.kind = p_kind and c.part = p_part for update;
  else
    select c.* into was from message_changes c
      where c.company_id = p_company and c.conversation_id = p_conversation and c.kind = p_kind and c.part = p_part for update;
  end if;
  if was.id is null then
    update counters c set last_number = c.last_number + 1 where c.company_id = p_company returning c.last_number into drawn;
    insert into message_changes (company_id, id, channel_id, message_id, conversation_id, kind, part, version)
      values (p_company, drawn, p_channel, p_message, p_conversation, p_kind, p_part, 1);
    update messages m set has_changes = true where m.company_id = p_company and m.id = p_message and not m.has_changes;
    return 1;
  end if;
  perform renew_message_change(was, 1);
  return was.version + 1;
end $$;

-- Makes a change pending (again). One in flight keeps its claim: its result counts for the version that was sent.
create or replace function renew_message_change(was message_changes, p_step integer) returns void language sql as $$
  update message_changes c set version = was.version + p_step, state = 'pending', retries = 0, error_code = null, error_message = null,
      since = case when was.state = 'pending' then was.since else now() end,
      next_attempt_at = case when is_in_flight(was) then was.next_attempt_at else now() end
    where c.company_id = was.company_id and c.id = was.id
$$;

create or replace function is_in_flight(c message_changes) returns boolean language sql stable as $$
  select c.claim_id is not null and c.next_attempt_at > now()
$$;

-- A person's decision about the changes of a kind that the channel did not take. An answer to one in flight is waited for.
--   p_verb   retry (failed) | discard (failed, pending)
-- Returns those that it was about, as they were.
create or replace function decide_message_changes(p_company bigint, p_message bigint, p_kind text, p_verb text, p_actor text, p_actor_id bigint)
returns setof message_changes language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  was message_changes;
begin
  perform 1 from counters c where c.company_id = p_company for update;
  for was in
    select c.* from message_changes c where c.company_id = p_company and c.message_id = p_message and c.kind = p_kind
      and (c.state = 'failed' or p_verb = 'discard' and c.state = 'pending' and not is_in_flight(c) and not c.may_have_arrived)
    order by c.id for update
  loop
    if p_verb = 'retry' then
      perform renew_message_change(was, 0);
    else
      update message_changes c set state = 'dropped', claim_id = null where c.company_id = p_company and c.id = was.id;
    end if;
    perform write_event(p_company, 'message_change', p_actor, p_actor_id, conversation => v.id, inbox => v.inbox_id, message => m.id,
        data => jsonb_build_object('kind', was.kind, 'state', case p_verb when 'retry' then 'pending' else 'dropped' end))
      from messages m join conversations v on v.company_id = p_company and v.id = m.conversation_id
      where m.company_id = p_company and m.id = p_message;
    return next was;
  end loop;
end $$;
