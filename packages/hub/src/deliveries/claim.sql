-- Choosing and claiming are two statements, because what a statement reads is as old as its start: one that did both
-- claimed 15 to 19 of 20,000 messages twice in a race. Choosing reads, over all companies or one; claiming locks the
-- chosen lanes of one company and looks again.

-- Channels with a due delivery and a slot for it (wait_ms 0), then one row without a channel: until the next one is due.
-- Walks from channel to channel along deliveries_ready, one index probe each, however many wait there.
create or replace function choose_lanes(p_company bigint)
returns table (company_id bigint, channel_id bigint, wait_ms bigint)
language plpgsql stable
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set jit = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  co bigint := coalesce(p_company, 0);
  ch bigint := 0;
  first_due timestamptz;
  soonest timestamptz;
  lane record;
begin
  loop
    select d.company_id, d.channel_id, d.next_attempt_at into co, ch, first_due from deliveries d
      where d.is_head and d.state in ('queued', 'delayed') and (d.company_id, d.channel_id) > (co, ch)
      order by d.company_id, d.channel_id, d.next_attempt_at limit 1;
    exit when not found or co <> p_company;
    select greatest(first_due, l.open_until, l.paused_until) as due_at, (
        select count(*) from deliveries s where s.company_id = co and s.channel_id = ch and s.state = 'sending'
      ) < case when l.open_until is null then t.max_in_flight else 1 end as has_slot
      into lane
      from lanes l
      join channels c on c.company_id = l.company_id and c.id = l.channel_id
      join channel_types t on t.company_id = c.company_id and t.id = c.channel_type_id
      where l.company_id = co and l.channel_id = ch and c.deleted_at is null;
    if lane.due_at > now() then
      soonest := least(soonest, lane.due_at);
    elsif lane.has_slot then
      return query select co, ch, 0::bigint;
    end if;
  end loop;
  return query select null::bigint, null::bigint, (extract(epoch from soonest - now()) * 1000)::bigint;
end $$;

-- Locks the lanes and the deliveries that may start now: heads of their conversations that are due, at most as many a
-- channel as it has slots free, and as p_most says (null: any number); none while its breaker is open, one to probe it when
-- that time is over; none while it pauses. A lane that another hub holds is waited for, a few milliseconds: to skip it would
-- leave its messages to the poll. One that stays held fails the claim, and each channel is then claimed by itself (wanted.ts).
-- The caller starts them with start_attempts in the same transaction. Each comes with its frozen request, or, before its first
-- attempt, with what that is built from. Rows are looked up one by one (offset 0): in tables that PostgreSQL has not looked at,
-- all of a company look as few as one. Messages are asked for in order of their id, because only the primary key gives them so,
-- and without it the thread's index, all of it, looks as good.
create or replace function claim_heads(p_company bigint, p_channels bigint[], p_most integer[], p_limit integer)
returns table (message_id bigint, conversation_id bigint, channel_id bigint, attempts integer, retries integer,
  request_body bytea, external_ids json, channel_address text, replied_to_id bigint, in_reply_to text, author_id bigint,
  contact_id bigint, handle text, name text, sender_name text, recipients jsonb, subject text, body text, body_format text,
  blurb text, text text, sort_us bigint, email text, username text, first_name text, last_name text, is_admin boolean,
  is_available boolean, is_blocked boolean)
language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_material = off set enable_sort = off
set jit = off set plan_cache_mode = force_generic_plan set lock_timeout = '250ms'
as $$
#variable_conflict use_column
begin
  perform 1 from lanes l where l.company_id = p_company and l.channel_id = any(p_channels)
    order by l.channel_id for update;
  return query
    select h.message_id, h.conversation_id, h.channel_id, h.attempts, h.retries, h.request, (
        select json_agg(e.external_id order by e.id) from conversation_external_ids e
        where e.company_id = p_company and e.conversation_id = h.conversation_id),
      h.address, m.replied_to_id, (
        select r.external_id from messages r
        where r.company_id = p_company and r.id between m.replied_to_id and m.replied_to_id order by r.id limit 1),
      m.author_id, m.contact_id, m.handle, m.name, m.sender_name, m.recipients, m.subject, m.body, m.body_format, m.blurb, f.text,
      (extract(epoch from m.sort_at) * 1000000)::bigint, t.email, t.username, t.first_name, t.last_name, t.is_admin,
      t.is_available, t.is_blocked
    from (
      select d.*, c.address, (
          select q.body from delivery_requests q
          where q.company_id = p_company and q.message_id = d.message_id and d.attempts > 0) as request
      from unnest(p_channels, p_most) as lane(id, most)
      cross join lateral (
        select x.* from lanes x where x.company_id = p_company and x.channel_id = lane.id offset 0) l
      cross join lateral (select x.* from channels x where x.company_id = p_company and x.id = lane.id offset 0) c
      cross join lateral (
        select x.* from channel_types x where x.company_id = p_company and x.id = c.channel_type_id offset 0) t
      cross join lateral (
        select least(lane.most, greatest(0, case when l.paused_until > now() then 0 when l.open_until is null then t.max_in_flight
          when l.open_until <= now() then 1 else 0 end - (
          select count(*) from deliveries s where s.company_id = p_company and s.channel_id = lane.id and s.state = 'sending'
        ))) as free
      ) slots
      cross join lateral (
        select x.message_id, x.conversation_id, x.channel_id, x.attempts, x.retries from deliveries x
        where x.company_id = p_company and x.channel_id = lane.id and x.is_head and x.state in ('queued', 'delayed')
          and x.next_attempt_at <= now()
        order by x.next_attempt_at, x.message_id limit slots.free
        for update skip locked
      ) d
      where c.deleted_at is null
      limit p_limit
    ) h
    left join lateral (
      select x.* from messages x
      where h.request is null and x.company_id = p_company and x.id between h.message_id and h.message_id
      order by x.id limit 1) m on true
    left join lateral (
      select x.text from html_forms x where x.company_id = p_company and x.message_id = m.id offset 0) f on true
    left join lateral (select x.* from teammates x where x.company_id = p_company and x.id = m.author_id offset 0) t on true;
end $$;

-- p_first: messages whose first attempt this is; p_bodies: their requests, one after the other, from now on frozen; each ends
-- where p_ends says (bytes). One value of bytes, because texts in an array are escaped and parsed: about 20 µs each.
create or replace function start_attempts(p_company bigint, p_claim uuid, p_lease_seconds integer, p_messages bigint[],
  p_first bigint[], p_ends integer[], p_bodies bytea) returns void language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan
as $$
begin
  update deliveries d set state = 'sending', attempts = d.attempts + 1, claim_id = p_claim,
      lease_until = now() + make_interval(secs => p_lease_seconds)
    -- both halves of the key come from the row: with the company fixed, all of its deliveries look as good as one on a young table
    from (select p_company as company, x.id from unnest(p_messages) as x(id) offset 0) asked
    where d.company_id = asked.company and d.message_id = asked.id;
  insert into delivery_requests (company_id, message_id, body)
    select p_company, x.id, substring(p_bodies from x.start + 1 for x.ending - x.start)
    from (select f.id, f.ending, coalesce(lag(f.ending) over (order by f.place), 0) as start
      from unnest(p_first, p_ends) with ordinality as f(id, ending, place)) x;
end $$;

-- Attempts that nobody has ended in time. A function, because its plan must not be a walk through every delivery there ever was.
create or replace function expired_leases(p_limit integer)
returns table (company_id bigint, message_id bigint, channel_id bigint, claim_id uuid, attempts integer, retries integer,
  idempotent boolean)
language plpgsql stable
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_material = off set jit = off
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
    select d.company_id, d.message_id, d.channel_id, d.claim_id, d.attempts, d.retries, t.idempotent
    from (
      select * from deliveries x where x.state = 'sending' and x.lease_until < now() order by x.lease_until limit p_limit
    ) d
    join channels c on c.company_id = d.company_id and c.id = d.channel_id
    join channel_types t on t.company_id = c.company_id and t.id = c.channel_type_id;
end $$;

-- After a fail-over to a node whose clock is behind, what was due soon is due in an hour. Nothing that is queued waits longer than
-- the longest undo time, no lease is longer than p_lease_seconds, no breaker stays open for more than its 30 s: what lies further
-- ahead was written by another clock. Rows that somebody holds are left to the next time.
create or replace function mend_times(p_lease_seconds integer) returns void language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
as $$
begin
  -- with those that wait behind them
  update deliveries d set next_attempt_at = now() from (
      select w.company_id, w.message_id from (
        select x.company_id, x.conversation_id from deliveries x
        where x.is_head and x.state in ('queued', 'delayed') and x.next_attempt_at > now() + interval '61 seconds'
        union
        select x.company_id, x.conversation_id from deliveries x
        where x.state = 'sending' and x.lease_until > now() + make_interval(secs => p_lease_seconds + 1)) c
      join deliveries w on w.company_id = c.company_id and w.conversation_id = c.conversation_id
        and w.state in ('queued', 'sending', 'delayed')
      where w.state = 'queued' and w.next_attempt_at > now() + interval '61 seconds'
      for update of w skip locked) late
    where d.company_id = late.company_id and d.message_id = late.message_id;
  update deliveries d set lease_until = now() + make_interval(secs => p_lease_seconds) from (
      select x.company_id, x.message_id from deliveries x
      where x.state = 'sending' and x.lease_until > now() + make_interval(secs => p_lease_seconds + 1)
      for update skip locked) late
    where d.company_id = late.company_id and d.message_id = late.message_id;
  update lanes l set open_until = now() + interval '30 seconds' from (
      select x.company_id, x.channel_id from lanes x where x.open_until > now() + interval '31 seconds' for update skip locked) late
    where l.company_id = late.company_id and l.channel_id = late.channel_id;
end $$;
