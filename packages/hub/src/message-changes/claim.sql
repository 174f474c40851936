-- Channels with a due change, the longest waiting first; of a channel whose deliveries are paused, stopped or left alone, none, unless
-- it was deleted. Read-only, across companies.
create or replace function channels_with_due_changes(p_limit integer)
returns table (company_id bigint, channel_id bigint) language sql stable
set enable_seqscan = off set enable_bitmapscan = off
as $$
  with recursive waiting(company_id, channel_id, due) as (
    (select c.company_id, c.channel_id, c.next_attempt_at from message_changes c
      where c.state = 'pending' order by c.company_id, c.channel_id, c.next_attempt_at limit 1)
    union all
    select f.company_id, f.channel_id, f.next_attempt_at from waiting l cross join lateral (
      select c.company_id, c.channel_id, c.next_attempt_at from message_changes c
      where c.state = 'pending' and (c.company_id, c.channel_id) > (l.company_id, l.channel_id)
      order by c.company_id, c.channel_id, c.next_attempt_at limit 1) f
  )
  select l.company_id, l.channel_id from waiting l where is_due_change(l.due) and takes_changes(l.company_id, l.channel_id)
  order by l.due limit p_limit
$$;

-- A time beyond the longest delay is from a clock that was set back.
create or replace function is_due_change(next_attempt_at timestamptz) returns boolean language sql stable as $$
  select next_attempt_at <= now() or next_attempt_at > now() + interval ':longest_retry_seconds seconds' + interval '1 minute'
$$;

create or replace function takes_changes(p_company bigint, p_channel bigint) returns boolean language sql stable as $$
  select not exists (
    select from channel_delivery_states l
    where l.company_id = p_company and l.channel_id = p_channel
      and (l.stopped_at is not null or l.paused_until > now() or l.open_until > now())
      and not exists (select from channels c where c.company_id = p_company and c.id = p_channel and c.deleted_at is not null))
$$;

-- Claims a few due changes of a channel until their lease ends, one of each message or conversation: the next waits for it.
--   p_kinds   those that this hub knows
create or replace function claim_message_changes(p_company bigint, p_channel bigint, p_kinds text[], p_claim uuid, p_limit integer,
  p_lease_seconds integer)
returns setof message_changes language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  ids bigint[];
begin
  select array_agg(x.id) into ids from (
    select c.id from message_changes c
    where c.company_id = p_company and c.channel_id = p_channel and c.kind = any(p_kinds) and c.state = 'pending' and is_due_change(c.next_attempt_at)
      and takes_changes(p_company, p_channel) and not exists (
        select from message_changes e where e.company_id = p_company and e.message_id = c.message_id and e.state = 'pending'
          and (e.since, e.id) < (c.since, c.id))
      and not exists (
        select from message_changes e
        where e.company_id = p_company and e.conversation_id = c.conversation_id and e.channel_id = c.channel_id and e.state = 'pending'
          and (e.since, e.id) < (c.since, c.id))
    order by c.next_attempt_at, c.id limit p_limit for update skip locked) x;
  return query update message_changes c
    set claim_id = p_claim, next_attempt_at = now() + make_interval(secs => p_lease_seconds)
    where c.company_id = p_company and c.id = any(ids)
    returning c.*;
end $$;

-- Ends a claim. A result counts while the change is in its claim; of an older version than the one that holds now, the newer one is
-- still to be sent. 'waiting': its message is not sent yet.
--   p_settled   SettledChange[] (queries.ts)
-- Returns the changes whose result counted, with the state that they have now.
create or replace function settle_message_changes(p_company bigint, p_channel bigint, p_claim uuid, p_settled jsonb)
returns table (id bigint, state text) language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  x record;
  was message_changes;
  becomes text;
begin
  perform 1 from counters c where c.company_id = p_company for update;
  for x in
    select * from jsonb_to_recordset(p_settled) as s(id bigint, version integer, outcome text, delay_ms bigint, pause_ms bigint,
      error_code text, error_message text, may_have_arrived boolean)
  loop
    select c.* into was from message_changes c
      where c.company_id = p_company and c.id = x.id and c.claim_id = p_claim and c.state = 'pending' for update;
    continue when not found;
    becomes := case when x.outcome = 'waiting' or x.outcome <> 'dropped' and was.version > x.version then 'pending' else x.outcome end;
    if x.outcome = 'waiting' then
      update message_changes c set claim_id = null, next_attempt_at = now() + x.delay_ms * interval '1 millisecond'
        where c.company_id = p_company and c.id = x.id;
    else
      update message_changes c set state = becomes, claim_id = null,
          retries = case when x.outcome = 'pending' and was.version = x.version then was.retries + 1 else 0 end,
          next_attempt_at = now() + coalesce(x.delay_ms, 0) * interval '1 millisecond',
          error_code = case when was.version = x.version then x.error_code end,
          error_message = case when was.version = x.version then x.error_message end,
          -- what was taken for certain is what the customer has
          may_have_arrived = x.outcome <> 'done' and (was.may_have_arrived or coalesce(x.may_have_arrived, false))
        where c.company_id = p_company and c.id = x.id;
      perform tell_message_change(was, becomes);
    end if;
    if x.pause_ms is not null then
      perform record_channel_health(p_company, p_channel, null, null, clock_timestamp(), x.pause_ms);
    end if;
    id := was.id;
    state := becomes;
    return next;
  end loop;
end $$;

create or replace function tell_message_change(change message_changes, state text) returns void language plpgsql as $$
declare
  told jsonb := jsonb_build_object('kind', change.kind, 'state', state);
begin
  if change.message_id is null then
    perform write_event(change.company_id, 'conversation_change', 'system', null, conversation => v.id, inbox => v.inbox_id, data => told)
      from conversations v where v.company_id = change.company_id and v.id = change.conversation_id;
  else
    perform write_event(change.company_id, 'message_change', 'system', null, conversation => v.id, inbox => v.inbox_id,
        message => change.message_id, data => told)
      from messages m join conversations v on v.company_id = change.company_id and v.id = m.conversation_id
      where m.company_id = change.company_id and m.id = change.message_id;
  end if;
end $$;
