-- Whether events of a type are entries of a conversation's timeline, as in events/catalogue.ts; a test compares the two.
create or replace function is_in_timeline(event_type text) returns boolean language sql immutable as $$
  select event_type in ('assign', 'unassign', 'archive', 'reopen', 'trash', 'restore', 'prioritize', 'tag', 'untag')
$$;

-- Draws the company's next event number and writes the event. The caller holds the company's counter row. Only what is written
-- by the batch (receive_pushed_messages, create_messages, complete_attempts) draws its numbers and writes its events itself.
--   event_type, target_kind  events/catalogue.ts; the target of an event that names a message is that message
--   cause, cause_id    what made it happen; absent, the actor did it: the teammate by hand, the API token by a call
--   at                 the transaction's time, which the events of one call share
-- Returns the number.
create or replace function write_event(
  company bigint, event_type text, actor text, actor_id bigint,
  conversation bigint default null, inbox bigint default null, message bigint default null,
  target_kind text default null, target bigint default null,
  cause text default null, cause_id bigint default null, data jsonb default null, at timestamptz default now()
) returns bigint language plpgsql as $$
#variable_conflict use_variable
declare
  event_number bigint;
begin
  update counters c set last_event = c.last_event + 1 where c.company_id = company returning c.last_event into event_number;
  insert into events (company_id, number, type, emitted_at, conversation_id, inbox_id, message_id, actor, actor_id,
      target_kind, target_id, cause, cause_id, data, in_timeline)
    values (company, event_number, event_type, at, conversation, inbox, message, actor, actor_id,
      case when message is not null then 'message' else target_kind end, target,
      coalesce(cause, case actor when 'api' then 'api_token' else actor end),
      case when cause is null then actor_id else cause_id end, data, is_in_timeline(event_type));
  return event_number;
end $$;
