-- Stored request bodies: the bytes of all that was first claimed together, packed one after the other.

-- Packs the requests of those that were claimed. With the company, the batch and its start a piece of 8,000 bytes fills a page; the first
-- leaves room for whose they are.
create or replace function store_requests(p_company bigint, p_batch uuid, p_first bigint[], p_ends integer[], p_bytes bytea,
  p_claimed bigint[]) returns void
language plpgsql
set plan_cache_mode = force_generic_plan
as $$
declare
  messages bigint[];
  ends integer[];
  bytes bytea;
  in_first integer;
begin
  select array_agg(x.message_id order by x.n), array_agg(x.ending order by x.n), string_agg(x.body, '' order by x.n)
    into messages, ends, bytes
    from (
      select f.message_id, f.n, substring(p_bytes from f.start + 1 for f.ending - f.start) as body,
        sum(f.ending - f.start) over (order by f.n)::integer as ending
      from (
        select u.message_id, u.ending, u.n, coalesce(lag(u.ending) over (order by u.n), 0) as start
        from unnest(p_first, p_ends) with ordinality as u(message_id, ending, n)) f
      where f.message_id in (select unnest(p_claimed))
    ) x;
  in_first := 7900 - 12 * cardinality(messages);
  insert into delivery_requests (company_id, batch_id, start, messages, ends, bytes)
    select p_company, p_batch, piece.start, case when piece.start = 0 then messages end, case when piece.start = 0 then ends end,
      substring(bytes from piece.start + 1 for piece.size)
    from (
      select 0 as start, in_first as size where messages is not null
      union all
      select s.start, 8000 from generate_series(in_first, octet_length(bytes) - 1, 8000) as s(start)) piece;
end $$;

create or replace function stored_request(p_company bigint, p_batch uuid, p_message bigint) returns bytea
language plpgsql stable
set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select string_agg(substring(q.bytes from greatest(r.start - q.start, 0) + 1
      for r.ending - greatest(r.start, q.start)), '' order by q.start)
    from request_range(p_company, p_batch, p_message) r
    join delivery_requests q on q.company_id = p_company and q.batch_id = p_batch and q.start < r.ending
      and q.start + octet_length(q.bytes) > r.start);
end $$;

-- The byte range of a message's request in its batch; no row when it has none there.
create or replace function request_range(p_company bigint, p_batch uuid, p_message bigint)
returns table (start integer, ending integer) language sql stable as $$
  select coalesce(q.ends[at.n - 1], 0), q.ends[at.n]
  from delivery_requests q cross join lateral (select array_position(q.messages, p_message) as n) at
  where q.company_id = p_company and q.batch_id = p_batch and q.start = 0 and at.n is not null
$$;

-- Requests are stored for 30 days from when they were first sent: no failure is reported later, and the disk would fill. A
-- message that is sent again after that has its request built again, by the same builder, with the same id; until then the same bytes
-- are sent. A waiting message keeps its request at any age.
-- Removes expired requests, at most p_limit batches at once; returns whether there may be more.
create or replace function delete_old_requests(p_company bigint, p_limit integer) returns boolean language plpgsql
set enable_seqscan = off
as $$
declare
  -- a batch is named by a UUID of version 7, which begins with its time; those of 0.2.0 by one of version 4, which has no time
  oldest uuid := time_ordered_id(now() - interval '30 days');
  newest uuid := time_ordered_id(now() + interval '1 day');
  old uuid[];
begin
  -- none of them is sent again meanwhile
  perform from delivery_queues q where q.company_id = p_company for update;
  old := array(
    select q.batch_id from (
      select x.batch_id, x.messages from delivery_requests x where x.company_id = p_company and x.start = 0 and x.batch_id < oldest
      union all
      select x.batch_id, x.messages from delivery_requests x where x.company_id = p_company and x.start = 0 and x.batch_id > newest) q
    where case substr(q.batch_id::text, 15, 1) when '7' then q.batch_id < oldest else not exists (
        select from deliveries d where d.company_id = p_company and d.message_id = any(q.messages)
          and d.settled_at > now() - interval '30 days') end
      and q.batch_id <> all(array(select o.batch_id from outbox o where o.company_id = p_company and o.batch_id is not null))
      and not exists (select from delivery_claims k where k.company_id = p_company and k.id = q.batch_id)
    limit p_limit);
  delete from delivery_requests q where q.company_id = p_company and q.batch_id = any(old);
  return cardinality(old) = p_limit;
end $$;

-- The first UUID of version 7 that this moment can have; only for comparing.
create or replace function time_ordered_id(at timestamptz) returns uuid language sql immutable as $$
  select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- Overwrites the requests of these messages with zeros, because they are stored with others'; an empty batch is removed.
create or replace function erase_requests(p_company bigint, p_messages bigint[]) returns void language plpgsql as $$
declare
  erased record;
begin
  for erased in
    select b.batch_id, b.message_id, r.start, r.ending from (
      select o.batch_id, o.message_id from outbox o where o.company_id = p_company and o.message_id = any(p_messages)
      union select d.batch_id, d.message_id from deliveries d where d.company_id = p_company and d.message_id = any(p_messages)
      -- a first attempt in flight
      union select k.id, m.message_id from delivery_claims k cross join lateral unnest(k.messages) as m(message_id)
        where k.company_id = p_company and m.message_id = any(p_messages)
    ) b cross join lateral request_range(p_company, b.batch_id, b.message_id) r
  loop
    update delivery_requests q
      set bytes = overlay(q.bytes placing convert_to(repeat('0', part.size), 'UTF8') from part.offset_in_piece + 1),
        messages = array_replace(q.messages, erased.message_id, 0::bigint)
      from (
        select p.start, greatest(erased.start - p.start, 0) as offset_in_piece,
          least(erased.ending, p.start + octet_length(p.bytes)) - greatest(erased.start, p.start) as size
        from delivery_requests p
        where p.company_id = p_company and p.batch_id = erased.batch_id
          and p.start < erased.ending and p.start + octet_length(p.bytes) > erased.start) part
      where q.company_id = p_company and q.batch_id = erased.batch_id and q.start = part.start;
    -- the first piece knows whose they are, wherever they lie
    update delivery_requests q set messages = array_replace(q.messages, erased.message_id, 0::bigint)
      where q.company_id = p_company and q.batch_id = erased.batch_id and q.start = 0 and erased.message_id = any(q.messages);
    delete from delivery_requests q
      where q.company_id = p_company and q.batch_id = erased.batch_id and not exists (
        select from delivery_requests f cross join lateral unnest(f.messages) as m(message_id)
        where f.company_id = p_company and f.batch_id = erased.batch_id and f.start = 0 and m.message_id <> 0);
  end loop;
end $$;
