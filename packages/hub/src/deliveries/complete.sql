-- Stores the results of attempts: one or many, of one company or several, in one transaction. A result counts while its message is in its claim.
-- A late result of an expired lease replaces "interrupted", until a person
-- decides or the message is claimed again. Locked rows are waited for only a moment: the caller then leaves their company out.
--   companies  every company in results
--   results    [{number, company_id, message_id, claim_id, is_expired, started_at (ms), duration_ms, status_code, state, error_code,
--              error_message, external_id, external_conversation_id, delay_ms, pause_ms, excerpt, is_healthy}]; absent fields are null
--              is_expired: the lease ended without a result; it must really have ended
-- external_id_taken, conversation_id_taken: the id belongs to another message or conversation, which is not merged with ours (merge-echo.sql); it
-- stays there. has_next: another message of the conversation may be sent now.
create or replace function complete_attempts(companies bigint[], results json)
returns table (number integer, external_id_taken boolean, conversation_id_taken boolean, has_next boolean)
language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_material = off set jit = off
set plan_cache_mode = force_generic_plan set lock_timeout = '250ms'
as $$
#variable_conflict use_column
declare
  ended timestamptz;
  -- of each of the companies
  last_numbers bigint[];
  last_events bigint[];
  finished finished_attempt[];
  f finished_attempt;
  has_after_lease boolean;
  has_echo boolean;
  is_queue_locked boolean := false;
  is_merged boolean := false;
  -- by number: the failure that the channel reported before its response
  reported text[];
  -- by number: messages whose conversation has another due one
  followed integer[];
  has_trouble boolean;
  has_early_report boolean;
  is_changed boolean;
  early record;
begin
  loop
    select array_agg(c.company_id), array_agg(c.last_number), array_agg(c.last_event) into companies, last_numbers, last_events
      from (select * from counters where company_id = any(companies) order by company_id for update) c;
    ended := coalesce(ended, clock_timestamp());

    select array_agg(x::finished_attempt order by x.number), bool_or(x.is_after_lease),
        bool_or(x.is_external_id_taken or x.owner_id <> x.conversation_id)
      into finished, has_after_lease, has_echo
      from (
        select r.number, r.company_id, r.claim_id, r.message_id, r.conversation_id, r.channel_id, c.inbox_id, r.attempt,
          coalesce(to_timestamp(r.started_at / 1000.0), r.lease_until - interval ':lease_seconds seconds') as started_at, r.duration_ms, r.status_code,
          r.outcome as state, r.outcome <> 'delayed' as is_settled, r.error_code,
          r.error_message, r.external_id, r.external_conversation_id, r.delay_ms, r.pause_ms, r.excerpt, r.is_healthy, r.is_after_lease, r.batch_id,
          r.stored_conversation_id,
          r.external_id is not null and (row_number() over same_id > 1 or r.message_id <> coalesce(
            (select m.id from messages m
              where m.company_id = r.company_id and m.channel_id = r.channel_id and m.external_id = r.external_id),
            (select e.message_id from deliveries e
              where e.company_id = r.company_id and e.channel_id = r.channel_id and e.external_id = r.external_id),
            r.message_id)) as is_external_id_taken,
          coalesce(r.owner_id, nullif(r.first_conversation_id, r.conversation_id)) as owner_id,
          last_numbers[r.company_index]
            + count(*) filter (where r.owner_id is null and r.first_conversation_id = r.conversation_id) over of_company as number_drawn,
          last_events[r.company_index] + row_number() over of_company as event,
          r.is_superseded and r.outcome = 'failed' and r.state = 'delayed' as is_superseded, r.outbox_row
        from (
          select r.*, array_position(companies, r.company_id) as company_index, target.conversation_id, target.channel_id, o.outbox_row,
            claim.lease_until, claim.id is null as is_after_lease, superseded.is_superseded,
            coalesce(o.attempts, d.attempts) + (claim.id is not null)::integer as attempt,
            case when o.batch_id is null and claim.has_request then claim.id else coalesce(o.batch_id, d.batch_id) end as batch_id,
            coalesce(o.external_conversation_id, d.external_conversation_id) as stored_conversation_id,
            case
              -- no retry on a channel that was deleted meanwhile, so that later messages do not wait for ever;
              -- and none after the lease, when a later message was sent
              when r.state = 'delayed' and (superseded.is_superseded or (select true from channels h
                where h.company_id = r.company_id and h.id = target.channel_id and h.deleted_at is not null limit 1))
              then case when is_ambiguous(r.error_code) then 'not_confirmed' else 'failed' end
              else r.state end as outcome,
            (select e.conversation_id from conversation_external_ids e
              where e.company_id = r.company_id and e.channel_id = target.channel_id and e.external_id = r.external_conversation_id) as owner_id,
            -- the id is free: the first of the batch gets it
            case when r.external_conversation_id is not null then first_value(target.conversation_id) over (
              partition by r.company_id, target.channel_id, r.external_conversation_id order by r.number) end as first_conversation_id
          from json_to_recordset(results) as r(number integer, company_id bigint, message_id bigint, claim_id uuid, is_expired boolean,
            started_at bigint, duration_ms integer, status_code integer, state text, error_code text, error_message text,
            external_id text, external_conversation_id text, delay_ms bigint, pause_ms bigint, excerpt text, is_healthy boolean)
          -- each by its key only: on a table without statistics the planner prefers to scan all of it
          left join lateral (
            select k.id, k.lease_until, k.conversations[at.n] as conversation_id, k.channels[at.n] as channel_id,
              k.unsendable is null or r.message_id <> all(k.unsendable) as has_request
            from delivery_claims k cross join lateral (select array_position(k.messages, r.message_id) as n) at
            where k.company_id = r.company_id and k.id = r.claim_id and at.n is not null offset 0) claim on true
          left join lateral (
            select m.conversation_id, m.channel_id from messages m
            where claim.id is null and m.company_id = r.company_id and m.id between r.message_id and r.message_id
            order by m.id limit 1) unclaimed on true
          cross join lateral (select coalesce(claim.conversation_id, unclaimed.conversation_id) as conversation_id,
            coalesce(claim.channel_id, unclaimed.channel_id) as channel_id offset 0) target
          left join lateral (
            select x.*, x.ctid as outbox_row from outbox x where x.company_id = r.company_id
              and x.conversation_id = target.conversation_id and x.message_id = r.message_id offset 0) o on true
          left join lateral (
            select x.* from deliveries x
            where claim.id is null and x.company_id = r.company_id and x.message_id = r.message_id offset 0) d on true
          cross join lateral (select d.message_id is not null and r.state = 'delayed' and (select true from all_deliveries w
            where w.company_id = r.company_id and w.conversation_id = target.conversation_id and w.message_id > r.message_id
              and w.attempts > 0 limit 1) as is_superseded offset 0) superseded
          where case
            when r.is_expired then o.message_id is not null and claim.lease_until < ended
            when claim.id is not null then o.message_id is not null
            else coalesce(o.interrupted_claim_id, d.interrupted_claim_id) = r.claim_id and not is_sending(r.company_id, r.message_id) end
          offset 0
        ) r
        cross join lateral (
          select x.inbox_id from conversations x where x.company_id = r.company_id and x.id = r.conversation_id offset 0) c
        window of_company as (partition by r.company_id order by r.number),
          same_id as (partition by r.company_id, r.channel_id, r.external_id order by r.number)
      ) x;
    if has_after_lease and not is_queue_locked then
      -- the message that waits for one whose lease has ended may be claimed at this moment
      perform from delivery_queues q where q.company_id = any(companies) order by q.company_id for update;
      is_queue_locked := true;
      continue;
    end if;
    exit when finished is null or is_merged or has_echo is not true;
    -- then everything is read again
    foreach f in array finished loop
      if f.is_external_id_taken or f.owner_id <> f.conversation_id then
        reported[f.number] := merge_echo(f.company_id, f.channel_id, f.message_id, f.external_id, f.external_conversation_id);
      end if;
    end loop;
    is_merged := true;
  end loop;
  if finished is null then
    return;
  end if;

  has_trouble := exists (select from channel_delivery_states l
    where l.company_id = any(companies) and l.window_started_at is not null);
  perform record_channel_health(t.company_id, t.channel_id, t.is_healthy, t.error_message, ended, t.pause_ms) from (
    select r.* from unnest(finished) r
    where not r.is_healthy or r.pause_ms is not null or r.is_healthy and has_trouble and (select true from channel_delivery_states l
      where l.company_id = r.company_id and l.channel_id = r.channel_id and l.window_started_at is not null
        and (l.failures > 0 or l.open_until is not null or l.failing_since is not null
          or l.window_started_at > ended - interval '60 seconds') limit 1)
    order by r.company_id, r.channel_id, r.number) t;

  if has_after_lease then
    delete from delivery_attempts a using unnest(finished) r
      where r.is_after_lease and a.company_id = r.company_id and a.message_id = r.message_id and a.number = r.attempt;
    -- a late retry goes before the messages that waited behind it
    update outbox n set is_next = false from unnest(finished) r
      where r.is_after_lease and not r.is_settled and n.company_id = r.company_id and n.conversation_id = r.conversation_id
        and n.is_next and not is_sending(n.company_id, n.message_id);
    insert into outbox (company_id, conversation_id, message_id, channel_id, state, is_next, attempts, retries)
      select d.company_id, d.conversation_id, d.message_id, d.channel_id, 'delayed', false, d.attempts, d.retries
      from unnest(finished) r join deliveries d on d.company_id = r.company_id and d.message_id = r.message_id
      where r.is_after_lease and not r.is_settled;
    delete from deliveries d using unnest(finished) r
      where r.is_after_lease and d.company_id = r.company_id and d.message_id = r.message_id;
  end if;

  if exists (select from unnest(finished) r where not is_only_attempt(r)) then
    foreach f in array finished loop
      -- one by one, by the whole key: for many at once see below
      continue when f.is_settled;
      update outbox o set state = 'delayed', attempts = f.attempt,
          retries = o.retries + (not f.is_after_lease and f.delay_ms is not null)::integer,
          due_at = coalesce(ended + f.delay_ms * interval '1 millisecond', o.due_at), error_code = f.error_code,
          error_message = f.error_message, batch_id = f.batch_id,
          interrupted_claim_id = case when f.error_code = 'interrupted' then f.claim_id end,
          external_conversation_id = case when f.owner_id <> f.conversation_id then f.external_conversation_id else f.stored_conversation_id end
        where o.company_id = f.company_id and o.conversation_id = f.conversation_id and o.message_id = f.message_id;
    end loop;
    insert into delivery_attempts (company_id, message_id, number, started_at, duration_ms, status_code, outcome, error_code,
        error_message, response_excerpt)
      select r.company_id, r.message_id, r.attempt, r.started_at, r.duration_ms, r.status_code, r.state, r.error_code, r.error_message,
        r.excerpt
      from unnest(finished) r where not is_only_attempt(r);
    -- a message that is sent at its first attempt has no error to clear
    update messages m set error_type = case when r.state <> 'sent' then r.error_code end,
        error_message = case when r.state <> 'sent' then settled_error(r) end,
        external_id = case when r.external_id is null or r.is_external_id_taken then m.external_id end
      from unnest(finished) r
      where m.company_id = r.company_id and m.id = r.message_id and r.is_settled and not is_only_attempt(r)
        and (r.state <> 'sent' or m.error_type is not null or m.external_id is not null);
  end if;

  -- One statement for all writes: starting one costs as much as two results. By the physical position (ctid) of the outbox's rows:
  -- joined by their keys, a plan made while the outbox was empty reads all of it for each batch (2 to 640 µs a delivery). Only
  -- clamp_future_times() moves them while the counter is locked; then everything is repeated.
  with ended_attempts as materialized (
    select r.*, is_only_attempt(r) as is_only, settled_error(r) as reason from unnest(finished) r
  ), settled as (
    insert into deliveries (company_id, message_id, conversation_id, channel_id, state, attempts, error_code, error_message, settled_at,
        external_id, external_conversation_id, batch_id, interrupted_claim_id, started_at, duration_ms, status_code, response_excerpt)
      select r.company_id, r.message_id, r.conversation_id, r.channel_id, r.state, r.attempt, r.error_code, r.reason, ended,
        case when not r.is_external_id_taken then r.external_id end,
        case when r.owner_id <> r.conversation_id then r.external_conversation_id else r.stored_conversation_id end, r.batch_id,
        case when r.error_code = 'interrupted' then r.claim_id end,
        case when r.is_only then r.started_at end, case when r.is_only then r.duration_ms end,
        case when r.is_only then r.status_code end, case when r.is_only then r.excerpt end
      from ended_attempts r where r.is_settled
  ), named as (
    insert into conversation_external_ids (company_id, channel_id, external_id, conversation_id, id)
      select r.company_id, r.channel_id, r.external_conversation_id, r.conversation_id, r.number_drawn from ended_attempts r
      where r.external_conversation_id is not null and r.owner_id is null
      on conflict do nothing
  ), told as (
    insert into events (company_id, number, type, emitted_at, conversation_id, inbox_id, message_id, actor, target_kind, cause, data)
      select r.company_id, r.event, case when r.state in ('failed', 'not_confirmed') then 'sending_error' else 'delivery' end, ended,
        r.conversation_id, r.inbox_id, r.message_id, 'system', 'message', 'system', jsonb_build_object('state', r.state)
      from ended_attempts r
  ), counted as (
    update counters k set last_number = x.number, last_event = x.event
      from (select r.company_id, max(r.number_drawn) as number, max(r.event) as event from ended_attempts r group by r.company_id) x
      where k.company_id = x.company_id
  ), removed as (
    delete from outbox o where o.ctid = any(array(select r.outbox_row from ended_attempts r where r.is_settled)) returning 1
  )
  select (select count(*) from removed) <> (select count(r.outbox_row) from ended_attempts r where r.is_settled),
      exists (select from early_reports e where e.company_id = any(companies))
    into is_changed, has_early_report;
  if is_changed then
    raise exception 'the outbox was changed meanwhile';
  end if;

  perform remove_from_claim(c.company_id, c.claim_id, c.messages) from (
    select r.company_id, r.claim_id, array_agg(r.message_id) as messages from unnest(finished) r
    where not r.is_after_lease group by r.company_id, r.claim_id) c;

  with next as materialized (
    select w.ctid as outbox_row, w.due_at, c.number
    from (
      select r.company_id, r.conversation_id, min(r.number) as number from unnest(finished) r
      where case when r.is_after_lease then (select true from outbox h where h.company_id = r.company_id
          and h.conversation_id = r.conversation_id and h.is_next limit 1) is null
        else r.is_settled end
      group by r.company_id, r.conversation_id) c
    cross join lateral (
      select x.ctid, x.due_at, x.is_next from outbox x
      where x.company_id = c.company_id and x.conversation_id = c.conversation_id order by x.message_id limit 1) w
    where not w.is_next
  ), marked as (
    update outbox n set is_next = true where n.ctid = any(array(select x.outbox_row from next x)) returning 1
  )
  select count(*) <> (select count(*) from marked), array_agg(x.number) filter (where x.due_at <= ended)
    into is_changed, followed from next x;
  if is_changed then
    raise exception 'the outbox was changed meanwhile';
  end if;

  -- nearly never is there one
  if has_early_report then
    for early in
      delete from early_reports e using unnest(finished) r
        where e.company_id = r.company_id and e.channel_id = r.channel_id and e.external_id = r.external_id
          and not r.is_external_id_taken and e.reported_at > ended - interval '1 hour'
        returning r.number, r.company_id, r.message_id, e as report
    loop
      reported[early.number] := coalesce(reported[early.number], (early.report).reason);
      perform apply_early_receipt(early.company_id, early.message_id, early.report);
    end loop;
  end if;
  if reported is not null then
    perform fail_message(r.company_id, r.channel_id, r.message_id, reported[r.number]) from unnest(finished) r
      where reported[r.number] is not null;
  end if;

  return query select r.number, r.is_external_id_taken, r.owner_id is not null and r.owner_id <> r.conversation_id,
      coalesce(r.number = any(followed), false)
    from unnest(finished) r;
end $$;

-- The error of a settled delivery.
create or replace function settled_error(f finished_attempt) returns text language sql immutable as $$
  select case when f.is_superseded then coalesce(f.error_message || ' ', '') || 'Later messages have been sent since.' else f.error_message end
$$;

-- The attempt in the delivery's own row: the first one, when the message was sent with it.
create or replace function is_only_attempt(f finished_attempt) returns boolean language sql immutable as $$
  select f.attempt = 1 and f.state = 'sent' and not f.is_after_lease
$$;

-- The circuit breaker of a channel. It opens at 5 failures in a row, or when at least 10 attempts are counted in a window and half of
-- them failed; 30 s later one probe may pass, and its result closes or opens it. A window lasts a minute from the first result that is
-- written, which is a failure, a 429 or the success that ends a row of failures: successes of a channel without trouble are not
-- written, so none before it counts. pause_ms: the server asked for a pause, for the whole channel.
create or replace function record_channel_health(p_company bigint, p_channel bigint, is_healthy boolean, reason text, at timestamptz, pause_ms bigint)
returns void language plpgsql as $$
declare
  l channel_delivery_states;
  was_open boolean;
begin
  select x.* into l from channel_delivery_states x where x.company_id = p_company and x.channel_id = p_channel for update;
  l.paused_until := greatest(l.paused_until, at + pause_ms * interval '1 millisecond');
  was_open := l.open_until is not null;
  if is_healthy is not null then
    if l.window_started_at is null or l.window_started_at <= at - interval '60 seconds' or (was_open and is_healthy) then
      l.window_started_at := at;
      l.window_attempts := 0;
      l.window_failures := 0;
    end if;
    l.window_attempts := l.window_attempts + 1;
    if is_healthy then
      l.failures := 0;
      l.open_until := null;
      l.failing_since := null;
      l.last_error := null;
    else
      l.failures := l.failures + 1;
      l.window_failures := l.window_failures + 1;
      l.failing_since := coalesce(l.failing_since, at);
      l.last_error := reason;
      if was_open or l.failures >= 5 or (l.window_attempts >= 10 and l.window_failures * 2 >= l.window_attempts) then
        l.open_until := at + interval '30 seconds';
      end if;
    end if;
  end if;
  update channel_delivery_states x set failures = l.failures, paused_until = l.paused_until, open_until = l.open_until, failing_since = l.failing_since, last_error = l.last_error,
      window_started_at = l.window_started_at, window_attempts = l.window_attempts, window_failures = l.window_failures
    where x.company_id = p_company and x.channel_id = p_channel;
end $$;
