-- Choosing and claiming are two statements, because what a statement reads is as old as its start: one statement for both
-- claimed 15 to 19 of 20,000 messages twice in a race. A peek locks nothing; a claim takes the company's lock and reads again. A
-- claim without reading again sent one message twice.
-- No function here may use a bitmap scan: those never mark dead entries, and the small tables are full of them (7 to 79 µs a delivery).

-- Finds channels with a due delivery, and whether there is a slot for it; then one row without a channel: the time until the next one is due.
-- Walks from channel to channel along outbox_ready, one index probe each, however many wait there.
create or replace function find_ready_channels(p_company bigint)
returns table (company_id bigint, channel_id bigint, has_slot boolean, wait_ms bigint)
language plpgsql stable
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set jit = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  company bigint := coalesce(p_company, 0);
  channel bigint := 0;
  known_company bigint := 0;
  sending bigint[];
  first_due timestamptz;
  soonest timestamptz;
  ready record;
begin
  loop
    select o.company_id, o.channel_id into company, channel from outbox o
      where o.is_next and (o.company_id, o.channel_id) > (company, channel)
      order by o.company_id, o.channel_id, o.due_at, o.message_id limit 1;
    exit when not found or company <> p_company;
    if company <> known_company then
      sending := array(select unnest(k.messages) from delivery_claims k where k.company_id = company);
      known_company := company;
    end if;
    select o.due_at into first_due from outbox o
      where o.company_id = company and o.channel_id = channel and o.is_next and o.message_id not in (select unnest(sending))
      order by o.due_at, o.message_id limit 1;
    continue when not found;
    select greatest(first_due, l.open_until, l.paused_until) as due_at, (
        select count(*) from delivery_claims k cross join lateral unnest(k.channels) as u(channel_id)
        where k.company_id = company and u.channel_id = channel
      ) < case when l.open_until is null then t.max_in_flight else 1 end as has_slot
      into ready
      from channel_delivery_states l
      join channels c on c.company_id = l.company_id and c.id = l.channel_id
      join channel_types t on t.company_id = c.company_id and t.id = c.channel_type_id
      where l.company_id = company and l.channel_id = channel and l.stopped_at is null and c.deleted_at is null;
    if ready.due_at > now() then
      soonest := least(soonest, ready.due_at);
    elsif ready.due_at is not null then
      return query select company, channel, ready.has_slot, null::bigint;
    end if;
  end loop;
  return query select null::bigint, null::bigint, null::boolean, (extract(epoch from soonest - now()) * 1000)::bigint;
end $$;

-- Counts the free slots of these channels: the limit of the type minus the requests in flight; none while the channel pauses or
-- its circuit breaker is open; one as a probe when that time has passed.
create or replace function free_slots(p_company bigint, p_channels bigint[])
returns table (channel_id bigint, free integer)
language plpgsql stable
set enable_seqscan = off set enable_bitmapscan = off set jit = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  sending jsonb := (
    select jsonb_object_agg(x.channel_id, x.count) from (
      select u.channel_id, count(*) from delivery_claims k cross join lateral unnest(k.channels) as u(channel_id)
      where k.company_id = p_company group by u.channel_id) x);
begin
  return query
    select c.id, greatest(0, case when l.paused_until > now() then 0 when l.open_until is null then t.max_in_flight
        when l.open_until <= now() then 1 else 0 end - coalesce((sending->>c.id::text)::integer, 0))
    from unnest(p_channels) as asked(id)
    -- one by one (offset 0): in tables without statistics the planner estimates all rows of a company as one
    cross join lateral (select x.* from channel_delivery_states x where x.company_id = p_company and x.channel_id = asked.id offset 0) l
    cross join lateral (select x.* from channels x where x.company_id = p_company and x.id = asked.id offset 0) c
    cross join lateral (
      select x.* from channel_types x where x.company_id = p_company and x.id = c.channel_type_id offset 0) t
    where l.stopped_at is null and c.deleted_at is null;
end $$;

-- Reads, without a lock, the messages that may start now on these channels: the next due ones of their conversations, at most as many a
-- channel as it has free slots, and p_most (null: any number); then one that must wait for a slot (is_beyond), if there is one.
-- Beyond the bytes of one claim (:claim_bytes), later ones must wait as well: 128 of 500 kB exceeded the statement timeout.
-- Each of the others has its stored request, or the data to build it. Contents are read between two ids in order of
-- the message's id, which keeps the primary-key order: without it the whole index of the thread has the same cost.
create or replace function peek_deliveries(p_company bigint, p_channels bigint[], p_most integer[], p_limit integer)
returns table (message_id bigint, conversation_id bigint, channel_id bigint, attempts integer, retries integer, is_beyond boolean,
  request_body bytea, content unsent_contents)
language plpgsql stable
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_material = off set enable_sort = off
set jit = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  sending bigint[] := array(select unnest(k.messages) from delivery_claims k where k.company_id = p_company);
begin
  return query
    select l.message_id, l.conversation_id, l.channel_id, l.attempts, l.retries, l.is_over_slots or l.is_over_bytes,
      case when not l.is_over_bytes then l.request end, case when not l.is_over_bytes then l.content end
    from (
      select o.*, u.content, coalesce(sum(coalesce(octet_length(o.request), octet_length((u.content).body)))
        over (rows between unbounded preceding and 1 preceding), 0) >= :claim_bytes as is_over_bytes
      from (
        select d.*, d.n > a.slots as is_over_slots,
          case when d.batch_id is not null and d.n <= a.slots then stored_request(p_company, d.batch_id, d.message_id) end as request
        from free_slots(p_company, p_channels) s
        cross join lateral (
          select least(s.free, (select a.most from unnest(p_channels, p_most) as a(channel_id, most)
            where a.channel_id = s.channel_id)) as slots offset 0) a
        cross join lateral (
          select x.message_id, x.conversation_id, x.channel_id, x.attempts, x.retries, x.batch_id,
            row_number() over (order by x.due_at, x.message_id) as n
          from outbox x
          where x.company_id = p_company and x.channel_id = s.channel_id and x.is_next and x.due_at <= now()
            and x.message_id not in (select unnest(sending))
          order by x.due_at, x.message_id limit a.slots + 1
        ) d
        limit p_limit
      ) o
      left join lateral (
        select v as content from unsent_contents v
        where o.request is null and not o.is_over_slots and v.company_id = p_company and v.message_id between o.message_id and o.message_id
        order by v.message_id limit 1) u on true) l;
end $$;

-- Claims those of these deliveries that may start now, in the given order, and stores the requests of those without one, in one
-- transaction. The peek is only a hint: under the company's lock everything is read again.
--   p_attempts  the number of ended attempts at the peek; a message with a later attempt is not claimed
--   p_first, p_ends, p_bytes  messages without a request, and their requests concatenated, each up to its p_ends. They are one value
--               of bytes, because texts in an array are escaped and parsed: about 20 µs each
-- Returns the claimed messages. Another hub's claim is waited for, a few milliseconds.
create or replace function claim_deliveries(p_company bigint, p_claim uuid, p_channels bigint[],
  p_conversations bigint[], p_messages bigint[], p_attempts integer[], p_first bigint[], p_ends integer[], p_bytes bytea)
returns setof bigint
language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_mergejoin = off set jit = off
set plan_cache_mode = force_generic_plan set lock_timeout = '250ms'
as $$
#variable_conflict use_column
declare
  sending bigint[];
  claimed delivery_claims;
begin
  perform from delivery_queues q where q.company_id = p_company for update;
  if not found then
    raise exception 'company % has no queue', p_company;
  end if;
  -- a separate statement, which sees everything committed before the lock
  sending := array(select unnest(k.messages) from delivery_claims k where k.company_id = p_company);
  select array_agg(x.message_id order by x.n), array_agg(x.conversation_id order by x.n), array_agg(x.channel_id order by x.n),
      array_agg(x.message_id) filter (where x.batch_id is null and x.message_id <> all(p_first))
    into claimed.messages, claimed.conversations, claimed.channels, claimed.unsendable
    from (
      select o.*, hint.n, s.free, row_number() over (partition by o.channel_id order by o.due_at, o.message_id) as slot
      from unnest(p_conversations, p_messages, p_attempts) with ordinality as hint(conversation_id, message_id, attempts, n)
      cross join lateral (select x.* from outbox x where x.company_id = p_company and x.conversation_id = hint.conversation_id
        and x.message_id = hint.message_id offset 0) o
      join free_slots(p_company, p_channels) s on s.channel_id = o.channel_id
      where o.is_next and o.due_at <= now() and o.attempts = hint.attempts and o.message_id not in (select unnest(sending))
    ) x
    where x.slot <= x.free;
  if claimed.messages is null then
    return;
  end if;
  insert into delivery_claims (company_id, id, lease_until, messages, conversations, channels, unsendable)
    values (p_company, p_claim, now() + interval ':lease_seconds seconds', claimed.messages, claimed.conversations,
      claimed.channels, claimed.unsendable);
  perform store_requests(p_company, p_claim, p_first, p_ends, p_bytes, claimed.messages);
  return query select unnest(claimed.messages);
end $$;

-- Finds attempts whose lease has ended. Claims are few, over all companies: they are read one after the other.
create or replace function find_expired_attempts(p_limit integer)
returns table (company_id bigint, message_id bigint, channel_id bigint, claim_id uuid, attempt integer, retries integer,
  idempotent boolean)
language plpgsql stable
set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_material = off set jit = off
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
    select k.company_id, k.message_id, k.channel_id, k.id, o.attempts + 1, o.retries, t.idempotent
    from (
      select x.company_id, x.id, u.message_id, u.conversation_id, u.channel_id from (
        select y.* from delivery_claims y where y.lease_until < now() order by y.lease_until limit p_limit) x
      cross join lateral unnest(x.messages, x.conversations, x.channels) as u(message_id, conversation_id, channel_id) limit p_limit
    ) k
    cross join lateral (select x.* from outbox x where x.company_id = k.company_id and x.conversation_id = k.conversation_id
      and x.message_id = k.message_id offset 0) o
    cross join lateral (select x.* from channels x where x.company_id = k.company_id and x.id = k.channel_id offset 0) c
    cross join lateral (
      select x.* from channel_types x where x.company_id = k.company_id and x.id = c.channel_type_id offset 0) t;
end $$;

-- Limits future times after a fail-over to a node whose clock is behind. No queued message waits longer than
-- the longest undo time, no tried one longer than the schedule's longest step, no channel pauses longer than the longest
-- pause, no lease is longer than p_lease_seconds, no circuit breaker stays open for more than its 30 s: later times are from
-- another clock. The real waiting time is unknown, so the message is tried at once. Locked rows are left to the next run.
create or replace function clamp_future_times(p_lease_seconds integer) returns void language plpgsql
set enable_bitmapscan = off set jit = off
as $$
begin
  update outbox o set due_at = now() from (
      select x.company_id, x.conversation_id, x.message_id from outbox x
      where x.due_at > now() + case x.state when 'queued' then interval '60 seconds' else interval ':longest_retry_seconds seconds' end + interval '1 second'
      for update skip locked) wrong
    where o.company_id = wrong.company_id and o.conversation_id = wrong.conversation_id and o.message_id = wrong.message_id;
  update delivery_claims k set lease_until = now() + make_interval(secs => p_lease_seconds) from (
      select x.company_id, x.id from delivery_claims x
      where x.lease_until > now() + make_interval(secs => p_lease_seconds + 1)
      for update skip locked) wrong
    where k.company_id = wrong.company_id and k.id = wrong.id;
  update channel_delivery_states l set paused_until = null from (
      select x.company_id, x.channel_id from channel_delivery_states x
      where x.paused_until > now() + interval ':longest_pause_seconds seconds' + interval '1 second' for update skip locked) wrong
    where l.company_id = wrong.company_id and l.channel_id = wrong.channel_id;
  update channel_delivery_states l set open_until = now() + interval '30 seconds' from (
      select x.company_id, x.channel_id from channel_delivery_states x where x.open_until > now() + interval '31 seconds' for update skip locked) wrong
    where l.company_id = wrong.company_id and l.channel_id = wrong.channel_id;
end $$;
