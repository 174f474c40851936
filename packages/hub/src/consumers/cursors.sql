-- Makes a consumer known. A new one begins behind the newest event of every company that there is when this commits; a company
-- that is made later has no cursor, and begins at 0. Without registration a consumer gets no events.
create or replace function register_consumer(p_name text) returns void language plpgsql as $$
begin
  insert into directory.consumers (name) values (p_name) on conflict do nothing;
  if found then
    insert into consumer_cursors (company_id, consumer, last_event)
      select c.company_id, p_name, c.last_event from counters c on conflict do nothing;
  end if;
end $$;

-- Whether the next attempt is due. It is never later than the longest back-off from now, in case the clock was set back.
create or replace function is_retry_due(retry_at timestamptz) returns boolean language sql stable as $$
  select retry_at is null or retry_at <= now() or retry_at > now() + interval '5 minutes'
$$;

-- Moves a consumer over the next events of a company, at most so many; after a failure one. The row stays locked until the
-- caller's transaction ends: what it does in it happens with the move, or not at all. No row: there is nothing, it is not yet
-- time to try again, or another hub is at it.
--   after_event, up_to  the events moved over: the numbers in (after_event, up_to]
--   is_wanted           whether any is of the consumer's types
create or replace function take_events(p_company bigint, p_consumer text, p_types text[], p_limit integer)
returns table (after_event bigint, up_to bigint, is_wanted boolean) language plpgsql as $$
declare
  was consumer_cursors;
  newest bigint;
  target bigint;
begin
  select k.* into was from consumer_cursors k where k.company_id = p_company and k.consumer = p_consumer for update skip locked;
  if not found and exists (select from directory.consumers r where r.name = p_consumer)
      and not exists (select from consumer_cursors k where k.company_id = p_company and k.consumer = p_consumer) then
    insert into consumer_cursors (company_id, consumer) values (p_company, p_consumer) on conflict do nothing returning * into was;
  end if;
  if was.company_id is null or not is_retry_due(was.retry_at) then return; end if;

  select c.last_event into newest from counters c where c.company_id = p_company;
  target := least(newest, was.last_event + case when was.failures > 0 then 1 else p_limit end);
  if target <= was.last_event then return; end if;

  update consumer_cursors k set last_event = target, failures = 0, retry_at = null
    where k.company_id = p_company and k.consumer = p_consumer;
  return query select was.last_event, target, exists (
    select from events e where e.company_id = p_company and e.number > was.last_event and e.number <= target and e.type = any(p_types));
end $$;

-- Doubles the time until the next attempt after a failure, from a second to five minutes.
create or replace function put_off_consumer(p_company bigint, p_consumer text)
returns table (failures integer, retry_seconds float8) language sql as $$
  insert into consumer_cursors as k (company_id, consumer, failures, retry_at)
    values (p_company, p_consumer, 1, now() + interval '1 second')
    on conflict (company_id, consumer) do update
      set failures = k.failures + 1, retry_at = now() + least(interval '5 minutes', interval '1 second' * 2 ^ least(k.failures, 20))
    returning k.failures, extract(epoch from k.retry_at - now())::float8
$$;

-- Companies with events that a consumer has not moved over, where it is time for it. Read-only, across companies.
create or replace function lagging_consumers(p_consumers text[], p_limit integer)
returns table (consumer text, company_id bigint) language sql stable as $$
  select n.name, c.company_id
  from directory.consumers n cross join counters c
  left join consumer_cursors k on k.company_id = c.company_id and k.consumer = n.name
  where n.name = any(p_consumers) and c.last_event > coalesce(k.last_event, 0) and is_retry_due(k.retry_at)
  limit p_limit
$$;

-- Counts how far each registered consumer is behind: events over all companies, the age of the oldest in seconds, companies where
-- it fails.
create or replace function consumer_lag(p_consumers text[])
returns table (consumer text, events float8, seconds float8, failing integer) language sql stable as $$
  select n.name, coalesce(sum(c.last_event - coalesce(k.last_event, 0)), 0)::float8,
    coalesce(extract(epoch from clock_timestamp() - min(e.emitted_at)), 0)::float8,
    (count(*) filter (where k.failures > 0))::integer
  from directory.consumers n
  left join counters c on true
  left join consumer_cursors k on k.company_id = c.company_id and k.consumer = n.name
  left join events e on e.company_id = c.company_id and e.number = coalesce(k.last_event, 0) + 1
  where n.name = any(p_consumers)
  group by n.name
$$;
