-- What attempts ended in: one or many, of one company or several, in one transaction. A result counts while its claim holds.
-- The claim outlives its lease: a result that comes late is the truth, and takes the place of "interrupted", until somebody
-- decides or claims anew. Rows that somebody holds are waited for only a moment: the caller then leaves their company out.
--   companies  every company in batch
--   batch      [{i, co, msg, claim, expired, started (ms), ms, status, state, code, words, ext, cext, delay_ms, pause_ms, excerpt, healthy}]
--              expired: the lease ended without an answer; it must really have
-- external_id_taken, conversation_id_taken: the id belongs to another, which is not to be united with ours (unite.sql); it
-- stays with its owner.
create or replace function complete_deliveries(companies bigint[], batch json)
returns table (i integer, external_id_taken boolean, conversation_id_taken boolean)
language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_material = off set jit = off
set plan_cache_mode = force_generic_plan set lock_timeout = '250ms'
as $$
#variable_conflict use_column
declare
  ended timestamptz;
  rows finished_attempt[];
  r finished_attempt;
  -- by i: the failure that the channel reported of the message before it answered
  reported text[];
  early record;
begin
  perform 1 from counters c where c.company_id = any(companies) order by c.company_id for update;
  ended := clock_timestamp();

  for pass in 1..2 loop
    rows := array(
      select row(r.i, r.co, r.msg, r.conversation_id, r.channel_id, c.inbox_id, r.attempts,
          coalesce(to_timestamp(r.started / 1000.0), r.lease_until - interval '15 seconds'), r.ms, r.status,
          r.outcome, r.outcome <> 'delayed', r.code,
          case when r.is_overtaken and r.outcome = 'failed' and r.state = 'delayed'
            then concat_ws(' ', r.words, 'Later messages have been sent since.') else r.words end, r.ext, r.cext, r.delay_ms, r.excerpt, r.healthy,
          r.ext is not null and (row_number() over same_id > 1 or r.msg <> coalesce(
            (select m.id from messages m where m.company_id = r.co and m.channel_id = r.channel_id and m.external_id = r.ext),
            (select e.message_id from deliveries e
              where e.company_id = r.co and e.channel_id = r.channel_id and e.external_id = r.ext), r.msg)),
          r.owner_id, k.last_number + count(*) filter (where r.cext is not null and r.owner_id is null) over of_company,
          k.last_event + row_number() over of_company, r.is_late, r.pause_ms)::finished_attempt
      from (
        select r.*, d.conversation_id, d.channel_id, d.attempts, d.lease_until, d.state <> 'sending' as is_late, o.is_overtaken, case
            -- nothing is tried again on a channel that was deleted meanwhile, and what waits behind must not wait for ever;
            -- nor late, when a later message has gone
            when r.state = 'delayed' and (o.is_overtaken or exists (select from channels c
              where c.company_id = r.co and c.id = d.channel_id and c.deleted_at is not null))
            then case when is_ambiguous(r.code) then 'not_confirmed' else 'failed' end
            else r.state end as outcome, (
            select e.conversation_id from conversation_external_ids e
            where e.company_id = r.co and e.channel_id = d.channel_id and e.external_id = r.cext) as owner_id
        from json_to_recordset(batch) as r(i integer, co bigint, msg bigint, claim uuid, expired boolean, started bigint,
          ms integer, status integer, state text, code text, words text, ext text, cext text, delay_ms bigint, pause_ms bigint,
          excerpt text, healthy boolean)
        -- by its key, and nothing else: on a young table the planner would rather walk deliveries_sending for each row
        cross join lateral (select * from deliveries x where x.company_id = r.co and x.message_id = r.msg offset 0) d
        cross join lateral (select r.state = 'delayed' and d.state = 'not_confirmed' and exists (select from deliveries w
          where w.company_id = r.co and w.message_id > r.msg and w.conversation_id = d.conversation_id and w.attempts > 0)
          as is_overtaken offset 0) o
        where d.claim_id = r.claim and case when r.expired then d.state = 'sending' and d.lease_until < ended
          else d.state = 'sending' or d.error_code = 'interrupted' and d.state in ('delayed', 'not_confirmed') end offset 0
      ) r
      join conversations c on c.company_id = r.co and c.id = r.conversation_id
      join counters k on k.company_id = r.co
      window of_company as (partition by r.co order by r.i), same_id as (partition by r.co, r.channel_id, r.ext order by r.i));
    exit when pass = 2 or not exists (
      select from unnest(rows) x where x.is_external_id_taken or x.owner_id <> x.conversation_id);
    -- then everything is looked at anew
    foreach r in array rows loop
      if r.is_external_id_taken or r.owner_id <> r.conversation_id then
        reported[r.i] := unite_echo(r.co, r.channel_id, r.msg, r.ext, r.cext);
      end if;
    end loop;
  end loop;

  perform note_health(r.co, r.channel_id, r.healthy, r.words, ended, r.pause_ms) from (
    select x.* from unnest(rows) x
    join lanes l on l.company_id = x.co and l.channel_id = x.channel_id
    where not x.healthy or x.pause_ms is not null or (x.healthy and (l.failures > 0 or l.open_until is not null or l.failing_since is not null
      or l.window_started_at > ended - interval '60 seconds'))
    order by x.co, x.channel_id, x.i) r;

  if exists (select from unnest(rows) r where r.is_late) then
    delete from delivery_attempts a using unnest(rows) r
      where r.is_late and a.company_id = r.co and a.message_id = r.msg and a.number = r.number;
    -- one that is tried again after all goes before what has waited behind it
    update deliveries n set is_head = false from unnest(rows) r
      where r.is_late and not r.is_settled and n.company_id = r.co and n.conversation_id = r.conversation_id
        and n.is_head and n.state in ('queued', 'delayed');
  end if;

  update deliveries d set state = r.state, claim_id = case when r.code = 'interrupted' then d.claim_id end, lease_until = null,
      is_head = not (r.is_settled or r.is_late),
      error_code = r.code, error_message = r.words, settled_at = case when r.is_settled then ended end,
      next_attempt_at = coalesce(ended + r.delay_ms * interval '1 millisecond', d.next_attempt_at),
      external_conversation_id = case when r.owner_id <> r.conversation_id then r.cext else d.external_conversation_id end,
      retries = d.retries + (not (r.is_settled or r.is_late) and r.delay_ms is not null)::integer,
      external_id = case when r.is_settled and not r.is_external_id_taken then coalesce(r.ext, d.external_id) else d.external_id end,
      started_at = case when is_only_attempt(r) then r.started_at else d.started_at end,
      duration_ms = case when is_only_attempt(r) then r.ms else d.duration_ms end,
      status_code = case when is_only_attempt(r) then r.status else d.status_code end,
      response_excerpt = case when is_only_attempt(r) then r.excerpt else d.response_excerpt end
    from unnest(rows) r where d.company_id = r.co and d.message_id = r.msg;

  insert into delivery_attempts (company_id, message_id, number, started_at, duration_ms, status_code, outcome, error_code,
      error_message, response_excerpt)
    select r.co, r.msg, r.number, r.started_at, r.ms, r.status, r.state, r.code, r.words, r.excerpt from unnest(rows) r
    where not is_only_attempt(r);

  -- one that is sent at its first attempt has no error to take back
  update messages m set error_type = case when r.state <> 'sent' then r.code end, error_message = case when r.state <> 'sent' then r.words end
    from unnest(rows) r
    where m.company_id = r.co and m.id = r.msg and r.is_settled and not is_only_attempt(r)
      and (r.state <> 'sent' or m.error_type is not null);

  insert into conversation_external_ids (company_id, channel_id, external_id, conversation_id, id)
    select r.co, r.channel_id, r.cext, r.conversation_id, r.number_drawn from unnest(rows) r
    where r.cext is not null and r.owner_id is null
    on conflict do nothing;

  insert into events (company_id, number, type, emitted_at, conversation_id, inbox_id, message_id, actor, target_kind, cause, data)
    select r.co, r.event, case when r.state in ('failed', 'not_confirmed') then 'sending_error' else 'delivery' end, ended,
      r.conversation_id, r.inbox_id, r.msg, 'system', 'message', 'system', jsonb_build_object('state', r.state)
    from unnest(rows) r;

  update deliveries n set is_head = true
    from (select distinct r.co, (
        select w.message_id from deliveries w
        where w.company_id = r.co and w.conversation_id = r.conversation_id and w.state in ('queued', 'sending', 'delayed')
        order by w.message_id limit 1) as next
      from unnest(rows) r
      where r.is_settled and not r.is_late or r.is_late and not exists (
        select from deliveries h where h.company_id = r.co and h.conversation_id = r.conversation_id
          and h.state in ('queued', 'sending', 'delayed') and h.is_head) offset 0) p
    where n.company_id = p.co and n.message_id = p.next and not n.is_head;

  update counters k set last_number = x.number, last_event = x.event
    from (select r.co, max(r.number_drawn) as number, max(r.event) as event from unnest(rows) r group by r.co) x
    where k.company_id = x.co;

  -- nearly never is there one
  if exists (select from early_failures e where e.company_id = any(companies)) then
    for early in
      delete from early_failures e using unnest(rows) x
        where e.company_id = x.co and e.channel_id = x.channel_id and e.external_id = x.ext and not x.is_external_id_taken
          and e.reported_at > ended - interval '1 hour'
        returning x.i, e.reason
    loop
      reported[early.i] := coalesce(reported[early.i], early.reason);
    end loop;
  end if;
  if reported is not null then
    perform fail_message(x.co, x.channel_id, x.msg, reported[x.i]) from unnest(rows) x where reported[x.i] is not null;
  end if;

  return query select r.i, r.is_external_id_taken, r.owner_id is not null and r.owner_id <> r.conversation_id
    from unnest(rows) r;
end $$;

-- The attempt that stands in its delivery: the first, when the message was sent with it.
create or replace function is_only_attempt(r finished_attempt) returns boolean language sql immutable as $$
  select r.number = 1 and r.state = 'sent' and not r.is_late
$$;

-- The circuit breaker of a channel: it opens at 5 failures in a row, or when half of at least 10 attempts of a minute
-- failed; 30 s later one probe may pass, and its result closes or opens it. A lane without failures is never written.
-- pause_ms: the server asked for a pause, for the whole channel.
create or replace function note_health(co bigint, channel bigint, is_healthy boolean, words text, at timestamptz, pause_ms bigint)
returns void language plpgsql as $$
declare
  l lanes;
  was_open boolean;
begin
  select x.* into l from lanes x where x.company_id = co and x.channel_id = channel for update;
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
      l.last_error := words;
      if was_open or l.failures >= 5 or (l.window_attempts >= 10 and l.window_failures * 2 >= l.window_attempts) then
        l.open_until := at + interval '30 seconds';
      end if;
    end if;
  end if;
  update lanes x set failures = l.failures, paused_until = l.paused_until, open_until = l.open_until, failing_since = l.failing_since, last_error = l.last_error,
      window_started_at = l.window_started_at, window_attempts = l.window_attempts, window_failures = l.window_failures
    where x.company_id = co and x.channel_id = channel;
end $$;
