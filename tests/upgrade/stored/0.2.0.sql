--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: directory; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA directory;


--
-- Name: portico; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA portico;


--
-- Name: finished_attempt; Type: TYPE; Schema: public; Owner: -
--

CREATE TYPE public.finished_attempt AS (
	number integer,
	company_id bigint,
	claim_id uuid,
	message_id bigint,
	conversation_id bigint,
	channel_id bigint,
	inbox_id bigint,
	attempt integer,
	started_at timestamp with time zone,
	duration_ms integer,
	status_code integer,
	state text,
	is_settled boolean,
	error_code text,
	error_message text,
	external_id text,
	external_conversation_id text,
	delay_ms bigint,
	pause_ms bigint,
	excerpt text,
	is_healthy boolean,
	is_late boolean,
	batch_id uuid,
	kept_conversation_id text,
	is_external_id_taken boolean,
	owner_id bigint,
	number_drawn bigint,
	event bigint
);


--
-- Name: message_to_create; Type: TYPE; Schema: public; Owner: -
--

CREATE TYPE public.message_to_create AS (
	i integer,
	company_id bigint,
	is_reply boolean,
	conversation_id bigint,
	inbox_id bigint,
	channel_id bigint,
	undo_seconds integer,
	author_id bigint,
	origin text,
	actor_id bigint,
	source text,
	handle text,
	name text,
	contact_id bigint,
	recipients jsonb,
	sender_name text,
	subject text,
	body text,
	body_format text,
	blurb text,
	status text,
	replied_to_id bigint,
	draft_version bigint,
	caller text,
	route text,
	key text,
	request_hash bytea,
	outcome text,
	first_message_id bigint,
	needs_conversation boolean,
	is_next boolean,
	changes_status boolean,
	id bigint,
	event_number bigint
);


--
-- Name: pushed_message; Type: TYPE; Schema: public; Owner: -
--

CREATE TYPE public.pushed_message AS (
	i integer,
	company_id bigint,
	channel_id bigint,
	external_id text,
	external_conversation_id text,
	referenced_external_id text,
	is_inbound boolean,
	source text,
	handle text,
	name text,
	email text,
	sender_name text,
	author_id bigint,
	recipients jsonb,
	subject text,
	body text,
	body_format text,
	blurb text,
	delivered_at timestamp with time zone,
	sort_at timestamp with time zone,
	outcome text,
	first_message_id bigint,
	contact_id bigint,
	replied_to_id bigint,
	conversation_id bigint,
	inbox_id bigint,
	is_answer boolean,
	needs_preparation boolean,
	is_late boolean,
	id bigint,
	event_number bigint
);


--
-- Name: assign_conversation(bigint, bigint, text, bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.assign_conversation(p_company bigint, p_conversation bigint, p_actor text, p_actor_id bigint, p_assignee bigint) RETURNS text
    LANGUAGE plpgsql
    AS $$
declare
  was conversations := lock_conversation(p_company, p_conversation);
begin
  if was.id is null then return 'no_conversation'; end if;
  if p_assignee is not distinct from was.assignee_id then return 'unchanged'; end if;
  if p_assignee is not null and not exists (
      select 1 from teammates t where t.company_id = p_company and t.id = p_assignee and not t.is_blocked) then
    return 'no_assignee';
  end if;
  if p_assignee is not null and was.status in ('trashed', 'spam') then return 'in_trash'; end if;
  perform write_event(p_company, case when p_assignee is null then 'unassign' else 'assign' end, p_actor, p_actor_id,
    conversation => was.id, inbox => was.inbox_id, target_kind => 'teammate', target => coalesce(p_assignee, was.assignee_id),
    data => jsonb_build_object('teammate_name', teammate_name(p_company, coalesce(p_assignee, was.assignee_id))));
  update conversations c set assignee_id = p_assignee, updated_at = now()
    where c.company_id = p_company and c.id = was.id;
  return 'changed';
end $$;


--
-- Name: cancel_deliveries(bigint, bigint[], bigint, text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.cancel_deliveries(p_company bigint, p_messages bigint[], p_decider bigint, p_error_code text, p_error_message text) RETURNS void
    LANGUAGE sql
    AS $$
  with gone as (
    delete from outbox o using messages m
      where m.company_id = p_company and m.id = any(p_messages)
        and o.company_id = m.company_id and o.conversation_id = m.conversation_id and o.message_id = m.id
      returning o.*)
  insert into deliveries (company_id, message_id, conversation_id, channel_id, state, attempts, retries, error_code, error_message,
      batch_id, external_conversation_id, decided_by)
    select g.company_id, g.message_id, g.conversation_id, g.channel_id, 'cancelled', g.attempts, g.retries,
      coalesce(p_error_code, g.error_code), coalesce(p_error_message, g.error_message), g.batch_id, g.external_conversation_id, p_decider
    from gone g
$$;


--
-- Name: change_delivery(bigint, bigint, text, text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.change_delivery(p_company bigint, p_message bigint, p_verb text, p_actor text, p_actor_id bigint) RETURNS text
    LANGUAGE plpgsql
    SET enable_bitmapscan TO 'off'
    AS $$
declare
  -- 0: an integration
  decider bigint := case when p_actor = 'teammate' then p_actor_id else 0 end;
  d all_deliveries;
  channel_gone boolean;
  -- what is due already, on a channel that waits for nothing, is due as before
  is_changed boolean := p_verb <> 'try_now';
  becomes text;
begin
  perform 1 from counters c where c.company_id = p_company for update;
  -- nothing is claimed meanwhile; the statements that follow see what was claimed before
  perform from delivery_queues q where q.company_id = p_company for update;
  select x.* into d from messages m cross join lateral (
      select v.* from all_deliveries v
      where v.company_id = m.company_id and v.conversation_id = m.conversation_id and v.message_id = m.id offset 0) x
    where m.company_id = p_company and m.id = p_message;
  if not found then
    return 'no_delivery';
  end if;
  select c.deleted_at is not null into channel_gone from channels c where c.company_id = p_company and c.id = d.channel_id;
  if (p_verb, d.state) not in (('retry', 'failed'), ('send_again', 'not_confirmed'), ('mark_as_sent', 'not_confirmed'),
      ('dismiss', 'failed'), ('cancel', 'queued'), ('cancel', 'delayed'), ('try_now', 'queued'), ('try_now', 'delayed')) then
    return 'not_in_state';
  end if;
  if p_verb = 'cancel' and p_actor = 'teammate' and d.state = 'queued' and d.attempts = 0 and d.due_at > now() and exists (
      select from messages m where m.company_id = p_company and m.id = p_message and m.author_id <> p_actor_id) then
    return 'not_the_author';
  end if;
  if channel_gone and p_verb in ('retry', 'send_again') then
    return 'channel_deleted';
  end if;

  case p_verb
    when 'retry', 'send_again' then
      perform return_to_outbox(p_company, p_message);
    when 'try_now' then
      update outbox o set due_at = now()
        where o.company_id = p_company and o.conversation_id = d.conversation_id and not is_sending(p_company, o.message_id)
          and (o.message_id = p_message or (o.is_next and o.state = 'delayed')) and o.due_at > now();
      is_changed := found;
    when 'cancel' then
      perform cancel_deliveries(p_company, array[p_message], decider, null, null);
      -- one that only waited leaves the next one as it is: it may be on its way, with an older one, retried, behind it
      update outbox n set is_next = true
        where d.is_next and n.company_id = p_company and n.conversation_id = d.conversation_id and n.message_id = (
          select w.message_id from outbox w where w.company_id = p_company and w.conversation_id = d.conversation_id
          order by w.message_id limit 1);
    when 'mark_as_sent' then
      update deliveries x set state = 'sent', settled_at = now(), error_code = null, error_message = null, interrupted_claim_id = null,
          decided_by = decider
        where x.company_id = p_company and x.message_id = p_message;
    when 'dismiss' then
      if d.dismissed_at is not null then
        return 'changed';
      end if;
      update deliveries x set dismissed_at = now(), decided_by = decider
        where x.company_id = p_company and x.message_id = p_message;
  end case;
  -- a person who says "now" does not wait for the breaker, nor for a pause: what they send is its probe
  if p_verb in ('retry', 'send_again', 'try_now') then
    update channel_delivery_states l set open_until = least(l.open_until, now()), paused_until = null
      where l.company_id = p_company and l.channel_id = d.channel_id and (l.open_until > now() or l.paused_until > now());
    if not (is_changed or found) then
      return 'changed';
    end if;
  end if;
  if p_verb in ('retry', 'send_again', 'mark_as_sent') then
    update messages m set error_type = null, error_message = null
      where m.company_id = p_company and m.id = p_message and m.error_type is not null;
  end if;

  perform write_event(p_company, 'delivery', p_actor, p_actor_id, conversation => c.id, inbox => c.inbox_id,
      message => p_message, data => jsonb_build_object('state', case
        when p_verb in ('retry', 'send_again') then 'queued' when p_verb = 'cancel' then 'cancelled'
        when p_verb = 'mark_as_sent' then 'sent' else d.state end))
    from conversations c where c.company_id = p_company and c.id = d.conversation_id;

  if p_verb = 'cancel' then
    select undone.status into becomes from conversations c, status_before_undone(p_company, d.conversation_id) as undone (status)
      where c.company_id = p_company and c.id = d.conversation_id and c.status in ('open', 'archived') and c.status <> undone.status;
    if not summarise_conversation(p_company, d.conversation_id) and exists (
        select from conversations c
        where c.company_id = p_company and c.id = d.conversation_id and c.status in ('open', 'archived')) then
      becomes := 'trashed';
    end if;
  end if;
  if becomes is not null then
    perform write_event(p_company, case becomes when 'open' then 'reopen' when 'archived' then 'archive' else 'trash' end,
        p_actor, p_actor_id, conversation => c.id, inbox => c.inbox_id, cause => 'message', cause_id => p_message)
      from conversations c where c.company_id = p_company and c.id = d.conversation_id;
    update conversations c set status = becomes, updated_at = now()
      where c.company_id = p_company and c.id = d.conversation_id;
  end if;
  return 'changed';
end $$;


--
-- Name: channels_with_due_callbacks(integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.channels_with_due_callbacks(p_limit integer) RETURNS TABLE(company_id bigint, channel_id bigint)
    LANGUAGE sql STABLE
    AS $$
  with recursive waiting(company_id, channel_id, due) as (
    (select b.company_id, b.channel_id, b.next_attempt_at from channel_callbacks b
      order by b.company_id, b.channel_id, b.next_attempt_at limit 1)
    union all
    select f.company_id, f.channel_id, f.next_attempt_at from waiting l cross join lateral (
      select b.company_id, b.channel_id, b.next_attempt_at from channel_callbacks b
      where (b.company_id, b.channel_id) > (l.company_id, l.channel_id)
      order by b.company_id, b.channel_id, b.next_attempt_at limit 1) f
  )
  select l.company_id, l.channel_id from waiting l where l.due <= now() or is_of_other_clock(l.due) order by l.due limit p_limit
$$;


--
-- Name: claim_callbacks(bigint, bigint, uuid, integer, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.claim_callbacks(p_company bigint, p_channel bigint, p_claim uuid, p_limit integer, p_lease_seconds integer) RETURNS TABLE(id bigint, kind text, message_id bigint, attempts integer)
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
declare
  ids bigint[];
begin
  delete from channel_callbacks b where b.company_id = p_company and b.channel_id = p_channel
    and b.next_attempt_at < now() - interval '15 minutes' and b.kind = 'message_imported';
  update channel_callbacks b set next_attempt_at = now()
    where b.company_id = p_company and b.channel_id = p_channel and is_of_other_clock(b.next_attempt_at);
  select array_agg(x.id) into ids from (
    select b.id from channel_callbacks b
    where b.company_id = p_company and b.channel_id = p_channel and b.next_attempt_at <= now()
    order by b.next_attempt_at, b.id limit p_limit for update skip locked) x;
  return query update channel_callbacks b
    set claim_id = p_claim, attempts = b.attempts + 1, next_attempt_at = now() + make_interval(secs => p_lease_seconds)
    where b.company_id = p_company and b.id = any(ids)
    returning b.id, b.kind, b.message_id, b.attempts;
end $$;


--
-- Name: claim_deliveries(bigint, uuid, bigint[], bigint[], bigint[], integer[], bigint[], integer[], bytea); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.claim_deliveries(p_company bigint, p_claim uuid, p_channels bigint[], p_conversations bigint[], p_messages bigint[], p_attempts integer[], p_first bigint[], p_ends integer[], p_bytes bytea) RETURNS SETOF bigint
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    SET lock_timeout TO '250ms'
    AS $$
#variable_conflict use_column
declare
  sending bigint[];
  claimed delivery_claims;
begin
  perform from delivery_queues q where q.company_id = p_company for update;
  if not found then
    raise exception 'company % has no queue', p_company;
  end if;
  -- a statement of its own, which sees what was committed before we had the lock
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
    values (p_company, p_claim, now() + interval '15 seconds', claimed.messages, claimed.conversations,
      claimed.channels, claimed.unsendable);
  perform freeze_requests(p_company, p_claim, p_first, p_ends, p_bytes, claimed.messages);
  return query select unnest(claimed.messages);
end $$;


--
-- Name: complete_attempts(bigint[], json); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.complete_attempts(companies bigint[], results json) RETURNS TABLE(number integer, external_id_taken boolean, conversation_id_taken boolean, has_next boolean)
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_material TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    SET lock_timeout TO '250ms'
    AS $$
#variable_conflict use_column
declare
  ended timestamptz;
  finished finished_attempt[];
  f finished_attempt;
  has_late boolean;
  has_echo boolean;
  is_queue_locked boolean := false;
  is_united boolean := false;
  -- by number: the failure that the channel reported of the message before it answered
  reported text[];
  next_conversations bigint[];
  settled_rows tid[];
  next_rows tid[];
  changed integer;
  early record;
begin
  perform 1 from counters c where c.company_id = any(companies) order by c.company_id for update;
  ended := clock_timestamp();

  loop
    select array_agg(x::finished_attempt order by x.number), bool_or(x.is_late),
        bool_or(x.is_external_id_taken or x.owner_id <> x.conversation_id)
      into finished, has_late, has_echo
      from (
        select r.number, r.company_id, r.claim_id, r.message_id, r.conversation_id, r.channel_id, c.inbox_id, r.attempt,
          coalesce(to_timestamp(r.started_at / 1000.0), r.lease_until - interval '15 seconds') as started_at, r.duration_ms, r.status_code,
          r.outcome as state, r.outcome <> 'delayed' as is_settled, r.error_code,
          case when r.is_overtaken and r.outcome = 'failed' and r.state = 'delayed'
            then concat_ws(' ', r.error_message, 'Later messages have been sent since.') else r.error_message end as error_message,
          r.external_id, r.external_conversation_id, r.delay_ms, r.pause_ms, r.excerpt, r.is_healthy, r.is_late, r.batch_id,
          r.kept_conversation_id,
          r.external_id is not null and (row_number() over same_id > 1 or r.message_id <> coalesce(
            (select m.id from messages m
              where m.company_id = r.company_id and m.channel_id = r.channel_id and m.external_id = r.external_id),
            (select e.message_id from deliveries e
              where e.company_id = r.company_id and e.channel_id = r.channel_id and e.external_id = r.external_id),
            r.message_id)) as is_external_id_taken,
          r.owner_id,
          k.last_number + count(*) filter (where r.external_conversation_id is not null and r.owner_id is null) over of_company
            as number_drawn,
          k.last_event + row_number() over of_company as event
        from (
          select r.*, target.conversation_id, target.channel_id, claim.lease_until, claim.id is null as is_late, overtaken.is_overtaken,
            coalesce(o.attempts, d.attempts) + (claim.id is not null)::integer as attempt,
            case when o.batch_id is null and claim.has_request then claim.id else coalesce(o.batch_id, d.batch_id) end as batch_id,
            coalesce(o.external_conversation_id, d.external_conversation_id) as kept_conversation_id,
            case
              -- nothing is tried again on a channel that was deleted meanwhile, and what waits behind must not wait for ever;
              -- nor late, when a later message has gone
              when r.state = 'delayed' and (overtaken.is_overtaken or (select true from channels h
                where h.company_id = r.company_id and h.id = target.channel_id and h.deleted_at is not null limit 1))
              then case when is_ambiguous(r.error_code) then 'not_confirmed' else 'failed' end
              else r.state end as outcome,
            (select e.conversation_id from conversation_external_ids e
              where e.company_id = r.company_id and e.channel_id = target.channel_id and e.external_id = r.external_conversation_id) as owner_id
          from json_to_recordset(results) as r(number integer, company_id bigint, message_id bigint, claim_id uuid, is_expired boolean,
            started_at bigint, duration_ms integer, status_code integer, state text, error_code text, error_message text,
            external_id text, external_conversation_id text, delay_ms bigint, pause_ms bigint, excerpt text, is_healthy boolean)
          -- each by its key, and nothing else: on a young table the planner would rather walk all there is
          left join lateral (
            select k.id, k.lease_until, k.conversations[at.n] as conversation_id, k.channels[at.n] as channel_id,
              k.unsendable is null or r.message_id <> all(k.unsendable) as has_request
            from delivery_claims k cross join lateral (select array_position(k.messages, r.message_id) as n) at
            where k.company_id = r.company_id and k.id = r.claim_id and at.n is not null offset 0) claim on true
          left join lateral (
            select m.conversation_id, m.channel_id from messages m
            where claim.id is null and m.company_id = r.company_id and m.id between r.message_id and r.message_id
            order by m.id limit 1) late on true
          cross join lateral (select coalesce(claim.conversation_id, late.conversation_id) as conversation_id,
            coalesce(claim.channel_id, late.channel_id) as channel_id offset 0) target
          left join lateral (
            select x.* from outbox x where x.company_id = r.company_id and x.conversation_id = target.conversation_id
              and x.message_id = r.message_id offset 0) o on true
          left join lateral (
            select x.* from deliveries x
            where claim.id is null and x.company_id = r.company_id and x.message_id = r.message_id offset 0) d on true
          cross join lateral (select d.message_id is not null and r.state = 'delayed' and (select true from all_deliveries w
            where w.company_id = r.company_id and w.conversation_id = target.conversation_id and w.message_id > r.message_id
              and w.attempts > 0 limit 1) as is_overtaken offset 0) overtaken
          where case
            when r.is_expired then o.message_id is not null and claim.lease_until < ended
            when claim.id is not null then o.message_id is not null
            else coalesce(o.interrupted_claim_id, d.interrupted_claim_id) = r.claim_id and not is_sending(r.company_id, r.message_id) end
          offset 0
        ) r
        join conversations c on c.company_id = r.company_id and c.id = r.conversation_id
        join counters k on k.company_id = r.company_id
        window of_company as (partition by r.company_id order by r.number),
          same_id as (partition by r.company_id, r.channel_id, r.external_id order by r.number)
      ) x;
    if has_late and not is_queue_locked then
      -- what waits behind a late one may be claimed at this moment
      perform from delivery_queues q where q.company_id = any(companies) order by q.company_id for update;
      is_queue_locked := true;
      continue;
    end if;
    exit when finished is null or is_united or has_echo is not true;
    -- then everything is looked at anew
    foreach f in array finished loop
      if f.is_external_id_taken or f.owner_id <> f.conversation_id then
        reported[f.number] := unite_echo(f.company_id, f.channel_id, f.message_id, f.external_id, f.external_conversation_id);
      end if;
    end loop;
    is_united := true;
  end loop;
  if finished is null then
    return;
  end if;

  perform record_channel_health(t.company_id, t.channel_id, t.is_healthy, t.error_message, ended, t.pause_ms) from (
    select r.* from unnest(finished) r
    where not r.is_healthy or r.pause_ms is not null or r.is_healthy and (select true from channel_delivery_states l
      where l.company_id = r.company_id and l.channel_id = r.channel_id and l.window_started_at is not null
        and (l.failures > 0 or l.open_until is not null or l.failing_since is not null
          or l.window_started_at > ended - interval '60 seconds') limit 1)
    order by r.company_id, r.channel_id, r.number) t;

  if has_late then
    delete from delivery_attempts a using unnest(finished) r
      where r.is_late and a.company_id = r.company_id and a.message_id = r.message_id and a.number = r.attempt;
    -- one that is tried again after all goes before what has waited behind it
    update outbox n set is_next = false from unnest(finished) r
      where r.is_late and not r.is_settled and n.company_id = r.company_id and n.conversation_id = r.conversation_id
        and n.is_next and not is_sending(n.company_id, n.message_id);
    insert into outbox (company_id, conversation_id, message_id, channel_id, state, is_next, attempts, retries)
      select d.company_id, d.conversation_id, d.message_id, d.channel_id, 'delayed', false, d.attempts, d.retries
      from unnest(finished) r join deliveries d on d.company_id = r.company_id and d.message_id = r.message_id
      where r.is_late and not r.is_settled;
    delete from deliveries d using unnest(finished) r
      where r.is_late and d.company_id = r.company_id and d.message_id = r.message_id;
  end if;

  foreach f in array finished loop
    -- one by one, by the whole key: for many at once see below
    continue when f.is_settled;
    update outbox o set state = 'delayed', attempts = f.attempt,
        retries = o.retries + (not f.is_late and f.delay_ms is not null)::integer,
        due_at = coalesce(ended + f.delay_ms * interval '1 millisecond', o.due_at), error_code = f.error_code,
        error_message = f.error_message, batch_id = f.batch_id,
        interrupted_claim_id = case when f.error_code = 'interrupted' then f.claim_id end,
        external_conversation_id = case when f.owner_id <> f.conversation_id then f.external_conversation_id else f.kept_conversation_id end
      where o.company_id = f.company_id and o.conversation_id = f.conversation_id and o.message_id = f.message_id;
  end loop;

  insert into deliveries (company_id, message_id, conversation_id, channel_id, state, attempts, error_code, error_message, settled_at,
      external_id, external_conversation_id, batch_id, interrupted_claim_id, started_at, duration_ms, status_code, response_excerpt)
    select r.company_id, r.message_id, r.conversation_id, r.channel_id, r.state, r.attempt, r.error_code, r.error_message, ended,
      case when not r.is_external_id_taken then r.external_id end,
      case when r.owner_id <> r.conversation_id then r.external_conversation_id else r.kept_conversation_id end, r.batch_id,
      case when r.error_code = 'interrupted' then r.claim_id end,
      case when is_only_attempt(r) then r.started_at end, case when is_only_attempt(r) then r.duration_ms end,
      case when is_only_attempt(r) then r.status_code end, case when is_only_attempt(r) then r.excerpt end
    from unnest(finished) r where r.is_settled;

  if exists (select from unnest(finished) r where not is_only_attempt(r)) then
    insert into delivery_attempts (company_id, message_id, number, started_at, duration_ms, status_code, outcome, error_code,
        error_message, response_excerpt)
      select r.company_id, r.message_id, r.attempt, r.started_at, r.duration_ms, r.status_code, r.state, r.error_code, r.error_message,
        r.excerpt
      from unnest(finished) r where not is_only_attempt(r);
    -- one that is sent at its first attempt has no error to take back
    update messages m set error_type = case when r.state <> 'sent' then r.error_code end,
        error_message = case when r.state <> 'sent' then r.error_message end,
        external_id = case when r.external_id is null or r.is_external_id_taken then m.external_id end
      from unnest(finished) r
      where m.company_id = r.company_id and m.id = r.message_id and r.is_settled and not is_only_attempt(r)
        and (r.state <> 'sent' or m.error_type is not null or m.external_id is not null);
  end if;

  insert into conversation_external_ids (company_id, channel_id, external_id, conversation_id, id)
    select r.company_id, r.channel_id, r.external_conversation_id, r.conversation_id, r.number_drawn from unnest(finished) r
    where r.external_conversation_id is not null and r.owner_id is null
    on conflict do nothing;

  insert into events (company_id, number, type, emitted_at, conversation_id, inbox_id, message_id, actor, target_kind, cause, data)
    select r.company_id, r.event, case when r.state in ('failed', 'not_confirmed') then 'sending_error' else 'delivery' end, ended,
      r.conversation_id, r.inbox_id, r.message_id, 'system', 'message', 'system', jsonb_build_object('state', r.state)
    from unnest(finished) r;

  perform remove_from_claim(c.company_id, c.claim_id, c.messages) from (
    select r.company_id, r.claim_id, array_agg(r.message_id) as messages from unnest(finished) r
    where not r.is_late group by r.company_id, r.claim_id) c;

  -- By where the rows lie: joined by their keys, a plan made while the outbox was empty reads all of it for each batch (2 to 640 µs a
  -- delivery). Nobody moves them while the counter is held, but mend_times(); then everything is done again.
  settled_rows := array(
    select o.ctid from unnest(finished) r
    cross join lateral (select x.ctid from outbox x where x.company_id = r.company_id and x.conversation_id = r.conversation_id
      and x.message_id = r.message_id offset 0) o
    where r.is_settled);
  delete from outbox o where o.ctid = any(settled_rows);
  get diagnostics changed = row_count;
  if changed <> cardinality(settled_rows) then
    raise exception 'the outbox was changed meanwhile';
  end if;

  select coalesce(array_agg(w.ctid), '{}'), array_agg(w.conversation_id) filter (where w.due_at <= ended)
    into next_rows, next_conversations
    from (
      select distinct r.company_id, r.conversation_id from unnest(finished) r
      where case when r.is_late then (select true from outbox h where h.company_id = r.company_id
          and h.conversation_id = r.conversation_id and h.is_next limit 1) is null
        else r.is_settled end) c
    cross join lateral (
      select x.ctid, x.conversation_id, x.due_at, x.is_next from outbox x
      where x.company_id = c.company_id and x.conversation_id = c.conversation_id order by x.message_id limit 1) w
    where not w.is_next;
  update outbox n set is_next = true where n.ctid = any(next_rows);
  get diagnostics changed = row_count;
  if changed <> cardinality(next_rows) then
    raise exception 'the outbox was changed meanwhile';
  end if;

  update counters k set last_number = x.number, last_event = x.event
    from (select r.company_id, max(r.number_drawn) as number, max(r.event) as event from unnest(finished) r group by r.company_id) x
    where k.company_id = x.company_id;

  -- nearly never is there one
  if exists (select from early_failures e where e.company_id = any(companies)) then
    for early in
      delete from early_failures e using unnest(finished) r
        where e.company_id = r.company_id and e.channel_id = r.channel_id and e.external_id = r.external_id
          and not r.is_external_id_taken and e.reported_at > ended - interval '1 hour'
        returning r.number, e.reason
    loop
      reported[early.number] := coalesce(reported[early.number], early.reason);
    end loop;
  end if;
  if reported is not null then
    perform fail_message(r.company_id, r.channel_id, r.message_id, reported[r.number]) from unnest(finished) r
      where reported[r.number] is not null;
  end if;

  return query select r.number, r.is_external_id_taken, r.owner_id is not null and r.owner_id <> r.conversation_id,
      coalesce(r.conversation_id = any(next_conversations), false)
    from unnest(finished) r;
end $$;


--
-- Name: consumer_lag(text[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.consumer_lag(p_consumers text[]) RETURNS TABLE(consumer text, events double precision, seconds double precision, failing integer)
    LANGUAGE sql STABLE
    AS $$
  select n.name, coalesce(sum(c.last_event - coalesce(k.last_event, 0)), 0)::float8,
    coalesce(extract(epoch from clock_timestamp() - min(e.emitted_at)), 0)::float8,
    (count(*) filter (where k.failures > 0))::integer
  from unnest(p_consumers) n(name)
  left join counters c on true
  left join consumer_cursors k on k.company_id = c.company_id and k.consumer = n.name
  left join events e on e.company_id = c.company_id and e.number = coalesce(k.last_event, 0) + 1
  group by n.name
$$;


--
-- Name: create_api_token(bigint, text, bytea, text, text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.create_api_token(p_company bigint, p_name text, p_hash bytea, p_hint text, p_actor text, p_actor_id bigint) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
declare
  n bigint;
begin
  select last_number into n from counters where company_id = p_company for update;
  perform require_admin(p_company, p_actor, p_actor_id);
  insert into api_tokens (company_id, id, name, hint, created_by)
    values (p_company, n + 1, p_name, p_hint, responsible_for(p_company, p_actor, p_actor_id));
  insert into directory.api_tokens (token_hash, company_id, api_token_id) values (p_hash, p_company, n + 1);
  update counters set last_number = n + 1 where company_id = p_company;
  return n + 1;
end $$;


--
-- Name: create_channel(jsonb); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.create_channel(p jsonb) RETURNS text
    LANGUAGE plpgsql
    AS $$
declare
  company bigint := (p->>'company')::bigint;
begin
  perform 1 from counters where company_id = company for update;
  perform 1 from channel_types t
    where t.company_id = company and t.id = (p->>'channel_type')::bigint and t.deleted_at is null;
  if not found then
    return 'no_channel_type';
  end if;
  perform 1 from inboxes i where i.company_id = company and i.id = (p->>'inbox')::bigint;
  if not found then
    return 'no_inbox';
  end if;
  insert into channels (company_id, id, channel_type_id, inbox_id, name, address, sealed_credential, webhook_url,
      undo_send_time)
    values (company, (p->>'id')::bigint, (p->>'channel_type')::bigint, (p->>'inbox')::bigint, p->>'name', p->>'address',
      decode(p->>'sealed_credential', 'hex'), p->>'webhook_url', (p->>'undo_send_time')::integer);
  insert into channel_delivery_states (company_id, channel_id) values (company, (p->>'id')::bigint);
  perform write_channel_event(company, (p->>'inbox')::bigint, p->>'public_id', p->>'actor', (p->>'actor_id')::bigint);
  return 'created';
end $$;


--
-- Name: create_channel_type(jsonb); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.create_channel_type(p jsonb) RETURNS text
    LANGUAGE plpgsql
    AS $$
declare
  company bigint := (p->>'company')::bigint;
  fresh channel_types := jsonb_populate_record(null::channel_types, p->'fields');
begin
  perform 1 from counters where company_id = company for update;
  if is_numeric_alias_taken(company, fresh.id, fresh.numeric_alias) then
    return 'alias_taken';
  end if;
  fresh.company_id := company;
  fresh.created_at := now();
  insert into channel_types select fresh.*;
  insert into channel_type_secrets (company_id, channel_type_id, id, sealed)
    values (company, fresh.id, (p->>'secret_id')::bigint, decode(p->>'sealed', 'hex'));
  perform write_channel_type_event(company, fresh.uid, p->>'actor', (p->>'actor_id')::bigint);
  return 'created';
end $$;


--
-- Name: create_company(text, boolean, boolean); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.create_company(p_name text, p_is_demo boolean, p_only_first boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
declare
  company bigint;
begin
  if p_only_first then
    lock table directory.companies in share row exclusive mode;
    if exists (select 1 from directory.companies) then
      return null;
    end if;
  end if;
  insert into directory.companies default values returning id into company;
  insert into companies (company_id, name, is_demo) values (company, p_name, p_is_demo);
  insert into teams (company_id, id, name) values (company, 1, p_name);
  insert into counters (company_id) values (company);
  insert into delivery_queues (company_id) values (company);
  perform schedule_timer(company, 'expired-rows', 0, now() + interval '1 day');
  return company;
end $$;


--
-- Name: create_inbox(bigint, text, boolean, bigint[], text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.create_inbox(p_company bigint, p_name text, p_is_public boolean, p_teammates bigint[], p_actor text, p_actor_id bigint) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
declare
  n bigint;
begin
  update counters set last_number = last_number + 1 where company_id = p_company returning last_number into n;
  insert into inboxes (company_id, id, name, is_public) values (p_company, n, p_name, p_is_public);
  insert into inbox_teammates (company_id, inbox_id, teammate_id)
    select p_company, n, t.id from teammates t where t.company_id = p_company and t.id = any(p_teammates);
  perform write_inbox_event(p_company, n, p_actor, p_actor_id);
  return n;
end $$;


--
-- Name: create_invitation(jsonb); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.create_invitation(p jsonb) RETURNS TABLE(outcome text, id bigint, expires_at timestamp with time zone)
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
declare
  company bigint := (p->>'company')::bigint;
  known teammates;
  n bigint;
  until timestamptz;
begin
  select last_number into n from counters where company_id = company for update;
  perform require_admin(company, p->>'actor', (p->>'actor_id')::bigint);
  select t.* into known from teammates t where t.company_id = company and t.email = p->>'email' and t.removed_at is null;
  if known.is_blocked or (known.id is null and exists (select 1 from directory.users u where u.email = p->>'email')) then
    return query select 'email_taken', null::bigint, null::timestamptz; return;
  end if;
  until := now() + make_interval(secs => (p->>case when known.id is null then 'seconds_to_join' else 'seconds_to_return' end)::float8);
  perform end_invitations(company, p->>'email');
  insert into invitations (company_id, id, email, teammate_id, is_admin, inbox_ids, invited_by, expires_at)
    values (company, n + 1, p->>'email', known.id, coalesce(known.is_admin, (p->>'is_admin')::boolean),
      array(select jsonb_array_elements_text(p->'inbox_ids')::bigint), responsible_for(company, p->>'actor', (p->>'actor_id')::bigint), until);
  insert into directory.invitations (token_hash, company_id, invitation_id) values (decode(p->>'hash', 'hex'), company, n + 1);
  update counters set last_number = n + 1 where company_id = company;
  return query select 'created', n + 1, until;
end $$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: channels; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.channels (
    company_id bigint NOT NULL,
    id bigint NOT NULL,
    channel_type_id bigint NOT NULL,
    inbox_id bigint,
    name text NOT NULL,
    address text NOT NULL,
    sealed_credential bytea,
    webhook_url text NOT NULL,
    status text DEFAULT 'ok'::text NOT NULL,
    undo_send_time integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT channels_check CHECK (((inbox_id IS NOT NULL) OR (deleted_at IS NOT NULL))),
    CONSTRAINT channels_status_check CHECK ((status = ANY (ARRAY['ok'::text, 'offline'::text]))),
    CONSTRAINT channels_undo_send_time_check CHECK ((undo_send_time = ANY (ARRAY[0, 5, 10, 15, 30, 60])))
);


--
-- Name: conversation_external_ids; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.conversation_external_ids (
    company_id bigint NOT NULL,
    channel_id bigint NOT NULL,
    external_id text NOT NULL,
    conversation_id bigint NOT NULL,
    id bigint NOT NULL
);


--
-- Name: html_forms; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.html_forms (
    company_id bigint NOT NULL,
    message_id bigint NOT NULL,
    version smallint NOT NULL,
    text text NOT NULL,
    html text,
    shown text NOT NULL,
    CONSTRAINT html_forms_shown_check CHECK ((shown = ANY (ARRAY['inline'::text, 'frame'::text, 'text'::text])))
);


--
-- Name: messages; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.messages (
    company_id bigint NOT NULL,
    id bigint NOT NULL,
    conversation_id bigint NOT NULL,
    channel_id bigint NOT NULL,
    external_id text,
    referenced_external_id text,
    replied_to_id bigint,
    is_inbound boolean NOT NULL,
    origin text NOT NULL,
    author_id bigint,
    contact_id bigint,
    handle text NOT NULL,
    name text,
    sender_name text,
    recipients jsonb,
    subject text,
    body text NOT NULL,
    body_format text NOT NULL,
    blurb text NOT NULL,
    error_type text,
    error_message text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    delivered_at timestamp with time zone,
    sort_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT messages_body_format_check CHECK ((body_format = ANY (ARRAY['html'::text, 'text'::text]))),
    CONSTRAINT messages_origin_check CHECK ((origin = ANY (ARRAY['channel'::text, 'teammate'::text, 'api'::text])))
);


--
-- Name: teammates; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.teammates (
    company_id bigint NOT NULL,
    id bigint NOT NULL,
    email text NOT NULL,
    username text NOT NULL,
    first_name text DEFAULT ''::text NOT NULL,
    last_name text DEFAULT ''::text NOT NULL,
    is_admin boolean DEFAULT false NOT NULL,
    is_available boolean DEFAULT true NOT NULL,
    is_blocked boolean DEFAULT false NOT NULL,
    joined_at_number bigint DEFAULT 0 NOT NULL,
    preferences jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    removed_at timestamp with time zone
);


--
-- Name: unsent_contents; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.unsent_contents AS
 SELECT m.company_id,
    m.id AS message_id,
    m.conversation_id,
    m.channel_id,
    ( SELECT json_agg(e.external_id ORDER BY e.id) AS json_agg
           FROM public.conversation_external_ids e
          WHERE ((e.company_id = m.company_id) AND (e.conversation_id = m.conversation_id))) AS external_ids,
    c.address AS channel_address,
    m.replied_to_id,
    ( SELECT r.external_id
           FROM public.messages r
          WHERE ((r.company_id = m.company_id) AND ((r.id >= m.replied_to_id) AND (r.id <= m.replied_to_id)))
          ORDER BY r.id
         LIMIT 1) AS in_reply_to,
    m.author_id,
    m.contact_id,
    m.handle,
    m.name,
    m.sender_name,
    m.recipients,
    m.subject,
    m.body,
    m.body_format,
    m.blurb,
    f.text,
    ((EXTRACT(epoch FROM m.sort_at) * (1000000)::numeric))::bigint AS sort_us,
    t.email,
    t.username,
    t.first_name,
    t.last_name,
    t.is_admin,
    t.is_available,
    t.is_blocked
   FROM (((public.messages m
     CROSS JOIN LATERAL ( SELECT x.address
           FROM public.channels x
          WHERE ((x.company_id = m.company_id) AND (x.id = m.channel_id))
         OFFSET 0) c)
     LEFT JOIN LATERAL ( SELECT x.text
           FROM public.html_forms x
          WHERE ((x.company_id = m.company_id) AND (x.message_id = m.id))
         OFFSET 0) f ON (true))
     LEFT JOIN LATERAL ( SELECT x.company_id,
            x.id,
            x.email,
            x.username,
            x.first_name,
            x.last_name,
            x.is_admin,
            x.is_available,
            x.is_blocked,
            x.joined_at_number,
            x.preferences,
            x.created_at,
            x.removed_at
           FROM public.teammates x
          WHERE ((x.company_id = m.company_id) AND (x.id = m.author_id))
         OFFSET 0) t ON (true));


--
-- Name: create_messages(bigint[], json, json); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.create_messages(company_ids bigint[], batch json, forms json DEFAULT NULL::json) RETURNS TABLE(i integer, outcome text, message_id bigint, conversation_id bigint, channel_id bigint, draft_version bigint, content public.unsent_contents)
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    SET lock_timeout TO '250ms'
    AS $$
#variable_conflict use_column
declare
  arrived_at timestamptz;
  rows message_to_create[];
  needs_conversation boolean;
  -- by i + 1
  new_conversation_ids bigint[] := array_fill(null::bigint, array[json_array_length(batch)]);
  r message_to_create;
  -- these by company_index
  last_numbers bigint[];
  last_events bigint[];
  emptied_drafts jsonb;
begin
  for pass in 1..2 loop
    select array_agg(c.last_number), array_agg(c.last_event) into last_numbers, last_events
      from (select * from counters where company_id = any(company_ids) order by company_id for update) c;
    arrived_at := coalesce(arrived_at, clock_timestamp());

    select array_agg(m::message_to_create), bool_or(m.needs_conversation) into rows, needs_conversation
    from (
      select s.i, s.company_id, s.is_reply, s.conversation_id, s.inbox_id, s.channel_id, s.undo_seconds, s.author_id, s.origin,
        s.actor_id, s.source, s.handle, s.name, s.contact_id, s.recipients, s.sender_name, s.subject, s.body, s.body_format, s.blurb,
        s.status, s.replied_to_id, s.draft_version, s.caller, s.route, s.key, s.request_hash, s.outcome, s.first_message_id,
        s.needs_conversation, s.is_first_of_batch and not s.has_unsettled as is_next, s.changes_status, s.id,
        last_events[s.company_index] + count(*) filter (where s.outcome = 'created') over of_company
          + count(*) filter (where s.changes_status) over (of_company rows between unbounded preceding and 1 preceding) as event_number
      from (
        select l.*,
          l.outcome = 'created' and l.status <> coalesce(lag(l.status) over of_conversation, l.status_before) as changes_status,
          row_number() over of_conversation = 1 as is_first_of_batch,
          last_numbers[l.company_index] + count(*) filter (where l.outcome = 'created') over of_company as id
        from (
          select o.*, o.outcome = 'created' and (o.contact_id is null or o.conversation_id is null) as needs_conversation
          from (
            select r.i, r.company_index, r.company_id, r.conversation_id is not null as is_reply, conv.id as conversation_id,
              coalesce(conv.inbox_id, chan.inbox_id) as inbox_id, chan.id as channel_id, chan.undo_send_time as undo_seconds,
              r.author_id, r.origin, r.actor_id, type.contact_type as source, coalesce(r.handle, conv.recipient_handle) as handle,
              coalesce(r.name, conv.recipient_name) as name,
              case when r.handle is null then conv.contact_id else known.contact_id end as contact_id, r.recipients, r.sender_name,
              r.subject, r.body, r.body_format, r.blurb, case when r.archive then 'archived' else 'open' end as status,
              conv.status as status_before, nullif(conv.last_inbound_id, 0) as replied_to_id, r.draft_version, r.caller, r.route,
              r.key, decode(r.request_hash, 'hex') as request_hash, used.message_id as first_message_id,
              -- a scalar: planned on an empty table, exists would read all of it
              coalesce((select true from outbox w where w.company_id = r.company_id and w.conversation_id = conv.id limit 1), false)
                as has_unsettled,
              case
                when used.request_hash <> decode(r.request_hash, 'hex') then 'key_reused'
                when used.message_id is not null then 'repeated'
                when r.conversation_id is not null and conv.id is null then 'no_conversation'
                when conv.status in ('trashed', 'spam') then 'in_trash'
                when r.conversation_id is not null and r.channel_id <> conv.channel_id then 'other_channel'
                when chan.id is null then 'no_channel'
                when chan.deleted_at is not null then 'channel_deleted'
                when r.conversation_id is not null and not type.allow_reply then 'replies_off'
                when r.conversation_id is null and not type.allow_compose then 'compose_off'
                when coalesce(r.handle, conv.recipient_handle) is null then 'no_recipient'
                when r.draft_version is not null
                  and is_draft_sent(r.company_id, r.actor_id, r.conversation_id, r.draft_version, r.body, r.handle) then 'draft_sent'
                else 'created'
              end as outcome
            from json_to_recordset(batch) as r(i integer, company_index integer, company_id bigint, conversation_id bigint,
              channel_id bigint, author_id bigint, origin text, actor_id bigint, handle text, name text, recipients jsonb,
              sender_name text, subject text, body text, body_format text, blurb text, archive boolean, draft_version bigint,
              caller text, route text, key text, request_hash text)
            left join idempotency_keys used
              on used.company_id = r.company_id and used.caller = r.caller and used.route = r.route and used.key = r.key
            left join conversations conv
              on conv.company_id = r.company_id and conv.id = coalesce(r.conversation_id, new_conversation_ids[r.i + 1])
            -- by their whole keys, and nothing else: in a young table half of one looks as good, and the plan stays
            left join lateral (
              select h.* from channels h
              where h.company_id = r.company_id and h.id = coalesce(conv.channel_id, r.channel_id) offset 0
            ) chan on true
            left join channel_types type on type.company_id = chan.company_id and type.id = chan.channel_type_id
            left join lateral (
              select h.contact_id from contact_handles h
              where h.company_id = r.company_id and h.source = type.contact_type and h.handle = r.handle and h.owner_id is null offset 0
            ) known on true
          ) o
        ) l
        window of_company as (partition by l.company_id order by l.i),
          of_conversation as (partition by l.company_id, l.conversation_id, l.outcome order by l.i)
      ) s
      window of_company as (partition by s.company_id order by s.i)
    ) m;
    exit when not needs_conversation;
    foreach r in array rows loop
      if r.needs_conversation then
        new_conversation_ids[r.i + 1] := prepare_conversation(r);
      end if;
    end loop;
  end loop;

  insert into messages (company_id, id, conversation_id, channel_id, replied_to_id, is_inbound, origin, author_id, contact_id,
      handle, name, sender_name, recipients, subject, body, body_format, blurb, created_at, sort_at)
    select r.company_id, r.id, r.conversation_id, r.channel_id, r.replied_to_id, false, r.origin, r.author_id, r.contact_id,
      r.handle, r.name, r.sender_name, r.recipients, r.subject, r.body, r.body_format, r.blurb, arrived_at,
      greatest(arrived_at, k.last_place + interval '1 millisecond')
    from unnest(rows) r join counters k on k.company_id = r.company_id where r.outcome = 'created';

  if forms is not null then
    insert into html_forms (company_id, message_id, version, text, html, shown)
      select r.company_id, r.id, f.version, f.text, f.html, f.shown
      from json_to_recordset(forms) as f(i integer, version smallint, text text, html text, shown text)
      join unnest(rows) r on r.i = f.i where r.outcome = 'created';
  end if;

  insert into outbox (company_id, message_id, conversation_id, channel_id, is_next, due_at)
    select r.company_id, r.id, r.conversation_id, r.channel_id, r.is_next, arrived_at + make_interval(secs => r.undo_seconds)
    from unnest(rows) r where r.outcome = 'created';

  update conversations c set last_message_id = x.id, last_message_at = greatest(arrived_at, k.last_place + interval '1 millisecond'),
      last_message_blurb = x.blurb, last_message_is_inbound = false, waiting_since = null, updated_at = arrived_at, status = x.status
    from (
      select distinct on (r.company_id, r.conversation_id) r.company_id, r.conversation_id, r.id, r.blurb, r.status
      from unnest(rows) r where r.outcome = 'created' order by r.company_id, r.conversation_id, r.id desc
    ) x join counters k on k.company_id = x.company_id
    where c.company_id = x.company_id and c.id = x.conversation_id;

  insert into idempotency_keys (company_id, caller, route, key, request_hash, message_id)
    select r.company_id, r.caller, r.route, r.key, r.request_hash, r.id from unnest(rows) r
    where r.outcome = 'created' and r.key is not null;

  -- the author's draft is sent with it, but for newer words of another screen; its count goes on
  if exists (select from unnest(rows) r where r.outcome = 'created' and r.origin = 'teammate') then
    with emptied as (
      update drafts d set body = '', channel_id = null, recipient = null, subject = null, version = d.version + 1, updated_at = arrived_at
        from unnest(rows) r
        where r.outcome = 'created' and r.origin = 'teammate' and d.company_id = r.company_id and d.author_id = r.actor_id
          and d.conversation_id is not distinct from case when r.is_reply then r.conversation_id end
          and (d.body <> '' or d.recipient is not null or d.subject is not null) and d.version <= coalesce(r.draft_version, d.version)
        returning r.i, d.version)
    select jsonb_object_agg(e.i, e.version) into emptied_drafts from emptied e;
    -- also where the screen that sends has saved other words since, or none
    insert into sent_drafts (company_id, draft_id, version, message_id)
      select d.company_id, d.id, d.version, r.id
      from unnest(rows) r join drafts d on d.company_id = r.company_id and d.author_id = r.actor_id
        and d.conversation_id is not distinct from case when r.is_reply then r.conversation_id end
      where r.outcome = 'created' and r.origin = 'teammate';
  end if;

  insert into events (company_id, number, type, emitted_at, conversation_id, inbox_id, message_id, actor, actor_id,
      target_kind, cause, cause_id)
    select r.company_id, r.event_number, case when r.is_reply then 'out_reply' else 'outbound' end, arrived_at, r.conversation_id,
      r.inbox_id, r.id, r.origin, r.actor_id, 'message', case r.origin when 'api' then 'api_token' else r.origin end, r.actor_id
    from unnest(rows) r where r.outcome = 'created'
    union all
    select r.company_id, r.event_number + 1, case r.status when 'archived' then 'archive' else 'reopen' end, arrived_at,
      r.conversation_id, r.inbox_id, null, r.origin, r.actor_id, null, 'message', r.id
    from unnest(rows) r where r.changes_status;

  update counters c set last_number = x.id, last_event = x.event_number,
      last_place = greatest(arrived_at, c.last_place + interval '1 millisecond')
    from (
      select r.company_id, max(r.id) as id, max(r.event_number + r.changes_status::integer) as event_number
      from unnest(rows) r where r.outcome = 'created' group by r.company_id
    ) x
    where c.company_id = x.company_id;

  return query
    select x.i, x.outcome, case when x.outcome = 'created' then x.id else x.first_message_id end,
      coalesce(x.conversation_id, m.conversation_id), coalesce(x.channel_id, m.channel_id),
      (emptied_drafts->>x.i::text)::bigint, u.content
    from unnest(rows) x left join messages m on m.company_id = x.company_id and m.id = x.first_message_id
    left join lateral (
      select v as content from unsent_contents v
      where x.outcome = 'created' and x.is_next and x.undo_seconds = 0
        and v.company_id = x.company_id and v.message_id between x.id and x.id
      order by v.message_id limit 1) u on true;
end $$;


--
-- Name: create_teammate(jsonb); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.create_teammate(p jsonb) RETURNS TABLE(outcome text, teammate_id bigint)
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
declare
  company bigint := (p->>'company')::bigint;
  known teammates;
  who bigint;
  n bigint;
begin
  select last_number into n from counters where company_id = company for update;
  select t.* into known from teammates t where t.company_id = company and t.email = p->>'email' and t.removed_at is null;
  if (known.id is not null and p->>'invitation' is null)
    or (known.id is null and exists (select 1 from directory.users u where u.email = p->>'email')) then
    return query select 'email_taken', null::bigint; return;
  end if;
  if p->>'invitation' is not null then
    update invitations i set accepted_at = now()
      where i.company_id = company and i.id = (p->>'invitation')::bigint and i.email = p->>'email' and is_open_invitation(i);
    if not found then
      return query select 'invitation_used', null::bigint; return;
    end if;
  end if;
  perform end_invitations(company, p->>'email');

  who := coalesce(known.id, n + 1);
  if known.id is null then
    insert into teammates (company_id, id, email, username, first_name, last_name, is_admin, joined_at_number)
      values (company, who, p->>'email', p->>'username', p->>'first_name', p->>'last_name', (p->>'is_admin')::boolean, n);
    insert into inbox_teammates (company_id, inbox_id, teammate_id)
      select company, i.id, who from inboxes i
      where i.company_id = company and i.id in (select given.id::bigint from jsonb_array_elements_text(p->'inbox_ids') as given(id));
  end if;
  if jsonb_typeof(p->'user') = 'object' then
    perform put_sign_in(company, who, p->>'email', concat_ws(' ', p->>'first_name', p->>'last_name'), p->'user');
  end if;

  update counters set last_number = greatest(n, who) where company_id = company;
  perform write_teammate_event(company, who, p->>'actor', (p->>'actor_id')::bigint);
  return query select 'created', who;
end $$;


--
-- Name: delete_api_token(bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.delete_api_token(p_company bigint, p_token bigint) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
begin
  delete from directory.api_tokens d where d.company_id = p_company and d.api_token_id = p_token;
  delete from api_tokens t where t.company_id = p_company and t.id = p_token;
  return found;
end $$;


--
-- Name: delete_channel(bigint, bigint, text, text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.delete_channel(p_company bigint, p_channel bigint, p_public_id text, p_actor text, p_actor_id bigint) RETURNS text
    LANGUAGE plpgsql
    AS $$
declare
  gone channels;
  waiting bigint[];
begin
  perform from counters where company_id = p_company for update;
  update channels c set deleted_at = now()
    where c.company_id = p_company and c.id = p_channel and c.deleted_at is null returning c.* into gone;
  if not found then
    return 'no_channel';
  end if;

  -- nothing is claimed meanwhile; what is under way ends as it ends
  perform from delivery_queues q where q.company_id = p_company for update;
  waiting := array(
    select o.message_id from outbox o
    where o.company_id = p_company and o.channel_id = p_channel and not is_sending(p_company, o.message_id) order by o.message_id);
  perform cancel_deliveries(p_company, waiting, null, 'channel_deleted', 'The channel was deleted.');
  perform write_event(p_company, 'delivery', p_actor, p_actor_id, conversation => x.conversation, inbox => x.inbox,
      message => x.message, cause => 'channel', cause_id => p_channel, data => '{"state": "cancelled"}')
    from (
      select d.message_id as message, c.id as conversation, c.inbox_id as inbox from deliveries d
      join conversations c on c.company_id = d.company_id and c.id = d.conversation_id
      where d.company_id = p_company and d.message_id = any(waiting) order by d.message_id
    ) x;
  perform summarise_conversation(p_company, x.conversation_id) from (
    select distinct d.conversation_id from deliveries d where d.company_id = p_company and d.message_id = any(waiting)) x
    where exists (select from messages m
      where m.company_id = p_company and m.conversation_id = x.conversation_id and m.id <> all(waiting));

  -- a server that is not told of the end is never called again
  update channels c set sealed_credential = null
    where c.company_id = p_company and c.id = p_channel and not exists (
      select from channel_types t where t.company_id = p_company and t.id = gone.channel_type_id and t.wants_delete);
  perform write_channel_event(p_company, gone.inbox_id, p_public_id, p_actor, p_actor_id);
  return 'deleted';
end $$;


--
-- Name: delete_channel_type(bigint, bigint, text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.delete_channel_type(p_company bigint, p_type bigint, p_actor text, p_actor_id bigint) RETURNS text
    LANGUAGE plpgsql
    AS $$
declare
  kind_uid text;
begin
  perform 1 from counters where company_id = p_company for update;
  if has_channels(p_company, p_type) then
    return 'in_use';
  end if;
  update channel_types t set deleted_at = now()
    where t.company_id = p_company and t.id = p_type and t.deleted_at is null
    returning t.uid into kind_uid;
  if not found then
    return 'no_channel_type';
  end if;
  perform write_channel_type_event(p_company, kind_uid, p_actor, p_actor_id);
  return 'deleted';
end $$;


--
-- Name: delete_conversation(bigint, bigint, text, text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.delete_conversation(p_company bigint, p_conversation bigint, p_public_id text, p_actor text, p_actor_id bigint) RETURNS text
    LANGUAGE plpgsql
    AS $$
declare
  conv conversations;
  gone bigint[];
begin
  perform 1 from counters where company_id = p_company for update;
  select c.* into conv from conversations c where c.company_id = p_company and c.id = p_conversation;
  if not found then return 'no_conversation'; end if;
  if conv.status not in ('trashed', 'spam') then return 'not_in_trash'; end if;

  gone := array(select m.id from messages m where m.company_id = p_company and m.conversation_id = p_conversation);
  delete from delivery_attempts where company_id = p_company and message_id = any(gone);
  perform from delivery_queues q where q.company_id = p_company for update;
  perform erase_requests(p_company, gone);
  perform remove_from_claim(p_company, k.id, gone) from (
    select c.id from delivery_claims c where c.company_id = p_company and c.messages && gone) k;
  delete from outbox where company_id = p_company and conversation_id = p_conversation;
  delete from deliveries where company_id = p_company and message_id = any(gone);
  delete from channel_callbacks where company_id = p_company and message_id = any(gone);
  delete from idempotency_keys where company_id = p_company and message_id = any(gone);
  delete from drafts where company_id = p_company and conversation_id = p_conversation;
  delete from messages where company_id = p_company and id = any(gone);
  -- with it go its external ids and the read positions
  delete from conversations where company_id = p_company and id = p_conversation;

  perform write_event(p_company, 'conversation_deleted', p_actor, p_actor_id, conversation => conv.id, inbox => conv.inbox_id,
    target_kind => 'inbox', target => conv.inbox_id, data => jsonb_build_object('conversation_id', p_public_id));
  return 'deleted';
end $$;


--
-- Name: delete_expired_rows(bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.delete_expired_rows(p_company bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  delete from channel_token_uses u where u.company_id = p_company and u.expires_at < now() - interval '5 minutes';
  delete from early_failures f where f.company_id = p_company and f.reported_at < now() - interval '1 hour';
  delete from directory.sessions s using directory.sign_ins l
    where l.company_id = p_company and s.user_id = l.user_id and s.expires_at < now() - interval '1 hour';
  perform schedule_timer(p_company, 'expired-rows', 0, now() + interval '1 day');
end $$;


--
-- Name: delete_inbox(bigint, bigint, bigint, text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.delete_inbox(p_company bigint, p_inbox bigint, p_to bigint, p_actor text, p_actor_id bigint) RETURNS text
    LANGUAGE plpgsql
    AS $$
begin
  perform 1 from counters where company_id = p_company for update;
  if exists (select 1 from conversations c where c.company_id = p_company and c.inbox_id = p_inbox)
    or exists (select 1 from channels c where c.company_id = p_company and c.inbox_id = p_inbox and c.deleted_at is null) then
    return 'not_empty';
  end if;
  update channels c set inbox_id = p_to where c.company_id = p_company and c.inbox_id = p_inbox;
  delete from inboxes i where i.company_id = p_company and i.id = p_inbox;
  if not found then
    return 'no_inbox';
  end if;
  perform write_inbox_event(p_company, p_inbox, p_actor, p_actor_id);
  return 'deleted';
end $$;


--
-- Name: delete_invitation(bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.delete_invitation(p_company bigint, p_invitation bigint) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
begin
  delete from directory.invitations d where d.company_id = p_company and d.invitation_id = p_invitation;
  delete from invitations i where i.company_id = p_company and i.id = p_invitation;
  return found;
end $$;


--
-- Name: draw_numbers(bigint, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.draw_numbers(p_company bigint, p_count integer) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
declare
  first bigint;
begin
  update counters set last_number = last_number + p_count where company_id = p_company
    returning last_number - p_count + 1 into first;
  return first;
end $$;


--
-- Name: drop_pending_secret(bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.drop_pending_secret(p_company bigint, p_type bigint) RETURNS void
    LANGUAGE sql
    AS $$
  delete from channel_type_secrets s where s.company_id = p_company and s.channel_type_id = p_type and s.pending
$$;


--
-- Name: due_timers(text[], integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.due_timers(p_kinds text[], p_limit integer) RETURNS TABLE(kind text, company_id bigint, next_due_ms double precision)
    LANGUAGE sql STABLE
    AS $$
  select d.kind, d.company_id, null::float8 from (
      select t.kind, t.company_id from timers t
      where t.due_at <= now() and t.kind = any(p_kinds) order by t.due_at limit p_limit) d
    group by d.kind, d.company_id
  union all
  select null, null, extract(epoch from min(t.due_at) - now())::float8 * 1000 from timers t where t.due_at > now()
$$;


--
-- Name: end_grants_of(bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.end_grants_of(p_company bigint, p_teammate bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  update invitations i set ended_at = now()
    where i.company_id = p_company and i.invited_by = p_teammate and i.accepted_at is null and i.ended_at is null;
  delete from directory.api_tokens d using api_tokens t
    where t.company_id = p_company and t.created_by = p_teammate and d.company_id = p_company and d.api_token_id = t.id;
  delete from api_tokens t where t.company_id = p_company and t.created_by = p_teammate;
end $$;


--
-- Name: end_invitations(bigint, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.end_invitations(p_company bigint, p_email text) RETURNS void
    LANGUAGE sql
    AS $$
  update invitations i set ended_at = now()
    where i.company_id = p_company and i.email = p_email and i.accepted_at is null and i.ended_at is null
$$;


--
-- Name: end_previous_secrets(bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.end_previous_secrets(p_company bigint, p_type bigint) RETURNS void
    LANGUAGE sql
    AS $$
  delete from channel_type_secrets s
    where s.company_id = p_company and s.channel_type_id = p_type and s.expires_at is not null
$$;


--
-- Name: erase_requests(bigint, bigint[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.erase_requests(p_company bigint, p_messages bigint[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  erased record;
begin
  for erased in
    select b.batch_id, b.message_id, r.start, r.ending from (
      select o.batch_id, o.message_id from outbox o where o.company_id = p_company and o.message_id = any(p_messages)
      union select d.batch_id, d.message_id from deliveries d where d.company_id = p_company and d.message_id = any(p_messages)
      -- a first attempt that is under way
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


--
-- Name: extend_waiting_since(public.pushed_message); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.extend_waiting_since(r public.pushed_message) RETURNS void
    LANGUAGE sql
    AS $$
  update conversations c set waiting_since = r.sort_at
    where r.is_inbound and c.company_id = r.company_id and c.id = r.conversation_id and c.waiting_since > r.sort_at and not exists (
      select from messages m
      where m.company_id = r.company_id and m.conversation_id = r.conversation_id and not m.is_inbound and m.sort_at > r.sort_at)
$$;


--
-- Name: fail_message(bigint, bigint, bigint, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.fail_message(company bigint, channel bigint, message bigint, reason text) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  conv conversations;
begin
  update deliveries set state = 'failed', error_code = 'reported_by_channel', error_message = reason, settled_at = now(), decided_by = null,
      interrupted_claim_id = null
    where company_id = company and message_id = message and state in ('sent', 'not_confirmed');
  update messages set error_type = 'reported_by_channel', error_message = reason where company_id = company and id = message;
  select c.* into conv from conversations c where c.company_id = company and c.id = (
    select m.conversation_id from messages m where m.company_id = company and m.id = message);
  update conversations set status = 'open', updated_at = now()
    where company_id = company and id = conv.id and status = 'archived';

  perform write_event(company, 'sending_error', 'channel', channel, conversation => conv.id, inbox => conv.inbox_id, message => message,
    data => '{"state": "failed"}');
  if conv.status = 'archived' then
    perform write_event(company, 'reopen', 'channel', channel, conversation => conv.id, inbox => conv.inbox_id,
      cause => 'message', cause_id => message);
  end if;
end $$;


--
-- Name: find_by_external_id(bigint, bigint, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.find_by_external_id(company bigint, channel bigint, p_external_id text) RETURNS bigint
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
begin
  return coalesce(
    (select m.id from messages m where m.company_id = company and m.channel_id = channel and m.external_id = p_external_id),
    (select d.message_id from deliveries d where d.company_id = company and d.channel_id = channel and d.external_id = p_external_id));
end $$;


--
-- Name: find_expired_attempts(integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.find_expired_attempts(p_limit integer) RETURNS TABLE(company_id bigint, message_id bigint, channel_id bigint, claim_id uuid, attempt integer, retries integer, idempotent boolean)
    LANGUAGE plpgsql STABLE
    SET enable_bitmapscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_material TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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


--
-- Name: find_ready_channels(bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.find_ready_channels(p_company bigint) RETURNS TABLE(company_id bigint, channel_id bigint, has_slot boolean, wait_ms bigint)
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_sort TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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
      where l.company_id = company and l.channel_id = channel and c.deleted_at is null;
    if ready.due_at > now() then
      soonest := least(soonest, ready.due_at);
    elsif ready.due_at is not null then
      return query select company, channel, ready.has_slot, null::bigint;
    end if;
  end loop;
  return query select null::bigint, null::bigint, null::boolean, (extract(epoch from soonest - now()) * 1000)::bigint;
end $$;


--
-- Name: free_slots(bigint, bigint[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.free_slots(p_company bigint, p_channels bigint[]) RETURNS TABLE(channel_id bigint, free integer)
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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
    -- one by one (offset 0): in tables that PostgreSQL has not looked at, all of a company look as few as one
    cross join lateral (select x.* from channel_delivery_states x where x.company_id = p_company and x.channel_id = asked.id offset 0) l
    cross join lateral (select x.* from channels x where x.company_id = p_company and x.id = asked.id offset 0) c
    cross join lateral (
      select x.* from channel_types x where x.company_id = p_company and x.id = c.channel_type_id offset 0) t
    where c.deleted_at is null;
end $$;


--
-- Name: freeze_requests(bigint, uuid, bigint[], integer[], bytea, bigint[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.freeze_requests(p_company bigint, p_batch uuid, p_first bigint[], p_ends integer[], p_bytes bytea, p_claimed bigint[]) RETURNS void
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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


--
-- Name: frozen_request(bigint, uuid, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.frozen_request(p_company bigint, p_batch uuid, p_message bigint) RETURNS bytea
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
begin
  return (
    select string_agg(substring(q.bytes from greatest(r.start - q.start, 0) + 1
      for r.ending - greatest(r.start, q.start)), '' order by q.start)
    from request_range(p_company, p_batch, p_message) r
    join delivery_requests q on q.company_id = p_company and q.batch_id = p_batch and q.start < r.ending
      and q.start + octet_length(q.bytes) > r.start);
end $$;


--
-- Name: has_channels(bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.has_channels(p_company bigint, p_type bigint) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  select exists (select 1 from channels c
    where c.company_id = p_company and c.channel_type_id = p_type and c.deleted_at is null)
$$;


--
-- Name: is_ambiguous(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.is_ambiguous(code text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $$
  select code in ('timeout', 'connection_reset', 'unreadable_answer', 'interrupted', 'server_error', 'invalid_response')
$$;


--
-- Name: is_draft_sent(bigint, bigint, bigint, bigint, text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.is_draft_sent(company bigint, author bigint, conversation bigint, known_version bigint, body text, sent_to text) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  select exists (
    select from drafts d join sent_drafts s on s.company_id = d.company_id and s.draft_id = d.id
    join messages m on m.company_id = d.company_id and m.id = s.message_id
    left join deliveries v on v.company_id = m.company_id and v.message_id = m.id
    where d.company_id = company and d.author_id = author and d.conversation_id is not distinct from conversation
      and s.version > known_version and m.body = is_draft_sent.body and v.state is distinct from 'cancelled'
      and (conversation is not null or m.handle = sent_to))
$$;


--
-- Name: is_numeric_alias_taken(bigint, bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.is_numeric_alias_taken(p_company bigint, p_type bigint, p_alias bigint) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  select exists (select 1 from channel_types t
    where t.company_id = p_company and t.numeric_alias = p_alias and t.id <> p_type and t.deleted_at is null)
$$;


--
-- Name: is_of_other_clock(timestamp with time zone); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.is_of_other_clock(next_attempt_at timestamp with time zone) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  select next_attempt_at > now() + interval '10 minutes 1 second'
$$;


--
-- Name: is_only_attempt(public.finished_attempt); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.is_only_attempt(f public.finished_attempt) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $$
  select f.attempt = 1 and f.state = 'sent' and not f.is_late
$$;


--
-- Name: invitations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.invitations (
    company_id bigint NOT NULL,
    id bigint NOT NULL,
    email text NOT NULL,
    is_admin boolean DEFAULT false NOT NULL,
    inbox_ids bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    invited_by bigint,
    teammate_id bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    ended_at timestamp with time zone
);


--
-- Name: is_open_invitation(public.invitations); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.is_open_invitation(i public.invitations) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  select i.accepted_at is null and i.ended_at is null and i.expires_at > now() and case
    when i.teammate_id is null
      then not exists (select 1 from teammates t where t.company_id = i.company_id and t.email = i.email and t.removed_at is null)
    else exists (select 1 from teammates t where t.company_id = i.company_id and t.id = i.teammate_id
      and t.email = i.email and t.is_admin = i.is_admin and not t.is_blocked) end
$$;


--
-- Name: is_retry_due(timestamp with time zone); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.is_retry_due(retry_at timestamp with time zone) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  select retry_at is null or retry_at <= now() or retry_at > now() + interval '5 minutes'
$$;


--
-- Name: is_sending(bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.is_sending(p_company bigint, p_message bigint) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  select exists (select from delivery_claims k where k.company_id = p_company and p_message = any(k.messages))
$$;


--
-- Name: keep_early_failure(bigint, bigint, text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.keep_early_failure(company bigint, channel bigint, message_external_id text, reason text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
begin
  if find_by_external_id(company, channel, message_external_id) is not null
      or not (exists (select from delivery_claims k where k.company_id = company and channel = any(k.channels))
        or exists (select from outbox o
          where o.company_id = company and o.channel_id = channel and o.is_next and o.state = 'delayed' and o.attempts > 0)) then
    return false;
  end if;
  delete from early_failures e
    where e.company_id = company and e.channel_id = channel and e.reported_at < clock_timestamp() - interval '1 hour';
  if (select count(*) from early_failures e where e.company_id = company and e.channel_id = channel) >= 100 then
    return false;
  end if;
  insert into early_failures (company_id, channel_id, external_id, reason, reported_at)
    values (company, channel, message_external_id, reason, clock_timestamp()) on conflict do nothing;
  return true;
end $$;


--
-- Name: lagging_consumers(text[], integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.lagging_consumers(p_consumers text[], p_limit integer) RETURNS TABLE(consumer text, company_id bigint)
    LANGUAGE sql STABLE
    AS $$
  select n.name, c.company_id
  from counters c cross join unnest(p_consumers) n(name)
  left join consumer_cursors k on k.company_id = c.company_id and k.consumer = n.name
  where c.last_event > coalesce(k.last_event, 0) and is_retry_due(k.retry_at)
  limit p_limit
$$;


--
-- Name: conversations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.conversations (
    company_id bigint NOT NULL,
    id bigint NOT NULL,
    inbox_id bigint NOT NULL,
    channel_id bigint NOT NULL,
    contact_id bigint,
    recipient_handle text,
    recipient_name text,
    subject text,
    status text DEFAULT 'open'::text NOT NULL,
    assignee_id bigint,
    last_message_id bigint,
    last_message_at timestamp with time zone DEFAULT now() NOT NULL,
    last_message_blurb text DEFAULT ''::text NOT NULL,
    last_message_is_inbound boolean DEFAULT true NOT NULL,
    last_inbound_id bigint DEFAULT 0 NOT NULL,
    waiting_since timestamp with time zone,
    newest_delivered_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    priority text DEFAULT 'normal'::text NOT NULL,
    CONSTRAINT conversations_priority CHECK ((priority = ANY (ARRAY['low'::text, 'normal'::text, 'high'::text, 'urgent'::text]))),
    CONSTRAINT conversations_status_check CHECK ((status = ANY (ARRAY['open'::text, 'archived'::text, 'trashed'::text, 'spam'::text])))
)
WITH (fillfactor='85');


--
-- Name: lock_conversation(bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.lock_conversation(p_company bigint, p_conversation bigint) RETURNS public.conversations
    LANGUAGE plpgsql
    AS $$
declare
  found_one conversations;
begin
  perform 1 from counters where company_id = p_company for update;
  select c.* into found_one from conversations c where c.company_id = p_company and c.id = p_conversation;
  return found_one;
end $$;


--
-- Name: may_have_arrived(bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.may_have_arrived(p_company bigint, p_message bigint) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  select exists (select from delivery_attempts x where x.company_id = p_company and x.message_id = p_message and is_ambiguous(x.error_code))
$$;


--
-- Name: mend_timers(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.mend_timers() RETURNS void
    LANGUAGE sql
    AS $$
  update timers t set due_at = now() where t.failures > 0 and t.due_at > now() + interval '5 minutes'
$$;


--
-- Name: mend_times(integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.mend_times(p_lease_seconds integer) RETURNS void
    LANGUAGE plpgsql
    SET enable_bitmapscan TO 'off'
    SET jit TO 'off'
    AS $$
begin
  update outbox o set due_at = now() from (
      select x.company_id, x.conversation_id, x.message_id from outbox x
      where x.due_at > now() + case x.state when 'queued' then interval '60 seconds' else interval '43200 seconds' end + interval '1 second'
      for update skip locked) late
    where o.company_id = late.company_id and o.conversation_id = late.conversation_id and o.message_id = late.message_id;
  update delivery_claims k set lease_until = now() + make_interval(secs => p_lease_seconds) from (
      select x.company_id, x.id from delivery_claims x
      where x.lease_until > now() + make_interval(secs => p_lease_seconds + 1)
      for update skip locked) late
    where k.company_id = late.company_id and k.id = late.id;
  update channel_delivery_states l set paused_until = null from (
      select x.company_id, x.channel_id from channel_delivery_states x
      where x.paused_until > now() + interval '3600 seconds' + interval '1 second' for update skip locked) late
    where l.company_id = late.company_id and l.channel_id = late.channel_id;
  update channel_delivery_states l set open_until = now() + interval '30 seconds' from (
      select x.company_id, x.channel_id from channel_delivery_states x where x.open_until > now() + interval '31 seconds' for update skip locked) late
    where l.company_id = late.company_id and l.channel_id = late.channel_id;
end $$;


--
-- Name: move_channel_conversations(bigint, bigint, bigint, bigint, integer, text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.move_channel_conversations(p_company bigint, p_channel bigint, p_from bigint, p_to bigint, p_limit integer, p_actor text, p_actor_id bigint) RETURNS integer
    LANGUAGE plpgsql
    AS $$
declare
  ids bigint[];
  names jsonb := names_of_move(p_company, p_from, p_to);
begin
  perform 1 from counters where company_id = p_company for update;
  select array_agg(x.id) into ids from (
    select c.id from conversations c
    where c.company_id = p_company and c.inbox_id = p_from and c.channel_id = p_channel limit p_limit) x;
  update conversations c set inbox_id = p_to where c.company_id = p_company and c.id = any(ids);
  perform write_event(p_company, 'move', p_actor, p_actor_id, conversation => x.id, inbox => p_to, target_kind => 'inbox',
      target => p_from, cause => 'channel', cause_id => p_channel, data => names)
    from unnest(ids) x(id);
  return coalesce(cardinality(ids), 0);
end $$;


--
-- Name: move_conversation(bigint, bigint, text, bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.move_conversation(p_company bigint, p_conversation bigint, p_actor text, p_actor_id bigint, p_inbox bigint) RETURNS text
    LANGUAGE plpgsql
    AS $$
declare
  was conversations := lock_conversation(p_company, p_conversation);
begin
  if was.id is null then return 'no_conversation'; end if;
  if p_inbox = was.inbox_id then return 'unchanged'; end if;
  if not exists (select 1 from inboxes i where i.company_id = p_company and i.id = p_inbox) then return 'no_inbox'; end if;
  perform write_event(p_company, 'move', p_actor, p_actor_id, conversation => was.id, inbox => p_inbox,
    target_kind => 'inbox', target => was.inbox_id, data => names_of_move(p_company, was.inbox_id, p_inbox));
  update conversations c set inbox_id = p_inbox, updated_at = now() where c.company_id = p_company and c.id = was.id;
  return 'changed';
end $$;


--
-- Name: move_inbox_conversations(bigint, bigint, bigint, integer, text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.move_inbox_conversations(p_company bigint, p_from bigint, p_to bigint, p_limit integer, p_actor text, p_actor_id bigint) RETURNS integer
    LANGUAGE plpgsql
    AS $$
declare
  ids bigint[];
  names jsonb := names_of_move(p_company, p_from, p_to);
begin
  perform 1 from counters where company_id = p_company for update;
  if not exists (select 1 from inboxes i where i.company_id = p_company and i.id = p_to) then
    return -1;
  end if;
  select array_agg(x.id) into ids from (
    select c.id from conversations c where c.company_id = p_company and c.inbox_id = p_from limit p_limit) x;
  update conversations c set inbox_id = p_to where c.company_id = p_company and c.id = any(ids);
  perform write_event(p_company, 'move', p_actor, p_actor_id, conversation => x.id, inbox => p_to, target_kind => 'inbox',
      target => p_from, cause => 'inbox', cause_id => p_from, data => names)
    from unnest(ids) x(id);
  return coalesce(cardinality(ids), 0);
end $$;


--
-- Name: move_read_position(bigint, bigint, bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.move_read_position(p_company bigint, p_teammate bigint, p_conversation bigint, p_message bigint) RETURNS text
    LANGUAGE plpgsql
    AS $$
declare
  conv conversations;
  target bigint;
  was bigint;
begin
  perform 1 from counters where company_id = p_company for update;
  select c.* into conv from conversations c
    where c.company_id = p_company and c.id = p_conversation;
  if not found then return 'no_conversation'; end if;
  target := coalesce(p_message, greatest(conv.last_message_id, conv.last_inbound_id), 0);
  select a.read_up_to into was from attention a
    where a.company_id = p_company and a.teammate_id = p_teammate and a.conversation_id = p_conversation;
  if was = target or (target > 0 and was > target) then return 'unchanged'; end if;
  insert into attention (company_id, teammate_id, conversation_id, read_up_to)
    values (p_company, p_teammate, p_conversation, target)
    on conflict (company_id, teammate_id, conversation_id) do update set read_up_to = excluded.read_up_to;
  perform write_event(p_company, 'read', 'teammate', p_teammate, conversation => conv.id, inbox => conv.inbox_id,
    data => jsonb_build_object('unread', conv.last_inbound_id > target));
  return 'moved';
end $$;


--
-- Name: names_of_move(bigint, bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.names_of_move(company bigint, from_inbox bigint, to_inbox bigint) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  select jsonb_object_agg(case i.id when from_inbox then 'from_name' else 'to_name' end, i.name)
  from inboxes i where i.company_id = company and i.id in (from_inbox, to_inbox) and i.is_public
$$;


--
-- Name: other_form_of_mobile(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.other_form_of_mobile(e164 text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $_$
  select case
    when e164 ~ '^\+521[2-9]\d{9}$' then '+52' || substr(e164, 5)
    when e164 ~ '^\+52[2-9]\d{9}$' then '+521' || substr(e164, 4)
    when e164 ~ '^\+549[1-3]\d{9}$' then '+54' || substr(e164, 5)
    when e164 ~ '^\+54[1-3]\d{9}$' then '+549' || substr(e164, 4)
    when e164 ~ '^\+55[1-9]\d9[6-9]\d{7}$' then substr(e164, 1, 5) || substr(e164, 7)
    when e164 ~ '^\+55[1-9]\d[6-9]\d{7}$' then substr(e164, 1, 5) || '9' || substr(e164, 6)
  end
$_$;


--
-- Name: peek_deliveries(bigint, bigint[], integer[], integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.peek_deliveries(p_company bigint, p_channels bigint[], p_most integer[], p_limit integer) RETURNS TABLE(message_id bigint, conversation_id bigint, channel_id bigint, attempts integer, retries integer, is_beyond boolean, request_body bytea, content public.unsent_contents)
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_material TO 'off'
    SET enable_sort TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
#variable_conflict use_column
declare
  sending bigint[] := array(select unnest(k.messages) from delivery_claims k where k.company_id = p_company);
begin
  return query
    select l.message_id, l.conversation_id, l.channel_id, l.attempts, l.retries, l.is_beyond or l.is_too_much,
      case when not l.is_too_much then l.request end, case when not l.is_too_much then l.content end
    from (
      select o.*, u.content, coalesce(sum(coalesce(octet_length(o.request), octet_length((u.content).body)))
        over (rows between unbounded preceding and 1 preceding), 0) >= 4194304 as is_too_much
      from (
        select d.*, d.n > a.slots as is_beyond,
          case when d.batch_id is not null and d.n <= a.slots then frozen_request(p_company, d.batch_id, d.message_id) end as request
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
        where o.request is null and not o.is_beyond and v.company_id = p_company and v.message_id between o.message_id and o.message_id
        order by v.message_id limit 1) u on true) l;
end $$;


--
-- Name: prepare_conversation(public.message_to_create); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.prepare_conversation(r public.message_to_create) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
declare
  type_id bigint := (select c.channel_type_id from channels c where c.company_id = r.company_id and c.id = r.channel_id);
  contact bigint := coalesce(r.contact_id, recognise_contact(r.company_id, type_id, r.source, r.handle, r.name, null));
  new_id bigint;
begin
  if r.is_reply then
    return r.conversation_id;
  end if;
  update counters set last_number = last_number + 1 where company_id = r.company_id returning last_number into new_id;
  insert into conversations (company_id, id, inbox_id, channel_id, contact_id, recipient_handle, recipient_name, subject)
    select r.company_id, new_id, r.inbox_id, r.channel_id, contact, r.handle,
      coalesce(r.name, case when p.named_by = type_id then p.name end), r.subject
    from contacts p where p.company_id = r.company_id and p.id = contact;
  return new_id;
end $$;


--
-- Name: prepare_pushed_message(public.pushed_message, timestamp with time zone); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.prepare_pushed_message(r public.pushed_message, arrived_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  type_id bigint := (select c.channel_type_id from channels c where c.company_id = r.company_id and c.id = r.channel_id);
  contact bigint := recognise_contact(r.company_id, type_id, r.source, r.handle, r.name, r.email);
  conv conversations;
  new_id bigint;
begin
  select c.* into conv from conversation_external_ids e
    join conversations c on c.company_id = e.company_id and c.id = e.conversation_id
    where e.company_id = r.company_id and e.channel_id = r.channel_id and e.external_id = r.external_conversation_id;
  if conv.id is null then
    update counters set last_number = last_number + 1 where company_id = r.company_id returning last_number into new_id;
    insert into conversations (company_id, id, inbox_id, channel_id, contact_id, recipient_handle, recipient_name, subject,
        last_message_at)
      select r.company_id, new_id, c.inbox_id, r.channel_id, contact, r.handle,
        coalesce(r.name, case when p.named_by = type_id then p.name end), r.subject, r.sort_at
      from channels c join contacts p on p.company_id = c.company_id and p.id = contact
      where c.company_id = r.company_id and c.id = r.channel_id;
    insert into conversation_external_ids (company_id, channel_id, external_id, conversation_id, id)
      values (r.company_id, r.channel_id, r.external_conversation_id, new_id, new_id);
    return;
  end if;
  if conv.recipient_name is null and conv.recipient_handle = r.handle then
    update conversations set recipient_name = r.name where company_id = r.company_id and id = conv.id;
  end if;
  if conv.status in ('archived', 'trashed') and r.is_inbound then
    update conversations set status = 'open' where company_id = r.company_id and id = conv.id;
    perform write_event(r.company_id, case conv.status when 'archived' then 'reopen' else 'restore' end, 'channel', r.channel_id,
      conversation => conv.id, inbox => conv.inbox_id, cause => 'message', at => arrived_at);
  end if;
end $$;


--
-- Name: put_off_consumer(bigint, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.put_off_consumer(p_company bigint, p_consumer text) RETURNS TABLE(failures integer, retry_seconds double precision)
    LANGUAGE sql
    AS $$
  insert into consumer_cursors as k (company_id, consumer, failures, retry_at)
    values (p_company, p_consumer, 1, now() + interval '1 second')
    on conflict (company_id, consumer) do update
      set failures = k.failures + 1, retry_at = now() + least(interval '5 minutes', interval '1 second' * 2 ^ least(k.failures, 20))
    returning k.failures, extract(epoch from k.retry_at - now())::float8
$$;


--
-- Name: put_off_timer(bigint, text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.put_off_timer(p_company bigint, p_kind text, p_subject bigint) RETURNS TABLE(failures integer, retry_seconds double precision)
    LANGUAGE sql
    AS $$
  update timers t set failures = t.failures + 1,
      due_at = now() + least(interval '5 minutes', interval '1 second' * 2 ^ least(t.failures, 20))
    where t.company_id = p_company and t.kind = p_kind and t.subject = p_subject and t.due_at <= now()
    returning t.failures, extract(epoch from t.due_at - now())::float8
$$;


--
-- Name: put_sign_in(bigint, bigint, text, text, jsonb); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.put_sign_in(p_company bigint, p_teammate bigint, p_email text, p_name text, p_user jsonb) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  known text;
begin
  select s.user_id into known from directory.sign_ins s where s.company_id = p_company and s.teammate_id = p_teammate;
  if found then
    update directory.accounts a set password = p_user->>'password_hash', updated_at = now()
      where a.user_id = known and a.provider_id = 'credential';
    delete from directory.sessions s where s.user_id = known;
    return;
  end if;
  insert into directory.users (id, name, email) values (p_user->>'id', p_name, p_email);
  insert into directory.accounts (id, account_id, provider_id, user_id, password)
    values (p_user->>'account_id', p_user->>'id', 'credential', p_user->>'id', p_user->>'password_hash');
  insert into directory.sign_ins (user_id, company_id, teammate_id) values (p_user->>'id', p_company, p_teammate);
end $$;


--
-- Name: queue_channel_callbacks(bigint, bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.queue_channel_callbacks(p_company bigint, p_after bigint, p_up_to bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  insert into channel_callbacks (company_id, id, channel_id, kind, message_id, next_attempt_at)
    select p_company, e.message_id, c.id, 'message_imported', m.id, e.emitted_at
    from events e
    join channels c on c.company_id = p_company and c.id = e.actor_id and c.deleted_at is null
    join channel_types t on t.company_id = p_company and t.id = c.channel_type_id and t.wants_message_imported
    left join united_ids u on u.company_id = p_company and u.id = e.message_id
    join messages m on m.company_id = p_company and m.id = coalesce(u.into_id, e.message_id)
    where e.company_id = p_company and e.number > p_after and e.number <= p_up_to
      and e.type in ('inbound', 'outbound', 'out_reply') and e.actor = 'channel' and e.cause = 'channel';

  delete from channel_callbacks b using events e, channels c
    where e.company_id = p_company and e.number > p_after and e.number <= p_up_to and e.type = 'channel'
      and c.company_id = p_company and c.deleted_at = e.emitted_at
      and b.company_id = p_company and b.channel_id = c.id;
  insert into channel_callbacks (company_id, id, channel_id, kind)
    select p_company, c.id, c.id, 'delete'
    from events e
    join channels c on c.company_id = p_company and c.deleted_at = e.emitted_at
    join channel_types t on t.company_id = p_company and t.id = c.channel_type_id and t.wants_delete
    where e.company_id = p_company and e.number > p_after and e.number <= p_up_to and e.type = 'channel';
end $$;


--
-- Name: reassign_conversations(bigint, bigint, bigint, integer, text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.reassign_conversations(p_company bigint, p_from bigint, p_to bigint, p_limit integer, p_actor text, p_actor_id bigint) RETURNS integer
    LANGUAGE plpgsql
    AS $$
declare
  ids bigint[];
begin
  perform 1 from counters where company_id = p_company for update;
  if p_to is not null and not exists (
      select 1 from teammates t where t.company_id = p_company and t.id = p_to and not t.is_blocked) then
    return -1;
  end if;
  select array_agg(x.id) into ids from (
    select c.id from conversations c where c.company_id = p_company and c.assignee_id = p_from limit p_limit) x;
  update conversations c set updated_at = now(), assignee_id = case when c.status in ('open', 'archived') then p_to end
    where c.company_id = p_company and c.id = any(ids);
  perform write_event(p_company, case when c.assignee_id is null then 'unassign' else 'assign' end, p_actor, p_actor_id,
      conversation => c.id, inbox => c.inbox_id, target_kind => 'teammate', target => coalesce(c.assignee_id, p_from),
      cause => 'teammate', cause_id => p_from,
      data => jsonb_build_object('teammate_name', teammate_name(p_company, coalesce(c.assignee_id, p_from))))
    from conversations c where c.company_id = p_company and c.id = any(ids);
  return coalesce(cardinality(ids), 0);
end $$;


--
-- Name: receive_failure(bigint, bigint, text, text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.receive_failure(company bigint, channel bigint, conversation_external_id text, message_external_id text, reason text) RETURNS text
    LANGUAGE plpgsql
    AS $$
declare
  message messages;
begin
  perform 1 from counters c where c.company_id = company for update;
  select m.* into message from messages m
    where m.company_id = company and m.id = find_by_external_id(company, channel, message_external_id) and not m.is_inbound
      and (exists (select from conversation_external_ids e
          where e.company_id = company and e.channel_id = channel and e.conversation_id = m.conversation_id
            and e.external_id = conversation_external_id)
        or exists (select from all_deliveries d
          where d.company_id = company and d.conversation_id = m.conversation_id and d.message_id = m.id
            and d.external_conversation_id = receive_failure.conversation_external_id));
  if not found then
    return case when keep_early_failure(company, channel, message_external_id, reason) then 'early' else 'no_message' end;
  end if;
  if message.error_type is not null then
    return 'repeated';
  end if;
  perform fail_message(company, channel, message.id, reason);
  return 'failed';
end $$;


--
-- Name: receive_pushed_messages(bigint[], json, json, json); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.receive_pushed_messages(company_ids bigint[], batch json, tokens json, forms json DEFAULT NULL::json) RETURNS TABLE(i integer, outcome text, message_id bigint)
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    SET lock_timeout TO '250ms'
    AS $$
#variable_conflict use_column
declare
  arrived_at timestamptz;
  replayed integer[];
  expired integer[];
  rows pushed_message[];
  needs_preparation boolean;
  -- these by company_index
  last_numbers bigint[];
  last_events bigint[];
  events_before bigint[];
  -- what comes now stands behind the newest there is
  next_sort_at timestamptz[];
begin
  for pass in 1..2 loop
    select array_agg(c.last_number), array_agg(c.last_event), array_agg(c.last_place + interval '1 millisecond')
      into last_numbers, last_events, next_sort_at
      from (select * from counters where company_id = any(company_ids) order by company_id for update) c;
    if pass = 1 then
      arrived_at := clock_timestamp();
      events_before := last_events;
      if tokens is not null then
        select s.replayed, s.expired into replayed, expired from spend_single_use_tokens(tokens) s;
      end if;
    end if;

    select array_agg(m::pushed_message), bool_or(m.needs_preparation and m.outcome = 'stored') into rows, needs_preparation
    from (
      select l.i, l.company_id, l.channel_id, l.external_id, l.external_conversation_id, l.referenced_external_id, l.is_inbound,
        l.source, l.handle, l.name, l.email, l.sender_name, l.author_id, l.recipients, l.subject, l.body, l.body_format,
        coalesce(l.blurb, l.body) as blurb, l.delivered_at, l.sort_at, l.outcome, l.first_message_id, l.contact_id,
        l.replied_to_id, l.conversation_id, l.inbox_id, l.is_answer, l.needs_preparation,
        case when l.is_history then l.last_message_at > l.sort_at
          else l.delivered_at < greatest(l.newest_delivered_at, max(l.delivered_at) over of_conversation) end as is_late,
        last_numbers[l.company_index] + count(*) filter (where l.outcome = 'stored') over of_company as id,
        last_events[l.company_index] + count(*) filter (where l.outcome = 'stored') over of_company as event_number
      from (
        select r.*, to_timestamp(r.delivered_seconds) as delivered_at, is_history, conv.last_message_at, conv.newest_delivered_at,
          case when is_history then to_timestamp(r.delivered_seconds)
            else greatest(arrived_at, next_sort_at[r.company_index])
              + row_number() over (partition by r.company_id, r.channel_id, r.external_conversation_id order by r.i) * interval '1 millisecond'
            end as sort_at,
          case
            when r.i = any(expired) then 'token_expired'
            when r.i = any(replayed) then 'token_replayed'
            when live_channel.inbox_id is null then 'channel_gone'
            when first.body <> r.body then 'repeated_differently'
            when first.id is not null then 'repeated'
            else 'stored'
          end as outcome,
          first.id as first_message_id, replied_to.id as replied_to_id, conv.id as conversation_id,
          coalesce(conv.inbox_id, live_channel.inbox_id) as inbox_id, conv.last_message_id is not null as is_answer,
          case when conv.recipient_handle = r.handle then conv.contact_id else known.contact_id end as contact_id,
          conv.id is null or (conv.status in ('archived', 'trashed') and r.is_inbound)
            or (known.contact_id is null and conv.recipient_handle is distinct from r.handle)
            or (r.email is not null and (select e.contact_id from contact_handles e
              where e.company_id = r.company_id and e.source = 'email' and e.handle = r.email and e.owner_id is null) is null)
            or (r.name is not null and (conv.recipient_name is null or conv.recipient_handle is distinct from r.handle)
              and (select p.name from contacts p where p.company_id = r.company_id
                and p.id = case when conv.recipient_handle = r.handle then conv.contact_id else known.contact_id end) is null)
            as needs_preparation
        from json_to_recordset(batch) as r(i integer, company_index integer, company_id bigint, channel_id bigint, secret_id bigint,
          external_id text, external_conversation_id text, referenced_external_id text, is_inbound boolean, source text, handle text,
          name text, email text, sender_name text, author_id bigint, recipients jsonb, subject text, body text, body_format text,
          blurb text, delivered_seconds bigint, is_old boolean)
        -- by both clocks, the hub's and the database's: a wrong one makes no history
        cross join lateral (
          select r.is_old is true and r.delivered_seconds < extract(epoch from arrived_at) - 60 as is_history) age
        left join lateral (
          select c.inbox_id from (select x.* from channels x where x.company_id = r.company_id and x.id = r.channel_id offset 0) c
          join channel_type_secrets s
            on s.company_id = c.company_id and s.channel_type_id = c.channel_type_id and s.id = r.secret_id
          where c.deleted_at is null
            and (s.expires_at is null or s.expires_at > arrived_at)
        ) live_channel on true
        -- an id that the channel gave to a message of ours stands in its delivery
        left join messages pushed
          on pushed.company_id = r.company_id and pushed.channel_id = r.channel_id and pushed.external_id = r.external_id
        left join deliveries delivered
          on delivered.company_id = r.company_id and delivered.channel_id = r.channel_id and delivered.external_id = r.external_id
        left join messages first on first.company_id = r.company_id and first.id = coalesce(pushed.id, delivered.message_id)
        cross join lateral (select coalesce(
            (select m.id from messages m
              where m.company_id = r.company_id and m.channel_id = r.channel_id and m.external_id = r.referenced_external_id),
            (select d.message_id from deliveries d
              where d.company_id = r.company_id and d.channel_id = r.channel_id and d.external_id = r.referenced_external_id)) as id
          offset 0) replied_to
        left join conversation_external_ids e
          on e.company_id = r.company_id and e.channel_id = r.channel_id and e.external_id = r.external_conversation_id
        left join conversations conv on conv.company_id = e.company_id and conv.id = e.conversation_id
        -- the conversation's own customer needs no look-up by handle: a null key is not searched for. By its whole key, and nothing
        -- else: in a young table half of it looks as good, and the plan stays when the table has grown
        left join lateral (
          select h.contact_id from contact_handles h where h.company_id = r.company_id and h.source = r.source
            and h.handle = case when conv.recipient_handle is distinct from r.handle then r.handle end and h.owner_id is null offset 0
        ) known on true
      ) l
      window of_company as (partition by l.company_id order by l.i),
        of_conversation as (partition by l.company_id, l.channel_id, l.external_conversation_id order by l.i)
    ) m;
    exit when not needs_preparation;
    perform prepare_pushed_message(r, arrived_at) from unnest(rows) r where r.needs_preparation and r.outcome = 'stored';
  end loop;

  -- what comes again of a message of ours may name the conversation, which the channel's answer did not
  if exists (select from unnest(rows) r where r.first_message_id is not null and r.conversation_id is null) then
    insert into conversation_external_ids (company_id, channel_id, external_id, conversation_id, id)
      select r.company_id, r.channel_id, r.external_conversation_id, f.conversation_id, r.id from unnest(rows) r
      join messages f on f.company_id = r.company_id and f.id = r.first_message_id and f.origin <> 'channel'
      where r.outcome in ('repeated', 'repeated_differently') and r.conversation_id is null
      on conflict do nothing;
  end if;

  insert into messages (company_id, id, conversation_id, channel_id, external_id, referenced_external_id, replied_to_id,
      is_inbound, origin, author_id, contact_id, handle, name, sender_name, recipients, subject, body, body_format, blurb,
      created_at, delivered_at, sort_at)
    select r.company_id, r.id, r.conversation_id, r.channel_id, r.external_id, r.referenced_external_id,
      case when r.referenced_external_id is not null then coalesce(r.replied_to_id, (
        select f.id from unnest(rows) f where f.company_id = r.company_id and f.channel_id = r.channel_id
          and f.external_id = r.referenced_external_id and f.outcome = 'stored')) end,
      r.is_inbound, 'channel', r.author_id, r.contact_id, r.handle, r.name, r.sender_name, r.recipients, r.subject, r.body,
      r.body_format, r.blurb, arrived_at, r.delivered_at, r.sort_at
    from unnest(rows) r where r.outcome = 'stored';

  if exists (select from unnest(rows) r where r.is_late and r.outcome = 'stored') then
    for n in 1..cardinality(rows) loop
      if rows[n].is_late and rows[n].outcome = 'stored' then
        rows[n].sort_at := sort_late_message(rows[n]);
        perform extend_waiting_since(rows[n]);
      end if;
    end loop;
  end if;

  insert into events (company_id, number, type, emitted_at, conversation_id, inbox_id, message_id, actor, actor_id,
      target_kind, cause, cause_id)
    select r.company_id, r.event_number, case when r.is_inbound then 'inbound' when r.is_answer then 'out_reply' else 'outbound' end,
      arrived_at, r.conversation_id, r.inbox_id, r.id, 'channel', r.channel_id, 'message', 'channel', r.channel_id
    from unnest(rows) r where r.outcome = 'stored';

  -- what was written when conversations came back is caused by messages whose numbers are known only now
  if last_events <> events_before then
    update events e set cause_id = x.id
      from unnest(company_ids, events_before, last_events) as prepared(company_id, after, up_to) join (
        select r.company_id, r.conversation_id, min(r.id) as id from unnest(rows) r
        where r.outcome = 'stored' and r.is_inbound group by 1, 2
      ) x on x.company_id = prepared.company_id
      where e.company_id = prepared.company_id and e.number > prepared.after and e.number <= prepared.up_to
        and e.conversation_id = x.conversation_id;
  end if;

  if forms is not null then
    insert into html_forms (company_id, message_id, version, text, html, shown)
      select r.company_id, r.id, f.version, f.text, f.html, f.shown
      from json_to_recordset(forms) as f(i integer, version smallint, text text, html text, shown text)
      join unnest(rows) r on r.i = f.i where r.outcome = 'stored';
  end if;

  -- The newest of a conversation's messages becomes its summary, unless it is history older than what is there.
  update conversations c set
      last_message_id = case when x.sort_at >= c.last_message_at then x.id else c.last_message_id end,
      last_message_at = greatest(x.sort_at, c.last_message_at),
      newest_delivered_at = greatest(x.delivered_at, c.newest_delivered_at),
      last_message_blurb = case when x.sort_at >= c.last_message_at then x.blurb else c.last_message_blurb end,
      last_message_is_inbound = case when x.sort_at >= c.last_message_at then x.is_inbound else c.last_message_is_inbound end,
      waiting_since = case when x.sort_at < c.last_message_at then c.waiting_since
        when x.is_inbound then coalesce(case when not x.is_answered then c.waiting_since end, x.sort_at) end,
      last_inbound_id = coalesce(x.last_inbound_id, c.last_inbound_id),
      updated_at = arrived_at
    from (
      select distinct on (r.company_id, r.conversation_id) r.company_id, r.conversation_id, r.id, r.sort_at, r.blurb, r.is_inbound,
        max(r.id) filter (where r.is_inbound) over of_conversation as last_inbound_id,
        max(r.delivered_at) over of_conversation as delivered_at, bool_or(not r.is_inbound) over of_conversation as is_answered
      from unnest(rows) r where r.outcome = 'stored'
      window of_conversation as (partition by r.company_id, r.conversation_id)
      order by r.company_id, r.conversation_id, r.sort_at desc, r.id desc
    ) x
    where c.company_id = x.company_id and c.id = x.conversation_id;

  update counters c set last_number = x.id, last_event = x.event_number, last_place = greatest(c.last_place, x.sort_at)
    from (
      select r.company_id, max(r.id) as id, max(r.event_number) as event_number, max(r.sort_at) as sort_at
      from unnest(rows) r where r.outcome = 'stored' group by r.company_id
    ) x
    where c.company_id = x.company_id;

  return query
    select r.i, r.outcome, case when r.outcome = 'stored' then r.id else r.first_message_id end from unnest(rows) r;
end $$;


--
-- Name: recognise_contact(bigint, bigint, text, text, text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.recognise_contact(p_company bigint, p_channel_type bigint, p_source text, p_handle text, p_name text, p_email text) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
declare
  contact bigint;
begin
  select h.contact_id into contact from contact_handles h where h.company_id = p_company and h.source = p_source and h.handle = p_handle and h.owner_id is null;
  if contact is null then
    if p_source = 'phone' then
      select h.contact_id into contact from contact_handles h
        where h.company_id = p_company and h.source = p_source and h.handle = other_form_of_mobile(p_handle) and h.owner_id is null;
    end if;
    if contact is null and p_email is not null then
      select h.contact_id into contact from contact_handles h
        where h.company_id = p_company and h.source = 'email' and h.handle = p_email and h.owner_id is null;
    end if;
    if contact is null then
      update counters set last_number = last_number + 1 where company_id = p_company returning last_number into contact;
      insert into contacts (company_id, id, name, named_by) values (p_company, contact, p_name, case when p_name is not null then p_channel_type end);
    end if;
    insert into contact_handles (company_id, source, handle, contact_id) values (p_company, p_source, p_handle, contact);
  end if;
  if p_email is not null then
    insert into contact_handles (company_id, source, handle, contact_id) values (p_company, 'email', p_email, contact)
      on conflict (company_id, source, handle, owner_id) do nothing;
  end if;
  if p_name is not null then
    update contacts c set name = p_name, named_by = p_channel_type where c.company_id = p_company and c.id = contact and c.name is null;
  end if;
  return contact;
end $$;


--
-- Name: record_channel_health(bigint, bigint, boolean, text, timestamp with time zone, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.record_channel_health(p_company bigint, p_channel bigint, is_healthy boolean, reason text, at timestamp with time zone, pause_ms bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
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


--
-- Name: register_consumer(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.register_consumer(p_name text) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  insert into directory.consumers (name) values (p_name) on conflict do nothing;
  if found then
    insert into consumer_cursors (company_id, consumer, last_event)
      select c.company_id, p_name, c.last_event from counters c on conflict do nothing;
  end if;
end $$;


--
-- Name: remove_from_claim(bigint, uuid, bigint[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.remove_from_claim(p_company bigint, p_claim uuid, p_messages bigint[]) RETURNS void
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
declare
  remaining record;
begin
  select array_agg(u.message_id order by u.n) as messages, array_agg(u.conversation_id order by u.n) as conversations,
      array_agg(u.channel_id order by u.n) as channels into remaining
    from delivery_claims k
    cross join lateral unnest(k.messages, k.conversations, k.channels) with ordinality as u(message_id, conversation_id, channel_id, n)
    where k.company_id = p_company and k.id = p_claim and u.message_id not in (select unnest(p_messages));
  if remaining.messages is null then
    delete from delivery_claims k where k.company_id = p_company and k.id = p_claim;
  else
    update delivery_claims k
      set messages = remaining.messages, conversations = remaining.conversations, channels = remaining.channels
      where k.company_id = p_company and k.id = p_claim;
  end if;
end $$;


--
-- Name: remove_teammate(bigint, bigint, text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.remove_teammate(p_company bigint, p_teammate bigint, p_actor text, p_actor_id bigint) RETURNS text
    LANGUAGE plpgsql
    AS $$
begin
  perform 1 from counters where company_id = p_company for update;
  if exists (select 1 from conversations c where c.company_id = p_company and c.assignee_id = p_teammate) then
    return 'has_conversations';
  end if;
  update teammates t set removed_at = now()
    where t.company_id = p_company and t.id = p_teammate and t.is_blocked and t.removed_at is null;
  if not found then
    return 'no_teammate';
  end if;
  delete from directory.users u using directory.sign_ins l
    where l.company_id = p_company and l.teammate_id = p_teammate and u.id = l.user_id;
  delete from directory.sign_ins l where l.company_id = p_company and l.teammate_id = p_teammate;
  delete from drafts d where d.company_id = p_company and d.author_id = p_teammate;
  delete from conversation_teammates g where g.company_id = p_company and g.teammate_id = p_teammate;
  delete from inbox_teammates m where m.company_id = p_company and m.teammate_id = p_teammate;
  perform write_teammate_event(p_company, p_teammate, p_actor, p_actor_id);
  return 'removed';
end $$;


--
-- Name: request_range(bigint, uuid, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.request_range(p_company bigint, p_batch uuid, p_message bigint) RETURNS TABLE(start integer, ending integer)
    LANGUAGE sql STABLE
    AS $$
  select coalesce(q.ends[at.n - 1], 0), q.ends[at.n]
  from delivery_requests q cross join lateral (select array_position(q.messages, p_message) as n) at
  where q.company_id = p_company and q.batch_id = p_batch and q.start = 0 and at.n is not null
$$;


--
-- Name: require_admin(bigint, text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.require_admin(p_company bigint, p_actor text, p_actor_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  if p_actor = 'teammate' and not exists (
      select from teammates t where t.company_id = p_company and t.id = p_actor_id and t.is_admin and not t.is_blocked)
    or p_actor = 'api' and not exists (select from api_tokens t where t.company_id = p_company and t.id = p_actor_id) then
    raise exception 'the right to do this has ended' using errcode = 'PT403';
  end if;
end $$;


--
-- Name: responsible_for(bigint, text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.responsible_for(p_company bigint, p_actor text, p_actor_id bigint) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
  select case p_actor when 'teammate' then p_actor_id
    when 'api' then (select t.created_by from api_tokens t where t.company_id = p_company and t.id = p_actor_id) end
$$;


--
-- Name: return_to_outbox(bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.return_to_outbox(p_company bigint, p_message bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  d deliveries;
begin
  delete from deliveries x where x.company_id = p_company and x.message_id = p_message returning x.* into d;
  insert into delivery_attempts (company_id, message_id, number, started_at, duration_ms, status_code, outcome, response_excerpt)
    select p_company, p_message, 1, d.started_at, d.duration_ms, d.status_code, 'sent', d.response_excerpt where d.started_at is not null;
  update messages m set external_id = d.external_id
    where m.company_id = p_company and m.id = p_message and d.external_id is not null;
  insert into outbox (company_id, conversation_id, message_id, channel_id, is_next, attempts, batch_id, external_conversation_id)
    values (p_company, d.conversation_id, p_message, d.channel_id, not exists (
        select from outbox w where w.company_id = p_company and w.conversation_id = d.conversation_id),
      d.attempts, d.batch_id, d.external_conversation_id);
end $$;


--
-- Name: rotate_channel_type_secret(bigint, bigint, bigint, bytea); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.rotate_channel_type_secret(p_company bigint, p_type bigint, p_secret bigint, p_sealed bytea) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
begin
  perform 1 from channel_types t where t.company_id = p_company and t.id = p_type and t.deleted_at is null for update;
  if not found then
    return false;
  end if;
  perform drop_pending_secret(p_company, p_type);
  insert into channel_type_secrets (company_id, channel_type_id, id, sealed, pending)
    values (p_company, p_type, p_secret, p_sealed, true);
  return true;
end $$;


--
-- Name: drafts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.drafts (
    company_id bigint NOT NULL,
    id bigint NOT NULL,
    author_id bigint NOT NULL,
    conversation_id bigint,
    channel_id bigint,
    recipient text,
    subject text,
    body text NOT NULL,
    set_aside text,
    version bigint DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: save_draft(bigint, bigint, bigint, bigint, text, text, text, text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.save_draft(p_company bigint, p_author bigint, p_conversation bigint, p_channel bigint, p_recipient text, p_subject text, p_body text, p_set_aside text, p_base bigint) RETURNS SETOF public.drafts
    LANGUAGE plpgsql
    AS $$
declare
  number bigint;
begin
  if not exists (select from drafts d
      where d.company_id = p_company and d.author_id = p_author and d.conversation_id is not distinct from p_conversation) then
    update counters k set last_number = k.last_number + 1 where k.company_id = p_company returning k.last_number into number;
    insert into drafts (company_id, id, author_id, conversation_id, channel_id, recipient, subject, body, set_aside)
      values (p_company, number, p_author, p_conversation, p_channel, p_recipient, p_subject, p_body, p_set_aside)
      on conflict (company_id, author_id, conversation_id) do nothing;
    if found then
      return query select d.* from drafts d where d.company_id = p_company and d.id = number;
      return;
    end if;
  end if;
  return query
    update drafts d set channel_id = p_channel, recipient = p_recipient, subject = p_subject, body = p_body, set_aside = p_set_aside,
        version = d.version + 1, updated_at = now()
      where d.company_id = p_company and d.author_id = p_author and d.conversation_id is not distinct from p_conversation
        and (p_base is null or d.version = p_base or (p_base = 0 and d.body = '' and d.recipient is null and d.subject is null))
      returning d.*;
end $$;


--
-- Name: schedule_timer(bigint, text, bigint, timestamp with time zone); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.schedule_timer(p_company bigint, p_kind text, p_subject bigint, p_due_at timestamp with time zone) RETURNS void
    LANGUAGE sql
    AS $$
  insert into timers as t (company_id, kind, subject, due_at) values (p_company, p_kind, p_subject, p_due_at)
    on conflict (company_id, kind, subject) do update set due_at = excluded.due_at, failures = 0
$$;


--
-- Name: set_conversation_priority(bigint, bigint, text, bigint, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.set_conversation_priority(p_company bigint, p_conversation bigint, p_actor text, p_actor_id bigint, p_priority text) RETURNS text
    LANGUAGE plpgsql
    AS $$
declare
  was conversations := lock_conversation(p_company, p_conversation);
begin
  if was.id is null then return 'no_conversation'; end if;
  if p_priority = was.priority then return 'unchanged'; end if;
  perform write_event(p_company, 'prioritize', p_actor, p_actor_id, conversation => was.id, inbox => was.inbox_id,
    data => jsonb_build_object('priority', p_priority));
  update conversations c set priority = p_priority, updated_at = now() where c.company_id = p_company and c.id = was.id;
  return 'changed';
end $$;


--
-- Name: set_conversation_status(bigint, bigint, text, bigint, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.set_conversation_status(p_company bigint, p_conversation bigint, p_actor text, p_actor_id bigint, p_status text) RETURNS text
    LANGUAGE plpgsql
    AS $$
declare
  was conversations := lock_conversation(p_company, p_conversation);
  step text;
begin
  if was.id is null then return 'no_conversation'; end if;
  if p_status = was.status then return 'unchanged'; end if;
  foreach step in array status_steps(was.status, p_status) loop
    perform write_event(p_company, step, p_actor, p_actor_id, conversation => was.id, inbox => was.inbox_id);
  end loop;
  update conversations c set status = p_status, updated_at = now() where c.company_id = p_company and c.id = was.id;
  return 'changed';
end $$;


--
-- Name: settle_callbacks(bigint, bigint, uuid, jsonb); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.settle_callbacks(p_company bigint, p_channel bigint, p_claim uuid, p_settled jsonb) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  done bigint[];
begin
  update channel_callbacks b set claim_id = null, next_attempt_at = now() + make_interval(secs => x.again_seconds)
    from jsonb_to_recordset(p_settled) x(id bigint, again_seconds integer)
    where b.company_id = p_company and b.id = x.id and b.claim_id = p_claim and x.again_seconds is not null;
  select array_agg(b.id) into done
    from channel_callbacks b join jsonb_to_recordset(p_settled) x(id bigint, again_seconds integer) on x.id = b.id
    where b.company_id = p_company and b.claim_id = p_claim and x.again_seconds is null;
  update channels c set sealed_credential = null where c.company_id = p_company and c.id = p_channel and exists (
    select 1 from channel_callbacks b where b.company_id = c.company_id and b.id = any(done) and b.kind = 'delete');
  delete from channel_callbacks b where b.company_id = p_company and b.id = any(done);
end $$;


--
-- Name: share_inbox(bigint, bigint, bigint[], boolean, text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.share_inbox(p_company bigint, p_inbox bigint, p_teammates bigint[], p_grant boolean, p_actor text, p_actor_id bigint) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
begin
  perform 1 from counters where company_id = p_company for update;
  perform require_admin(p_company, p_actor, p_actor_id);
  if not exists (select 1 from inboxes i where i.company_id = p_company and i.id = p_inbox) then
    return false;
  end if;
  if p_grant then
    insert into inbox_teammates (company_id, inbox_id, teammate_id)
      select p_company, p_inbox, t.id from teammates t where t.company_id = p_company and t.id = any(p_teammates)
      on conflict do nothing;
  else
    delete from inbox_teammates m
      where m.company_id = p_company and m.inbox_id = p_inbox and m.teammate_id = any(p_teammates);
  end if;
  if found then
    perform write_inbox_event(p_company, p_inbox, p_actor, p_actor_id);
  end if;
  return true;
end $$;


--
-- Name: sign_with_pending_secret(bigint, bigint, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.sign_with_pending_secret(p_company bigint, p_type bigint, p_overlap_seconds integer) RETURNS timestamp with time zone
    LANGUAGE plpgsql
    AS $$
declare
  ends timestamptz := now() + make_interval(secs => p_overlap_seconds);
begin
  perform 1 from channel_types t where t.company_id = p_company and t.id = p_type and t.deleted_at is null for update;
  if not exists (select 1 from channel_type_secrets s
      where s.company_id = p_company and s.channel_type_id = p_type and s.pending) then
    return null;
  end if;
  perform end_previous_secrets(p_company, p_type);
  update channel_type_secrets s set pending = false, expires_at = case when s.pending then null else ends end
    where s.company_id = p_company and s.channel_type_id = p_type;
  return ends;
end $$;


--
-- Name: sort_late_message(public.pushed_message); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.sort_late_message(r public.pushed_message) RETURNS timestamp with time zone
    LANGUAGE plpgsql
    AS $$
declare
  previous record;
  next record;
  previous_delivered_at timestamptz;
  between_them timestamptz := r.sort_at;
begin
  if r.delivered_at = r.sort_at then
    select m.sort_at, m.id into previous from messages m
      where m.company_id = r.company_id and m.conversation_id = r.conversation_id and m.id < r.id
        and m.sort_at > r.sort_at and m.sort_at <= r.sort_at + interval '1 minute' and m.delivered_at <= r.delivered_at
      order by m.sort_at desc, m.id desc limit 1;
    if previous is null then
      return r.sort_at;
    end if;
    select m.sort_at into next from messages m
      where m.company_id = r.company_id and m.conversation_id = r.conversation_id and m.id <> r.id
        and (m.sort_at, m.id) > (previous.sort_at, previous.id)
      order by m.sort_at, m.id limit 1;
    between_them := previous.sort_at + least(interval '1 millisecond', (next.sort_at - previous.sort_at) / 2);
  else
    select t.sort_at, t.id, t.delivered_at into next from (
      select l.*, bool_or(l.origin <> 'channel' or (l.is_inbound <> r.is_inbound and l.delivered_at is null)) over (
        order by l.sort_at desc, l.id desc) as is_known
      from (
        select m.sort_at, m.id, m.origin, m.is_inbound, m.delivered_at from messages m
        where m.company_id = r.company_id and m.conversation_id = r.conversation_id and m.id < r.id
        order by m.sort_at desc, m.id desc limit 200
      ) l
    ) t
      where not t.is_known and t.delivered_at > r.delivered_at and t.delivered_at <= r.delivered_at + interval '1 minute'
      order by t.sort_at, t.id limit 1;
    if next is null then
      return r.sort_at;
    end if;
    select m.sort_at, m.delivered_at into previous from messages m
      where m.company_id = r.company_id and m.conversation_id = r.conversation_id and m.id <> r.id
        and (m.sort_at, m.id) < (next.sort_at, next.id)
      order by m.sort_at desc, m.id desc limit 1;
    -- as far between the two as its time is between theirs: whatever comes in whatever order, each second keeps its room
    previous_delivered_at := case when previous.delivered_at <= r.delivered_at then previous.delivered_at
      else next.delivered_at - interval '61 seconds' end;
    between_them := case when previous.sort_at is null then next.sort_at - (next.delivered_at - r.delivered_at)
      else least(next.sort_at - interval '1 microsecond', previous.sort_at + (next.sort_at - previous.sort_at)
        * (extract(epoch from r.delivered_at - previous_delivered_at)
          / extract(epoch from next.delivered_at - previous_delivered_at))::float8) end;
  end if;
  update messages m set sort_at = between_them where m.company_id = r.company_id and m.id = r.id;
  return between_them;
end $$;


--
-- Name: spend_single_use_tokens(json); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.spend_single_use_tokens(tokens json, OUT replayed integer[], OUT expired integer[]) RETURNS record
    LANGUAGE plpgsql
    AS $$
declare
  clock timestamptz := clock_timestamp();
  t record;
begin
  replayed := '{}';
  expired := '{}';
  for t in
    select * from json_to_recordset(tokens) as t(i integer, company_id bigint, channel_id bigint, jti text, exp float8)
    order by company_id, i
  loop
    if to_timestamp(t.exp) < clock - interval '60 seconds' then
      expired := expired || t.i;
      continue;
    end if;
    delete from channel_token_uses
      where company_id = t.company_id and channel_id = t.channel_id and expires_at < clock - interval '5 minutes';
    insert into channel_token_uses (company_id, channel_id, jti, expires_at)
      select c.company_id, c.id, t.jti, to_timestamp(t.exp) from channels c where c.company_id = t.company_id and c.id = t.channel_id
      on conflict (company_id, channel_id, jti) do nothing;
    if not found then
      replayed := replayed || t.i;
    end if;
  end loop;
end $$;


--
-- Name: status_before_undone(bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.status_before_undone(p_company bigint, p_conversation bigint) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  with steps as (
    select e.number, e.type, exists (
      -- of one commit: they stand side by side, at one time
      select from events by left join deliveries v on v.company_id = p_company and v.message_id = by.message_id
      where by.company_id = p_company and by.number = e.number - 1 and by.conversation_id = p_conversation and by.emitted_at = e.emitted_at
        and (by.type in ('out_reply', 'outbound') and v.state = 'cancelled'
          or by.type = 'delivery' and by.data->>'state' = 'cancelled')) as is_undone
    from events e
    where e.company_id = p_company and e.conversation_id = p_conversation and e.message_id is null
      and e.type in ('archive', 'reopen', 'trash', 'restore')),
  stands as (select max(s.number) as number from steps s where not s.is_undone),
  undone as (select min(s.number) as first from steps s, stands where s.number > coalesce(stands.number, 0))
  select case when s.type = 'archive' then 'archived' when s.type = 'trash' then 'trashed' else 'open' end
  from undone left join (steps s join stands on stands.number = s.number) on true
  where undone.first is not null and not exists (
    select from events e left join deliveries v on v.company_id = p_company and v.message_id = e.message_id
    where e.company_id = p_company and e.conversation_id = p_conversation and e.number > undone.first
      and e.type in ('inbound', 'out_reply', 'outbound', 'sending_error') and v.state is distinct from 'cancelled')
$$;


--
-- Name: status_steps(text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.status_steps(was text, becomes text) RETURNS text[]
    LANGUAGE sql IMMUTABLE
    AS $$
  select case
    when becomes = was then array[]::text[]
    when becomes in ('trashed', 'spam') then array['trash']
    when was in ('trashed', 'spam') and becomes = 'archived' then array['restore', 'archive']
    when was in ('trashed', 'spam') then array['restore']
    when becomes = 'archived' then array['archive']
    else array['reopen']
  end
$$;


--
-- Name: summarise_conversation(bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.summarise_conversation(company bigint, conversation bigint) RETURNS boolean
    LANGUAGE sql
    AS $$
  with counted as not materialized (
    select m.* from messages m where m.company_id = company and m.conversation_id = conversation and (m.is_inbound or not exists (
      select from deliveries d where d.company_id = company and d.message_id = m.id and d.state = 'cancelled' and not may_have_arrived(company, m.id))))
  update conversations c set last_message_id = newest.id, last_message_at = coalesce(newest.sort_at, c.created_at),
      last_message_blurb = coalesce(newest.blurb, ''), last_message_is_inbound = coalesce(newest.is_inbound, true),
      last_inbound_id = (
        select coalesce(max(m.id), 0) from messages m where m.company_id = company and m.conversation_id = conversation and m.is_inbound),
      waiting_since = (
        select min(m.sort_at) from messages m where m.company_id = company and m.conversation_id = conversation and m.is_inbound
          and m.sort_at > coalesce((select max(o.sort_at) from counted o where not o.is_inbound), '-infinity')),
      updated_at = now()
    from (select 1) one left join lateral (select m.* from counted m order by m.sort_at desc, m.id desc limit 1) newest on true
    where c.company_id = company and c.id = conversation
    returning c.last_message_id is not null
$$;


--
-- Name: take_events(bigint, text, text[], integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.take_events(p_company bigint, p_consumer text, p_types text[], p_limit integer) RETURNS TABLE(after_event bigint, up_to bigint, is_wanted boolean)
    LANGUAGE plpgsql
    AS $$
declare
  was consumer_cursors;
  newest bigint;
  target bigint;
begin
  select k.* into was from consumer_cursors k where k.company_id = p_company and k.consumer = p_consumer for update skip locked;
  if not found and not exists (
      select from consumer_cursors k where k.company_id = p_company and k.consumer = p_consumer) then
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


--
-- Name: take_sign_in_attempt(bytea, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.take_sign_in_attempt(p_key bytea, p_limit integer) RETURNS integer
    LANGUAGE sql
    AS $$
  insert into directory.sign_in_attempts as a (key, window_started_at, attempts) values (p_key, now(), 1)
  on conflict (key) do update set
    attempts = case when a.window_started_at > now() - interval '1 minute' then a.attempts + 1 else 1 end,
    window_started_at = case when a.window_started_at > now() - interval '1 minute' then a.window_started_at else now() end
  returning case when attempts > p_limit
    then greatest(1, ceil(60 - extract(epoch from now() - window_started_at)))::integer else 0 end
$$;


--
-- Name: take_timers(bigint, text, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.take_timers(p_company bigint, p_kind text, p_limit integer) RETURNS bigint[]
    LANGUAGE sql
    AS $$
  with gone as (
    delete from timers t
      where t.company_id = p_company and t.kind = p_kind and t.subject = any(array(
        select d.subject from timers d
        where d.company_id = p_company and d.kind = p_kind and d.due_at <= now()
        order by d.due_at, d.subject limit p_limit for update skip locked))
      returning t.subject
  )
  select array_agg(g.subject order by g.subject) from gone g
$$;


--
-- Name: teammate_name(bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.teammate_name(company bigint, teammate bigint) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  select concat_ws(' ', nullif(t.first_name, ''), nullif(t.last_name, '')) from teammates t where t.company_id = company and t.id = teammate
$$;


--
-- Name: timer_lag(text[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.timer_lag(p_kinds text[]) RETURNS TABLE(kind text, due integer, seconds double precision, failing integer)
    LANGUAGE sql STABLE
    AS $$
  select n.kind, count(t.subject)::integer, coalesce(extract(epoch from now() - min(t.due_at)), 0)::float8,
    (select count(*) from timers f where f.failures > 0 and f.kind = n.kind)::integer
  from unnest(p_kinds) n(kind) left join timers t on t.kind = n.kind and t.due_at <= now()
  group by n.kind
$$;


--
-- Name: unite_conversation(bigint, public.messages); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.unite_conversation(thread bigint, mine public.messages) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  company bigint := mine.company_id;
  was conversations;
  ours conversations;
  moved messages[];
  m messages;
begin
  select c.* into was from conversations c where c.company_id = company and c.id = thread;
  select c.* into ours from conversations c where c.company_id = company and c.id = mine.conversation_id;
  moved := array(select x from messages x where x.company_id = company and x.conversation_id = thread order by x.sort_at, x.id);
  if was.id < mine.id or was.channel_id <> mine.channel_id
      or was.status not in ('open', 'archived') or ours.status not in ('open', 'archived')
      or exists (select from unnest(moved) x where x.origin <> 'channel')
      or exists (select from drafts d where d.company_id = company and d.conversation_id = thread) then
    return;
  end if;

  update messages x set conversation_id = ours.id where x.company_id = company and x.conversation_id = thread;
  update conversation_external_ids e set conversation_id = ours.id where e.company_id = company and e.conversation_id = thread;
  delete from conversations c where c.company_id = company and c.id = thread;
  insert into united_ids (company_id, id, into_id) values (company, thread, ours.id);
  update conversations c set contact_id = coalesce(c.contact_id, was.contact_id), assignee_id = coalesce(c.assignee_id, was.assignee_id),
      recipient_name = coalesce(c.recipient_name, was.recipient_name),
      newest_delivered_at = greatest(c.newest_delivered_at, was.newest_delivered_at),
      status = case when was.last_inbound_id > 0 then was.status else c.status end
    where c.company_id = company and c.id = ours.id;
  perform summarise_conversation(company, ours.id);

  perform write_event(company, 'conversation_deleted', 'channel', mine.channel_id, conversation => was.id, inbox => was.inbox_id,
    target_kind => 'inbox', target => was.inbox_id, cause => 'message', cause_id => mine.id,
    data => jsonb_build_object('conversation_id', was.id), at => clock_timestamp());
  foreach m in array moved loop
    perform write_event(company, case when m.is_inbound then 'inbound' else 'out_reply' end, 'channel', mine.channel_id,
      conversation => ours.id, inbox => ours.inbox_id, message => m.id, cause => 'message', cause_id => mine.id,
      at => clock_timestamp());
  end loop;
  if was.last_inbound_id > 0 and was.status <> ours.status then
    perform write_event(company, case was.status when 'open' then 'reopen' else 'archive' end, 'channel', mine.channel_id,
      conversation => ours.id, inbox => ours.inbox_id, cause => 'message', cause_id => mine.id, at => clock_timestamp());
  end if;
end $$;


--
-- Name: unite_echo(bigint, bigint, bigint, text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.unite_echo(p_company bigint, p_channel bigint, p_message bigint, p_external_id text, p_external_conversation_id text) RETURNS text
    LANGUAGE plpgsql
    AS $$
declare
  mine messages;
  echo messages;
  thread bigint;
begin
  select m.* into mine from messages m where m.company_id = p_company and m.id = p_message;
  select m.* into echo from messages m
    where m.company_id = p_company and m.channel_id = p_channel and m.external_id = p_external_id
      and m.id > p_message and m.origin = 'channel' and not m.is_inbound;
  if echo.id is not null then
    perform unite_message(echo, mine);
  end if;
  for thread in
    select echo.conversation_id union
    select e.conversation_id from conversation_external_ids e
      where e.company_id = p_company and e.channel_id = p_channel and e.external_id = p_external_conversation_id
  loop
    if thread <> mine.conversation_id then
      perform unite_conversation(thread, mine);
    end if;
  end loop;
  return echo.error_message;
end $$;


--
-- Name: unite_message(public.messages, public.messages); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.unite_message(echo public.messages, mine public.messages) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  update messages m set replied_to_id = mine.id
    where m.company_id = mine.company_id and m.conversation_id in (echo.conversation_id, mine.conversation_id)
      and m.replied_to_id = echo.id;
  update channel_callbacks n set message_id = mine.id
    where n.company_id = mine.company_id and n.channel_id = mine.channel_id and n.message_id = echo.id;
  delete from messages m where m.company_id = mine.company_id and m.id = echo.id;
  insert into united_ids (company_id, id, into_id) values (mine.company_id, echo.id, mine.id);
  perform summarise_conversation(mine.company_id, echo.conversation_id);
  perform write_event(mine.company_id, 'message_united', 'channel', mine.channel_id, conversation => c.id, inbox => c.inbox_id,
      message => echo.id, cause => 'message', cause_id => mine.id, data => jsonb_build_object('message_id', echo.id),
      at => clock_timestamp())
    from conversations c where c.company_id = mine.company_id and c.id = echo.conversation_id;
end $$;


--
-- Name: update_channel(jsonb); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.update_channel(p jsonb) RETURNS TABLE(outcome text, was_inbox bigint)
    LANGUAGE plpgsql
    AS $$
declare
  company bigint := (p->>'company')::bigint;
  was channels;
  now_is channels;
begin
  perform 1 from counters where company_id = company for update;
  select c.* into was from channels c
    where c.company_id = company and c.id = (p->>'channel')::bigint and c.deleted_at is null;
  if not found then
    return query select 'no_channel', null::bigint; return;
  end if;
  now_is := jsonb_populate_record(was, p->'fields');
  if now_is = was then
    return query select 'unchanged', was.inbox_id; return;
  end if;
  perform 1 from inboxes i where i.company_id = company and i.id = now_is.inbox_id;
  if not found then
    return query select 'no_inbox', null::bigint; return;
  end if;
  update channels c set name = now_is.name, undo_send_time = now_is.undo_send_time, status = now_is.status, inbox_id = now_is.inbox_id
    where c.company_id = company and c.id = now_is.id;
  -- who loses it hears it too
  perform write_channel_event(company, case when now_is.inbox_id = was.inbox_id then now_is.inbox_id end, p->>'public_id',
    p->>'actor', (p->>'actor_id')::bigint);
  return query select 'changed', was.inbox_id;
end $$;


--
-- Name: update_channel_type(jsonb); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.update_channel_type(p jsonb) RETURNS text
    LANGUAGE plpgsql
    AS $$
declare
  company bigint := (p->>'company')::bigint;
  was channel_types;
  now_is channel_types;
begin
  perform 1 from counters where company_id = company for update;
  select t.* into was from channel_types t
    where t.company_id = company and t.id = (p->>'channel_type')::bigint and t.deleted_at is null;
  if not found then
    return 'no_channel_type';
  end if;
  now_is := jsonb_populate_record(was, p->'fields');
  if is_numeric_alias_taken(company, now_is.id, now_is.numeric_alias) then
    return 'alias_taken';
  end if;
  if (now_is.auth_type <> was.auth_type or now_is.contact_type <> was.contact_type) and has_channels(company, now_is.id) then
    return 'in_use';
  end if;
  if now_is = was then
    return 'unchanged';
  end if;
  update channel_types t set name = now_is.name, description = now_is.description, icon = now_is.icon, server_url = now_is.server_url,
      auth_type = now_is.auth_type, contact_type = now_is.contact_type, allow_compose = now_is.allow_compose,
      allow_reply = now_is.allow_reply, composer = now_is.composer, wants_delete = now_is.wants_delete,
      wants_message_imported = now_is.wants_message_imported, idempotent = now_is.idempotent, single_use_tokens = now_is.single_use_tokens, max_in_flight = now_is.max_in_flight,
      numeric_alias = now_is.numeric_alias
    where t.company_id = company and t.id = now_is.id;
  perform write_channel_type_event(company, now_is.uid, p->>'actor', (p->>'actor_id')::bigint);
  return 'changed';
end $$;


--
-- Name: update_inbox(bigint, bigint, text, boolean, text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.update_inbox(p_company bigint, p_inbox bigint, p_name text, p_is_public boolean, p_actor text, p_actor_id bigint) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
declare
  was inboxes;
begin
  perform 1 from counters where company_id = p_company for update;
  perform require_admin(p_company, p_actor, p_actor_id);
  select i.* into was from inboxes i where i.company_id = p_company and i.id = p_inbox;
  if not found then
    return false;
  end if;
  if (coalesce(p_name, was.name), coalesce(p_is_public, was.is_public)) <> (was.name, was.is_public) then
    update inboxes i set name = coalesce(p_name, i.name), is_public = coalesce(p_is_public, i.is_public)
      where i.company_id = p_company and i.id = p_inbox;
    perform write_inbox_event(p_company, p_inbox, p_actor, p_actor_id);
  end if;
  return true;
end $$;


--
-- Name: update_teammate(jsonb); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.update_teammate(p jsonb) RETURNS text
    LANGUAGE plpgsql
    AS $$
declare
  company bigint := (p->>'company')::bigint;
  who bigint := (p->>'teammate')::bigint;
  before teammates;
  now_is teammates;
begin
  perform 1 from counters where company_id = company for update;
  if p ? 'is_admin' or p ? 'is_blocked' then
    perform require_admin(company, p->>'actor', (p->>'actor_id')::bigint);
  end if;
  select t.* into before from teammates t where t.company_id = company and t.id = who and t.removed_at is null;
  if not found then
    return 'no_teammate';
  end if;
  if ((p->>'is_admin')::boolean = false or (p->>'is_blocked')::boolean)
    and exists (select 1 from teammates t where t.company_id = company and t.id = who and t.is_admin)
    and not exists (select 1 from teammates t where t.company_id = company and t.id <> who and t.is_admin and not t.is_blocked) then
    return 'last_admin';
  end if;
  update teammates t set
      username = coalesce(p->>'username', t.username),
      first_name = coalesce(p->>'first_name', t.first_name),
      last_name = coalesce(p->>'last_name', t.last_name),
      is_available = coalesce((p->>'is_available')::boolean, t.is_available),
      is_admin = coalesce((p->>'is_admin')::boolean, t.is_admin),
      is_blocked = coalesce((p->>'is_blocked')::boolean, t.is_blocked),
      preferences = t.preferences || coalesce(nullif(p->'preferences', 'null'), '{}')
    where t.company_id = company and t.id = who returning t.* into now_is;
  if (p->>'is_admin')::boolean <> before.is_admin or (p->>'is_blocked')::boolean <> before.is_blocked then
    perform end_invitations(company, before.email);
  end if;
  if (p->>'is_blocked')::boolean or (p->>'is_admin')::boolean = false then
    perform end_grants_of(company, who);
  end if;
  if (p->>'is_blocked')::boolean then
    delete from directory.sessions s using directory.sign_ins l
      where l.company_id = company and l.teammate_id = who and s.user_id = l.user_id;
  end if;
  if now_is <> before then
    perform write_teammate_event(company, who, p->>'actor', (p->>'actor_id')::bigint);
  end if;
  return 'changed';
end $$;


--
-- Name: write_channel_event(bigint, bigint, text, text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.write_channel_event(p_company bigint, p_inbox bigint, p_public_id text, p_actor text, p_actor_id bigint) RETURNS void
    LANGUAGE sql
    AS $$
  select write_event(p_company, 'channel', p_actor, p_actor_id, inbox => p_inbox,
    data => jsonb_build_object('channel_id', p_public_id))
$$;


--
-- Name: write_channel_type_event(bigint, text, text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.write_channel_type_event(p_company bigint, p_uid text, p_actor text, p_actor_id bigint) RETURNS void
    LANGUAGE sql
    AS $$
  select write_event(p_company, 'channel', p_actor, p_actor_id, data => jsonb_build_object('channel_type_uid', p_uid))
$$;


--
-- Name: write_event(bigint, text, text, bigint, bigint, bigint, bigint, text, bigint, text, bigint, jsonb, timestamp with time zone); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.write_event(company bigint, event_type text, actor text, actor_id bigint, conversation bigint DEFAULT NULL::bigint, inbox bigint DEFAULT NULL::bigint, message bigint DEFAULT NULL::bigint, target_kind text DEFAULT NULL::text, target bigint DEFAULT NULL::bigint, cause text DEFAULT NULL::text, cause_id bigint DEFAULT NULL::bigint, data jsonb DEFAULT NULL::jsonb, at timestamp with time zone DEFAULT now()) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_variable
declare
  event_number bigint;
begin
  update counters c set last_event = c.last_event + 1 where c.company_id = company returning c.last_event into event_number;
  insert into events (company_id, number, type, emitted_at, conversation_id, inbox_id, message_id, actor, actor_id,
      target_kind, target_id, cause, cause_id, data)
    values (company, event_number, event_type, at, conversation, inbox, message, actor, actor_id,
      case when message is not null then 'message' else target_kind end, target,
      coalesce(cause, case actor when 'api' then 'api_token' else actor end),
      case when cause is null then actor_id else cause_id end, data);
  return event_number;
end $$;


--
-- Name: write_inbox_event(bigint, bigint, text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.write_inbox_event(p_company bigint, p_inbox bigint, p_actor text, p_actor_id bigint) RETURNS void
    LANGUAGE sql
    AS $$
  select write_event(p_company, 'inbox', p_actor, p_actor_id, target_kind => 'inbox', target => p_inbox,
    data => jsonb_build_object('inbox_id', p_inbox))
$$;


--
-- Name: write_teammate_event(bigint, bigint, text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.write_teammate_event(p_company bigint, p_teammate bigint, p_actor text, p_actor_id bigint) RETURNS void
    LANGUAGE sql
    AS $$
  select write_event(p_company, 'teammate', p_actor, p_actor_id, target_kind => 'teammate', target => p_teammate,
    data => jsonb_build_object('teammate_id', p_teammate))
$$;


--
-- Name: accounts; Type: TABLE; Schema: directory; Owner: -
--

CREATE TABLE directory.accounts (
    id text NOT NULL,
    account_id text NOT NULL,
    provider_id text NOT NULL,
    user_id text NOT NULL,
    access_token text,
    refresh_token text,
    id_token text,
    access_token_expires_at timestamp with time zone,
    refresh_token_expires_at timestamp with time zone,
    scope text,
    password text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: api_tokens; Type: TABLE; Schema: directory; Owner: -
--

CREATE TABLE directory.api_tokens (
    token_hash bytea NOT NULL,
    company_id bigint NOT NULL,
    api_token_id bigint NOT NULL
);


--
-- Name: companies; Type: TABLE; Schema: directory; Owner: -
--

CREATE TABLE directory.companies (
    id integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT companies_id_check CHECK (((id >= 1) AND (id <= 1048575)))
);


--
-- Name: companies_id_seq; Type: SEQUENCE; Schema: directory; Owner: -
--

ALTER TABLE directory.companies ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME directory.companies_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: consumers; Type: TABLE; Schema: directory; Owner: -
--

CREATE TABLE directory.consumers (
    name text NOT NULL,
    registered_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: invitations; Type: TABLE; Schema: directory; Owner: -
--

CREATE TABLE directory.invitations (
    token_hash bytea NOT NULL,
    company_id bigint NOT NULL,
    invitation_id bigint NOT NULL
);


--
-- Name: master_key; Type: TABLE; Schema: directory; Owner: -
--

CREATE TABLE directory.master_key (
    key_id text NOT NULL,
    check_value bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: sessions; Type: TABLE; Schema: directory; Owner: -
--

CREATE TABLE directory.sessions (
    id text NOT NULL,
    token text NOT NULL,
    user_id text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ip_address text,
    user_agent text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: sign_in_attempts; Type: TABLE; Schema: directory; Owner: -
--

CREATE TABLE directory.sign_in_attempts (
    key bytea NOT NULL,
    window_started_at timestamp with time zone NOT NULL,
    attempts integer NOT NULL
);


--
-- Name: sign_ins; Type: TABLE; Schema: directory; Owner: -
--

CREATE TABLE directory.sign_ins (
    user_id text NOT NULL,
    company_id bigint NOT NULL,
    teammate_id bigint NOT NULL
);


--
-- Name: users; Type: TABLE; Schema: directory; Owner: -
--

CREATE TABLE directory.users (
    id text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    email_verified boolean DEFAULT false NOT NULL,
    image text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: verifications; Type: TABLE; Schema: directory; Owner: -
--

CREATE TABLE directory.verifications (
    id text NOT NULL,
    identifier text NOT NULL,
    value text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: applied; Type: TABLE; Schema: portico; Owner: -
--

CREATE TABLE portico.applied (
    file text NOT NULL,
    checksum text NOT NULL
);


--
-- Name: deliveries; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.deliveries (
    company_id bigint NOT NULL,
    message_id bigint NOT NULL,
    conversation_id bigint NOT NULL,
    channel_id bigint NOT NULL,
    state text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    retries integer DEFAULT 0 NOT NULL,
    error_code text,
    error_message text,
    settled_at timestamp with time zone DEFAULT now() NOT NULL,
    external_id text,
    external_conversation_id text,
    batch_id uuid,
    interrupted_claim_id uuid,
    decided_by bigint,
    dismissed_at timestamp with time zone,
    started_at timestamp with time zone,
    duration_ms integer,
    status_code integer,
    response_excerpt text,
    CONSTRAINT deliveries_state_check CHECK ((state = ANY (ARRAY['sent'::text, 'failed'::text, 'not_confirmed'::text, 'cancelled'::text])))
);


--
-- Name: delivery_claims; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.delivery_claims (
    company_id bigint NOT NULL,
    id uuid NOT NULL,
    lease_until timestamp with time zone NOT NULL,
    messages bigint[] NOT NULL,
    conversations bigint[] NOT NULL,
    channels bigint[] NOT NULL,
    unsendable bigint[]
)
WITH (fillfactor='50', toast_tuple_target='8160', autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='5000');


--
-- Name: outbox; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.outbox (
    company_id bigint NOT NULL,
    conversation_id bigint NOT NULL,
    message_id bigint NOT NULL,
    channel_id bigint NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    is_next boolean NOT NULL,
    due_at timestamp with time zone DEFAULT now() NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    retries integer DEFAULT 0 NOT NULL,
    error_code text,
    error_message text,
    batch_id uuid,
    interrupted_claim_id uuid,
    external_conversation_id text,
    CONSTRAINT outbox_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'delayed'::text])))
)
WITH (fillfactor='80', autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='20000');


--
-- Name: all_deliveries; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.all_deliveries AS
 SELECT o.company_id,
    o.conversation_id,
    o.message_id,
    o.channel_id,
        CASE
            WHEN c.is_sending THEN 'sending'::text
            ELSE o.state
        END AS state,
    o.is_next,
    o.due_at,
    (o.attempts + (c.is_sending)::integer) AS attempts,
    o.retries,
    o.error_code,
    o.error_message,
    o.batch_id,
    NULL::timestamp with time zone AS settled_at,
    NULL::text AS external_id,
    o.external_conversation_id,
    NULL::bigint AS decided_by,
    NULL::timestamp with time zone AS dismissed_at
   FROM (public.outbox o
     CROSS JOIN LATERAL ( SELECT (EXISTS ( SELECT
                   FROM public.delivery_claims k
                  WHERE ((k.company_id = o.company_id) AND (o.message_id = ANY (k.messages))))) AS is_sending
         OFFSET 0) c)
UNION ALL
 SELECT d.company_id,
    d.conversation_id,
    d.message_id,
    d.channel_id,
    d.state,
    false AS is_next,
    NULL::timestamp with time zone AS due_at,
    d.attempts,
    d.retries,
    d.error_code,
    d.error_message,
    d.batch_id,
    d.settled_at,
    d.external_id,
    d.external_conversation_id,
    d.decided_by,
    d.dismissed_at
   FROM public.deliveries d;


--
-- Name: api_tokens; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.api_tokens (
    company_id bigint NOT NULL,
    id bigint NOT NULL,
    name text NOT NULL,
    hint text NOT NULL,
    created_by bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: attention; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.attention (
    company_id bigint NOT NULL,
    teammate_id bigint NOT NULL,
    conversation_id bigint NOT NULL,
    read_up_to bigint NOT NULL
);


--
-- Name: channel_callbacks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.channel_callbacks (
    company_id bigint NOT NULL,
    id bigint NOT NULL,
    channel_id bigint NOT NULL,
    kind text NOT NULL,
    message_id bigint,
    attempts integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone DEFAULT now() NOT NULL,
    claim_id uuid,
    CONSTRAINT channel_callbacks_kind_check CHECK ((kind = ANY (ARRAY['message_imported'::text, 'delete'::text])))
);


--
-- Name: channel_delivery_states; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.channel_delivery_states (
    company_id bigint NOT NULL,
    channel_id bigint NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    window_started_at timestamp with time zone,
    window_attempts integer DEFAULT 0 NOT NULL,
    window_failures integer DEFAULT 0 NOT NULL,
    open_until timestamp with time zone,
    failing_since timestamp with time zone,
    last_error text,
    paused_until timestamp with time zone
)
WITH (fillfactor='50');


--
-- Name: channel_token_uses; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.channel_token_uses (
    company_id bigint NOT NULL,
    channel_id bigint NOT NULL,
    jti text NOT NULL,
    expires_at timestamp with time zone NOT NULL
);


--
-- Name: channel_type_secrets; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.channel_type_secrets (
    company_id bigint NOT NULL,
    channel_type_id bigint NOT NULL,
    id bigint NOT NULL,
    sealed bytea NOT NULL,
    pending boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone
);


--
-- Name: channel_types; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.channel_types (
    company_id bigint NOT NULL,
    id bigint NOT NULL,
    uid text NOT NULL,
    numeric_alias bigint,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    icon text,
    server_url text NOT NULL,
    auth_type text NOT NULL,
    contact_type text NOT NULL,
    allow_compose boolean DEFAULT true NOT NULL,
    allow_reply boolean DEFAULT true NOT NULL,
    composer text DEFAULT 'basic'::text NOT NULL,
    wants_delete boolean DEFAULT true NOT NULL,
    wants_message_imported boolean DEFAULT true NOT NULL,
    idempotent boolean DEFAULT false NOT NULL,
    single_use_tokens boolean DEFAULT false NOT NULL,
    max_in_flight integer DEFAULT 4 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT channel_types_auth_type_check CHECK ((auth_type = ANY (ARRAY['none'::text, 'api_key'::text, 'bearer'::text, 'basic'::text]))),
    CONSTRAINT channel_types_composer_check CHECK ((composer = ANY (ARRAY['basic'::text, 'advanced'::text]))),
    CONSTRAINT channel_types_contact_type_check CHECK ((contact_type = ANY (ARRAY['custom'::text, 'email'::text, 'phone'::text]))),
    CONSTRAINT channel_types_max_in_flight_check CHECK (((max_in_flight >= 1) AND (max_in_flight <= 32)))
);


--
-- Name: companies; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.companies (
    company_id bigint NOT NULL,
    name text NOT NULL,
    is_demo boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: consumer_cursors; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.consumer_cursors (
    company_id bigint NOT NULL,
    consumer text NOT NULL,
    last_event bigint DEFAULT 0 NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    retry_at timestamp with time zone
)
WITH (fillfactor='50');


--
-- Name: contact_handles; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.contact_handles (
    company_id bigint NOT NULL,
    source text NOT NULL,
    handle text NOT NULL,
    contact_id bigint NOT NULL,
    owner_id bigint
);


--
-- Name: contacts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.contacts (
    company_id bigint NOT NULL,
    id bigint NOT NULL,
    name text,
    named_by bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: conversation_inboxes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.conversation_inboxes (
    company_id bigint NOT NULL,
    conversation_id bigint NOT NULL,
    inbox_id bigint NOT NULL
);


--
-- Name: conversation_teammates; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.conversation_teammates (
    company_id bigint NOT NULL,
    conversation_id bigint NOT NULL,
    teammate_id bigint NOT NULL
);


--
-- Name: counters; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.counters (
    company_id bigint NOT NULL,
    last_number bigint DEFAULT 0 NOT NULL,
    last_event bigint DEFAULT 0 NOT NULL,
    last_place timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL
)
WITH (fillfactor='10');


--
-- Name: delivery_attempts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.delivery_attempts (
    company_id bigint NOT NULL,
    message_id bigint NOT NULL,
    number integer NOT NULL,
    started_at timestamp with time zone NOT NULL,
    duration_ms integer,
    status_code integer,
    outcome text NOT NULL,
    error_code text,
    error_message text,
    response_excerpt text
);


--
-- Name: delivery_queues; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.delivery_queues (
    company_id bigint NOT NULL
);


--
-- Name: delivery_requests; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.delivery_requests (
    company_id bigint NOT NULL,
    batch_id uuid NOT NULL,
    start integer NOT NULL,
    messages bigint[],
    ends integer[],
    bytes bytea NOT NULL
)
WITH (toast_tuple_target='8160');
ALTER TABLE ONLY public.delivery_requests ALTER COLUMN bytes SET STORAGE MAIN;


--
-- Name: early_failures; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.early_failures (
    company_id bigint NOT NULL,
    channel_id bigint NOT NULL,
    external_id text NOT NULL,
    reason text NOT NULL,
    reported_at timestamp with time zone NOT NULL
);


--
-- Name: events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.events (
    company_id bigint NOT NULL,
    number bigint NOT NULL,
    type text NOT NULL,
    emitted_at timestamp with time zone DEFAULT now() NOT NULL,
    conversation_id bigint,
    inbox_id bigint,
    message_id bigint,
    actor text NOT NULL,
    actor_id bigint,
    target_kind text,
    target_id bigint,
    cause text,
    cause_id bigint,
    data jsonb
);


--
-- Name: idempotency_keys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.idempotency_keys (
    company_id bigint NOT NULL,
    caller text NOT NULL,
    route text NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    message_id bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: inbox_teammates; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.inbox_teammates (
    company_id bigint NOT NULL,
    inbox_id bigint NOT NULL,
    teammate_id bigint NOT NULL
);


--
-- Name: inboxes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.inboxes (
    company_id bigint NOT NULL,
    id bigint NOT NULL,
    team_id bigint DEFAULT 1 NOT NULL,
    name text NOT NULL,
    is_public boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: sent_drafts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sent_drafts (
    company_id bigint NOT NULL,
    draft_id bigint NOT NULL,
    version bigint NOT NULL,
    message_id bigint NOT NULL
);


--
-- Name: teams; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.teams (
    company_id bigint NOT NULL,
    id bigint NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: timers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.timers (
    company_id bigint NOT NULL,
    kind text NOT NULL,
    subject bigint NOT NULL,
    due_at timestamp with time zone NOT NULL,
    failures integer DEFAULT 0 NOT NULL
)
WITH (fillfactor='80');


--
-- Name: undelivered_messages; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.undelivered_messages AS
 SELECT o.company_id,
    o.conversation_id,
    o.message_id,
    o.state
   FROM public.outbox o
  WHERE ((o.state = 'delayed'::text) AND (NOT (EXISTS ( SELECT
           FROM public.delivery_claims k
          WHERE ((k.company_id = o.company_id) AND (o.message_id = ANY (k.messages)))))))
UNION ALL
 SELECT d.company_id,
    d.conversation_id,
    d.message_id,
    d.state
   FROM public.deliveries d
  WHERE ((d.state = ANY (ARRAY['failed'::text, 'not_confirmed'::text])) AND (d.dismissed_at IS NULL));


--
-- Name: united_ids; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.united_ids (
    company_id bigint NOT NULL,
    id bigint NOT NULL,
    into_id bigint NOT NULL
);


--
-- Data for Name: accounts; Type: TABLE DATA; Schema: directory; Owner: -
--

INSERT INTO directory.accounts VALUES ('2a7944b3-2526-46b8-8ef6-9e19ed5fa386', 'b400ebfa-f393-42ef-9af2-cd1d21dc03e8', 'credential', 'b400ebfa-f393-42ef-9af2-cd1d21dc03e8', NULL, NULL, NULL, NULL, NULL, NULL, 'b42260e371f398b28ca651cb0cee6f42:e18e859ce73f6b5cd96e029462320d69898192e2be5ff484082c15cbfb3f404b0e535bbf64b51ec96113bd3eb268b4db1f343d26e34200987835597b0c9bd925', '2026-11-27 00:20:27.038722+00', '2026-11-27 00:20:27.038722+00');


--
-- Data for Name: api_tokens; Type: TABLE DATA; Schema: directory; Owner: -
--

INSERT INTO directory.api_tokens VALUES ('\xc34b611885ec1eb57e28c94f3fa954acc307b4bd9947ee503c494b42f9e89d50', 1, 3);


--
-- Data for Name: companies; Type: TABLE DATA; Schema: directory; Owner: -
--

INSERT INTO directory.companies VALUES (1, '2026-11-27 00:20:26.950548+00');


--
-- Data for Name: consumers; Type: TABLE DATA; Schema: directory; Owner: -
--

INSERT INTO directory.consumers VALUES ('channel-callbacks', '2026-11-27 00:20:26.914647+00');


--
-- Data for Name: invitations; Type: TABLE DATA; Schema: directory; Owner: -
--



--
-- Data for Name: master_key; Type: TABLE DATA; Schema: directory; Owner: -
--



--
-- Data for Name: sessions; Type: TABLE DATA; Schema: directory; Owner: -
--

INSERT INTO directory.sessions VALUES ('NJMD1z65r7KenAxwsbRV8D05AZrybNqD', 'G7yYdQXeNGKbEE4na45lo1tJEEV56LLM', 'b400ebfa-f393-42ef-9af2-cd1d21dc03e8', '2026-12-04 00:20:27.275+00', '', 'node', '2026-11-27 00:20:27.276+00', '2026-11-27 00:20:27.276+00');


--
-- Data for Name: sign_in_attempts; Type: TABLE DATA; Schema: directory; Owner: -
--

INSERT INTO directory.sign_in_attempts VALUES ('\xff694d63f438d29124b7467c991c23070b708dc3d8e984c1f602dbafda1cdea5', '2026-11-27 00:20:27.146908+00', 1);


--
-- Data for Name: sign_ins; Type: TABLE DATA; Schema: directory; Owner: -
--

INSERT INTO directory.sign_ins VALUES ('b400ebfa-f393-42ef-9af2-cd1d21dc03e8', 1, 1);


--
-- Data for Name: users; Type: TABLE DATA; Schema: directory; Owner: -
--

INSERT INTO directory.users VALUES ('b400ebfa-f393-42ef-9af2-cd1d21dc03e8', 'Ada Acme', 'admin@acme1.example', false, NULL, '2026-11-27 00:20:27.038722+00', '2026-11-27 00:20:27.038722+00');


--
-- Data for Name: verifications; Type: TABLE DATA; Schema: directory; Owner: -
--



--
-- Data for Name: applied; Type: TABLE DATA; Schema: portico; Owner: -
--

INSERT INTO portico.applied VALUES ('db/migrations/0001_schema.sql', '09ef675b72d7d475ee9e7e11cddec84ffdc2d0814104e065753186970ff5b65e');
INSERT INTO portico.applied VALUES ('priorities/migrations/0002_priority.sql', '5311c2fb76a1d5173d5858ae7c97b28cc9b71b2f72e82eb2d7c6b840e0372233');
INSERT INTO portico.applied VALUES ('api-tokens/write.sql', 'b7185abd5c57dc2e4b3785bd5c33e198b780ca3e02770de82c4d935e623a84f3');
INSERT INTO portico.applied VALUES ('channel-callbacks/callbacks.sql', 'fe9fd3fa7470565992b41ff62f4ba929827208ba93f3c3c00d008146c7786b3f');
INSERT INTO portico.applied VALUES ('channel-types/write.sql', '86cc1e7fa403251cfcb194e6de718e1f1ff5d27d44187479024d7a84dc2648df');
INSERT INTO portico.applied VALUES ('channels/token.sql', 'e1629741a1df43dfbe2a0885310e0b0af5df24b91789fe6275a2928af8c8ba25');
INSERT INTO portico.applied VALUES ('channels/write.sql', 'ee2eaa8230f7e04bc843f02ec70b1d987d6d415d26ca0b7539e6885002eea762');
INSERT INTO portico.applied VALUES ('companies/create.sql', 'd9cd4093cb6c6b507cba4d302e7e6edfdf2c30814c1eb509e82be8cc330f0a62');
INSERT INTO portico.applied VALUES ('companies/draw-numbers.sql', 'f46126b95266ab30d30858afbeb8af284c42337a27f5b2cf1f9693f2b18f660a');
INSERT INTO portico.applied VALUES ('consumers/cursors.sql', 'b49fc4e6911667cc7ba832c2d7d10eb5fe8fb3045ef6ba1717aa47de8808f759');
INSERT INTO portico.applied VALUES ('contacts/recognise.sql', '86ba413136b6aa7832ca0954f1b0f94b01200288e63f09a9939c49e198c247e5');
INSERT INTO portico.applied VALUES ('conversations/attention.sql', '2421f13ed98e628643c371deab6a2a908bd8993e6bfad5fe293c5bf052444ecd');
INSERT INTO portico.applied VALUES ('conversations/delete.sql', '2ae339cbf69d0301927c416384126d65cfc9c4ff6a4e2fff63e2424bd31804bf');
INSERT INTO portico.applied VALUES ('conversations/summary.sql', '626d153546540aaa8d9ccdebdd754f907285e10b69e19dd195c3cf7447d535a2');
INSERT INTO portico.applied VALUES ('conversations/verbs.sql', 'df5a3770b426a449d97b480c2868b670ad926d1f3ca20824cb5827247d74c3e6');
INSERT INTO portico.applied VALUES ('deliveries/change.sql', '4d9d7dff691e4e7a36c3470ad671be1c6de886064ad8db5852e5d8c522e5d970');
INSERT INTO portico.applied VALUES ('deliveries/claim.sql', '413ef6daa743b819d84725a85527d2bd51cee85b90ced49ee386d8619ea56467');
INSERT INTO portico.applied VALUES ('deliveries/complete.sql', '3f6221bfcbcad4188db72abaf297b23cff62ccc79a1ca9e1725d0ad0fb023e22');
INSERT INTO portico.applied VALUES ('deliveries/unite.sql', 'f6fb5df6b28ce47a670d8cbca8a831e69c8ec7b9237586159b99afeacd416abf');
INSERT INTO portico.applied VALUES ('delivery-states/ambiguous.sql', '964ef4a4a3957324185ca1d65ef601ee5e2cce93d0a8b937eee7fba21db26417');
INSERT INTO portico.applied VALUES ('delivery-states/cancel.sql', '267616af8729a0d34565ecef37638443465c6ae3b76932d13ec2e21b514ac56f');
INSERT INTO portico.applied VALUES ('delivery-states/claims.sql', '2ca89b70d77ec95893b23c5411a0df49f2cc8eb7a6b64e7a79ea4a371506419f');
INSERT INTO portico.applied VALUES ('delivery-states/requests.sql', '318e6fd7f616e804912ce2dd3982243e2bfca6f03438a0a0049fc0739fc88562');
INSERT INTO portico.applied VALUES ('drafts/save.sql', '0f5636b2fb68c74b9aa6cd7f4733fccff2de1283d70f5cb52b11ca26aab83672');
INSERT INTO portico.applied VALUES ('events/write.sql', '7141ec5164d39961c0a742bf290237ad138890ba8d0a17349a3ba7394688a91a');
INSERT INTO portico.applied VALUES ('expired-rows/expired-rows.sql', '7cca079c8b2b0a4932bffbde8af063af80e117f52cdc798fcd3d857b1085fa95');
INSERT INTO portico.applied VALUES ('inboxes/delete.sql', 'b479b65ab44eed11d2bb299e9338197466d0f5907fcd11dc94b360a7adc28df7');
INSERT INTO portico.applied VALUES ('inboxes/names.sql', 'dce67e37c578e4b458f1a081138976dafb3f3aa3cd8eb6aa0a562e6166f6717e');
INSERT INTO portico.applied VALUES ('inboxes/write.sql', '4666540560d663434cfeb997f366476c727366f0808c22e917fe1b8f0e53d0c8');
INSERT INTO portico.applied VALUES ('invitations/invitations.sql', '150d1facb0aa90e54eb64d8def5231b0923bac960da558dba4ce3f7621d1b56b');
INSERT INTO portico.applied VALUES ('messages/create.sql', '810185fa0bf74adfd4de251eb42c7fe9a1c904094eebb083f08f17dd36df690d');
INSERT INTO portico.applied VALUES ('messages/receive-failure.sql', 'ef60992bed2881af76d605e5344a9f233934e54ae93e442bcf5f6cbe070e2fba');
INSERT INTO portico.applied VALUES ('messages/receive.sql', '435070ad4375b5fbdff63ec7cd81d4b41867ee9fc23af7d8a71fe9700f9b5428');
INSERT INTO portico.applied VALUES ('priorities/set.sql', 'b36603f350100edb5129e11312f205294cfa9c9a5c1fadec4cabf3d187bd966d');
INSERT INTO portico.applied VALUES ('sign-in/attempts.sql', '472176444601ebd45833eac8bb16a4c468be86a6807843c5e7d2fc39017299db');
INSERT INTO portico.applied VALUES ('teammates/create.sql', '5b4150d299ffd6d853f208b03e3467d9f3679f188361b29fd9ba0fe6f153f046');
INSERT INTO portico.applied VALUES ('teammates/grants.sql', 'ba86fa3350aa15a5eeeb56e93e3fb9480d1d3f97a8fe199c726fa900119d6622');
INSERT INTO portico.applied VALUES ('teammates/name.sql', 'fddc5415ce8da2ec28dc6caccae46adff84d5121b9a09890634f968f4dc32ee2');
INSERT INTO portico.applied VALUES ('teammates/remove.sql', '8389b917445561157a7c1a972e5affce88f4a94f96da5f4b004406a064b8e300');
INSERT INTO portico.applied VALUES ('teammates/require-admin.sql', 'f09cc1b323a44cf236c530df7aaa3d50dbf291d5e37c4cebe51b4dd1ff569ecc');
INSERT INTO portico.applied VALUES ('teammates/update.sql', 'b55ec600ffe5cd901766fd89f5db35c93ed9e01c85ff42ce018c91035c7236f7');
INSERT INTO portico.applied VALUES ('timers/timers.sql', 'f4d43d171c8bdf1ba318e6f373aabf19cb51ff8665455a8e3ae0594c33831aa4');


--
-- Data for Name: api_tokens; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.api_tokens VALUES (1, 3, 'test', 'prt_zaPp', NULL, '2026-11-27 00:20:27.044954+00');


--
-- Data for Name: attention; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: channel_callbacks; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: channel_delivery_states; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.channel_delivery_states VALUES (1, 9, 0, NULL, 0, 0, NULL, NULL, NULL, NULL);
INSERT INTO public.channel_delivery_states VALUES (1, 6, 1, '2026-11-27 00:20:27.457668+00', 1, 1, NULL, '2026-11-27 00:20:27.457668+00', 'The channel''s server answered 500.', NULL);
INSERT INTO public.channel_delivery_states VALUES (1, 31, 0, '2026-11-27 00:20:27.608707+00', 1, 0, NULL, NULL, NULL, '2026-11-27 00:21:27.608707+00');
INSERT INTO public.channel_delivery_states VALUES (1, 38, 0, NULL, 0, 0, NULL, NULL, NULL, NULL);


--
-- Data for Name: channel_token_uses; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: channel_type_secrets; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.channel_type_secrets VALUES (1, 4, 5, '\x01c6475d10fd566ffd5c482e60418a79d73bebb0055c3ef50a1f9d587e757fb90843f44382be4009def8343ce7f7672d9775d68f4f072146fbad41101414ad13e29e50034cae7c6b9bae8afde34efa9b6065cc1f6ba942e89e1b580ce4b14d6c2c', false, '2026-11-27 00:20:27.062162+00', NULL);
INSERT INTO public.channel_type_secrets VALUES (1, 7, 8, '\x01c6475d1020dfce37f658a75003c74bf8c53baee1c72004d6b05f97b656d6b9167706e48ef23dd6c5e8e885d47e7e3e2d4fdd335301d3944b169525c00fd335901ae1259d2d77d6fbd2e064baaa5ed5d3027b64007b161ef1068bba634f132dd2', false, '2026-11-27 00:20:27.105775+00', NULL);
INSERT INTO public.channel_type_secrets VALUES (1, 29, 30, '\x01c6475d108ef1fefc9cb7b6b2606194f64796c4f3d8f9d27c3b5db315b836c08df21103a548cbaecfd184fc0f705e4db9d8ac15e7d6345be342580eab517adc517c8c5c88cb2e583f316e72187d74905aad72a1a9e54dea254cae6d0443171c82', false, '2026-11-27 00:20:27.553561+00', NULL);
INSERT INTO public.channel_type_secrets VALUES (1, 36, 37, '\x01c6475d10c39401174747a8e0445fbf246804fa4c9f840f18fd321bda58d00923aae7080a68610c5d99db8d029114a0c3e068dc88b7ad2cfb06945b1e184abddaeffe1e043d750881ec945b66165b4f7749461ef95a8c40bb4749578781ddca55', false, '2026-11-27 00:20:27.631575+00', NULL);


--
-- Data for Name: channel_types; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.channel_types VALUES (1, 4, 'app_0f32cb9621a71f9a', NULL, 'Test channel', 'For tests', NULL, 'http://127.0.0.1:43909/', 'none', 'custom', true, true, 'basic', true, false, false, false, 4, '2026-11-27 00:20:27.062162+00', NULL);
INSERT INTO public.channel_types VALUES (1, 7, 'app_ab9db9ddb7590324', NULL, 'Test channel', 'For tests', NULL, 'http://127.0.0.1:44987/', 'none', 'custom', true, true, 'basic', true, false, false, false, 4, '2026-11-27 00:20:27.105775+00', NULL);
INSERT INTO public.channel_types VALUES (1, 29, 'app_697871e1bfa68175', NULL, 'Test channel', 'For tests', NULL, 'http://127.0.0.1:42899/', 'none', 'custom', true, true, 'basic', true, false, false, false, 4, '2026-11-27 00:20:27.553561+00', NULL);
INSERT INTO public.channel_types VALUES (1, 36, 'app_2a71c403bc59479f', NULL, 'Test channel', 'For tests', NULL, 'http://127.0.0.1:45123/', 'none', 'custom', true, true, 'basic', true, false, false, false, 4, '2026-11-27 00:20:27.631575+00', NULL);


--
-- Data for Name: channels; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.channels VALUES (1, 6, 4, 2, 'Test', 'cha_3quip', NULL, 'http://127.0.0.1:43909/hook', 'ok', 0, '2026-11-27 00:20:27.085047+00', NULL);
INSERT INTO public.channels VALUES (1, 9, 7, 2, 'Test', 'cha_5m9s1', NULL, 'http://127.0.0.1:44987/hook', 'ok', 60, '2026-11-27 00:20:27.127683+00', NULL);
INSERT INTO public.channels VALUES (1, 31, 29, 2, 'Test', 'cha_jcpoh', NULL, 'http://127.0.0.1:42899/hook', 'ok', 0, '2026-11-27 00:20:27.572971+00', NULL);
INSERT INTO public.channels VALUES (1, 38, 36, 2, 'Test', 'cha_nq1a9', NULL, 'http://127.0.0.1:45123/hook', 'ok', 0, '2026-11-27 00:20:27.649365+00', NULL);


--
-- Data for Name: companies; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.companies VALUES (1, 'Acme', false, '2026-11-27 00:20:26.950548+00');


--
-- Data for Name: consumer_cursors; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.consumer_cursors VALUES (1, 'channel-callbacks', 34, 0, NULL);


--
-- Data for Name: contact_handles; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.contact_handles VALUES (1, 'custom', 'talk', 10, NULL);
INSERT INTO public.contact_handles VALUES (1, 'custom', 'archived', 17, NULL);
INSERT INTO public.contact_handles VALUES (1, 'custom', 'trashed', 20, NULL);
INSERT INTO public.contact_handles VALUES (1, 'custom', 'undo', 24, NULL);
INSERT INTO public.contact_handles VALUES (1, 'custom', 'late', 32, NULL);
INSERT INTO public.contact_handles VALUES (1, 'custom', 'held', 39, NULL);


--
-- Data for Name: contacts; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.contacts VALUES (1, 10, NULL, NULL, '2026-11-27 00:20:27.29295+00');
INSERT INTO public.contacts VALUES (1, 17, NULL, NULL, '2026-11-27 00:20:27.473479+00');
INSERT INTO public.contacts VALUES (1, 20, NULL, NULL, '2026-11-27 00:20:27.504143+00');
INSERT INTO public.contacts VALUES (1, 24, NULL, NULL, '2026-11-27 00:20:27.522567+00');
INSERT INTO public.contacts VALUES (1, 32, NULL, NULL, '2026-11-27 00:20:27.577917+00');
INSERT INTO public.contacts VALUES (1, 39, NULL, NULL, '2026-11-27 00:20:27.653486+00');


--
-- Data for Name: conversation_external_ids; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.conversation_external_ids VALUES (1, 6, 'talk', 11, 11);
INSERT INTO public.conversation_external_ids VALUES (1, 6, 'conv-msg_8464h', 11, 14);
INSERT INTO public.conversation_external_ids VALUES (1, 6, 'archived', 18, 18);
INSERT INTO public.conversation_external_ids VALUES (1, 6, 'trashed', 21, 21);
INSERT INTO public.conversation_external_ids VALUES (1, 9, 'undo', 25, 25);
INSERT INTO public.conversation_external_ids VALUES (1, 31, 'late', 33, 33);
INSERT INTO public.conversation_external_ids VALUES (1, 38, 'held', 40, 40);


--
-- Data for Name: conversation_inboxes; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: conversation_teammates; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: conversations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.conversations VALUES (1, 11, 2, 6, 10, 'talk', NULL, NULL, 'archived', NULL, 16, '2026-11-27 00:20:27.447323+00', 'Of this one nobody knows.', false, 12, NULL, NULL, '2026-11-27 00:20:27.29295+00', '2026-11-27 00:20:27.447323+00', 'normal');
INSERT INTO public.conversations VALUES (1, 18, 2, 6, 17, 'archived', NULL, NULL, 'archived', 1, 19, '2026-11-27 00:20:27.474716+00', 'Thank you!', true, 19, '2026-11-27 00:20:27.474716+00', NULL, '2026-11-27 00:20:27.473479+00', '2026-11-27 00:20:27.499774+00', 'normal');
INSERT INTO public.conversations VALUES (1, 21, 2, 6, 20, 'trashed', NULL, NULL, 'trashed', NULL, 22, '2026-11-27 00:20:27.505288+00', 'Buy now', true, 22, '2026-11-27 00:20:27.505288+00', NULL, '2026-11-27 00:20:27.504143+00', '2026-11-27 00:20:27.513027+00', 'normal');
INSERT INTO public.conversations VALUES (1, 25, 2, 9, 24, 'undo', NULL, NULL, 'archived', NULL, 28, '2026-11-27 00:20:27.547135+00', 'Second.', false, 26, NULL, NULL, '2026-11-27 00:20:27.522567+00', '2026-11-27 00:20:27.547135+00', 'normal');
INSERT INTO public.conversations VALUES (1, 33, 2, 31, 32, 'late', NULL, NULL, 'archived', NULL, 35, '2026-11-27 00:20:27.592951+00', 'Later.', false, 34, NULL, NULL, '2026-11-27 00:20:27.577917+00', '2026-11-27 00:20:27.592951+00', 'normal');
INSERT INTO public.conversations VALUES (1, 40, 2, 38, 39, 'held', NULL, NULL, 'archived', NULL, 42, '2026-11-27 00:20:27.670497+00', 'Being sent.', false, 41, NULL, NULL, '2026-11-27 00:20:27.653486+00', '2026-11-27 00:20:27.670497+00', 'normal');


--
-- Data for Name: counters; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.counters VALUES (1, 42, 34, '2026-11-27 00:20:27.670497+00');


--
-- Data for Name: deliveries; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.deliveries VALUES (1, 13, 11, 6, 'sent', 1, 0, NULL, NULL, '2026-11-27 00:20:27.366884+00', 'ext-msg_8464h', NULL, '204bf621-fc34-4f5f-a9c1-2cc32d40099c', NULL, NULL, NULL, '2026-11-27 00:20:27.357+00', 2, 200, '{"type":"success","external_id":"ext-msg_8464h","external_conversation_id":"conv-msg_8464h"}');
INSERT INTO public.deliveries VALUES (1, 15, 11, 6, 'failed', 1, 0, 'bad_request', 'The number does not exist.', '2026-11-27 00:20:27.414335+00', NULL, NULL, 'af518b34-5c61-4198-bb4b-55312a2cf542', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.deliveries VALUES (1, 16, 11, 6, 'not_confirmed', 1, 0, 'server_error', 'The channel''s server answered 500.', '2026-11-27 00:20:27.457668+00', NULL, NULL, '88fba8db-808f-493a-b717-a76a0a9b9485', NULL, NULL, NULL, NULL, NULL, NULL, NULL);


--
-- Data for Name: delivery_attempts; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.delivery_attempts VALUES (1, 15, 1, '2026-11-27 00:20:27.411+00', 1, 400, 'failed', 'bad_request', 'The number does not exist.', '{"type":"bad_request","message":"The number does not exist."}');
INSERT INTO public.delivery_attempts VALUES (1, 16, 1, '2026-11-27 00:20:27.455+00', 1, 500, 'not_confirmed', 'server_error', 'The channel''s server answered 500.', '{}');
INSERT INTO public.delivery_attempts VALUES (1, 35, 1, '2026-11-27 00:20:27.605+00', 1, 429, 'delayed', 'too_many_requests', 'The channel''s server is busy: it answered 429.', '');


--
-- Data for Name: delivery_claims; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.delivery_claims VALUES (1, '50a61abb-ba75-450b-9fa9-8da74f93c320', '2026-11-27 00:20:42.673678+00', '{42}', '{40}', '{38}', NULL);


--
-- Data for Name: delivery_queues; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.delivery_queues VALUES (1);


--
-- Data for Name: delivery_requests; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.delivery_requests VALUES (1, '204bf621-fc34-4f5f-a9c1-2cc32d40099c', 0, '{13}', '{1362}', '\x7b2274797065223a226d657373616765222c227061796c6f6164223a7b225f6c696e6b73223a7b2273656c66223a22687474703a2f2f3132372e302e302e313a34343731332f6d657373616765732f6d73675f3834363468222c2272656c61746564223a7b22636f6e766572736174696f6e223a22687474703a2f2f3132372e302e302e313a34343731332f636f6e766572736174696f6e732f636e765f3676377939222c226d6573736167655f7265706c6965645f746f223a22687474703a2f2f3132372e302e302e313a34343731332f6d657373616765732f6d73675f3768703164227d7d2c226964223a226d73675f3834363468222c226d6573736167655f756964223a226266393164663161646439623438333830303030303030303030643030303031222c2274797065223a22637573746f6d222c2269735f696e626f756e64223a66616c73652c22637265617465645f6174223a313739353733383832372e3332392c22626c757262223a224e6f2c20697420636f6d657320746f6461792e222c22626f6479223a223c703e4e6f2c20697420636f6d657320746f6461792e3c2f703e222c2274657874223a224e6f2c20697420636f6d657320746f6461792e222c226572726f725f74797065223a6e756c6c2c2276657273696f6e223a6e756c6c2c227375626a656374223a6e756c6c2c2264726166745f6d6f6465223a6e756c6c2c226d65746164617461223a7b2268656164657273223a7b22696e5f7265706c795f746f223a22696e2d74616c6b227d7d2c22617574686f72223a7b225f6c696e6b73223a7b2273656c66223a22687474703a2f2f3132372e302e302e313a34343731332f7465616d6d617465732f7465615f6d683335222c2272656c61746564223a7b22696e626f786573223a22687474703a2f2f3132372e302e302e313a34343731332f7465616d6d617465732f7465615f6d6833352f696e626f786573222c22636f6e766572736174696f6e73223a22687474703a2f2f3132372e302e302e313a34343731332f7465616d6d617465732f7465615f6d6833352f636f6e766572736174696f6e73227d7d2c226964223a227465615f6d683335222c22656d61696c223a2261646d696e4061636d65312e6578616d706c65222c22757365726e616d65223a2261646d696e222c2266697273745f6e616d65223a22416461222c226c6173745f6e616d65223a2241636d65222c226c6963656e73655f74797065223a2266756c6c222c2269735f61646d696e223a747275652c2269735f617661696c61626c65223a747275652c2269735f626c6f636b6564223a66616c73652c2274797065223a2275736572222c22637573746f6d5f6669656c6473223a7b7d7d2c22726563697069656e7473223a5b7b225f6c696e6b73223a7b2272656c61746564223a7b22636f6e74616374223a6e756c6c7d7d2c226e616d65223a6e756c6c2c2268616e646c65223a226368615f3371756970222c22726f6c65223a2266726f6d227d2c7b225f6c696e6b73223a7b2272656c61746564223a7b22636f6e74616374223a22687474703a2f2f3132372e302e302e313a34343731332f636f6e74616374732f6372645f3638717635227d7d2c226e616d65223a6e756c6c2c2268616e646c65223a2274616c6b222c22726f6c65223a22746f227d5d2c226174746163686d656e7473223a5b5d2c227369676e6174757265223a6e756c6c2c2269735f6472616674223a66616c73657d2c226d65746164617461223a7b2265787465726e616c5f636f6e766572736174696f6e5f6964223a2274616c6b222c2265787465726e616c5f636f6e766572736174696f6e5f696473223a5b2274616c6b225d7d7d');
INSERT INTO public.delivery_requests VALUES (1, 'af518b34-5c61-4198-bb4b-55312a2cf542', 0, '{15}', '{1382}', '\x7b2274797065223a226d657373616765222c227061796c6f6164223a7b225f6c696e6b73223a7b2273656c66223a22687474703a2f2f3132372e302e302e313a34343731332f6d657373616765732f6d73675f3964346170222c2272656c61746564223a7b22636f6e766572736174696f6e223a22687474703a2f2f3132372e302e302e313a34343731332f636f6e766572736174696f6e732f636e765f3676377939222c226d6573736167655f7265706c6965645f746f223a22687474703a2f2f3132372e302e302e313a34343731332f6d657373616765732f6d73675f3768703164227d7d2c226964223a226d73675f3964346170222c226d6573736167655f756964223a226161663534613330393761303162306130303030303030303030663030303031222c2274797065223a22637573746f6d222c2269735f696e626f756e64223a66616c73652c22637265617465645f6174223a313739353733383832372e3339362c22626c757262223a2254686973206f6e6520697320726566757365642e222c22626f6479223a223c703e54686973206f6e6520697320726566757365642e3c2f703e222c2274657874223a2254686973206f6e6520697320726566757365642e222c226572726f725f74797065223a6e756c6c2c2276657273696f6e223a6e756c6c2c227375626a656374223a6e756c6c2c2264726166745f6d6f6465223a6e756c6c2c226d65746164617461223a7b2268656164657273223a7b22696e5f7265706c795f746f223a22696e2d74616c6b227d7d2c22617574686f72223a7b225f6c696e6b73223a7b2273656c66223a22687474703a2f2f3132372e302e302e313a34343731332f7465616d6d617465732f7465615f6d683335222c2272656c61746564223a7b22696e626f786573223a22687474703a2f2f3132372e302e302e313a34343731332f7465616d6d617465732f7465615f6d6833352f696e626f786573222c22636f6e766572736174696f6e73223a22687474703a2f2f3132372e302e302e313a34343731332f7465616d6d617465732f7465615f6d6833352f636f6e766572736174696f6e73227d7d2c226964223a227465615f6d683335222c22656d61696c223a2261646d696e4061636d65312e6578616d706c65222c22757365726e616d65223a2261646d696e222c2266697273745f6e616d65223a22416461222c226c6173745f6e616d65223a2241636d65222c226c6963656e73655f74797065223a2266756c6c222c2269735f61646d696e223a747275652c2269735f617661696c61626c65223a747275652c2269735f626c6f636b6564223a66616c73652c2274797065223a2275736572222c22637573746f6d5f6669656c6473223a7b7d7d2c22726563697069656e7473223a5b7b225f6c696e6b73223a7b2272656c61746564223a7b22636f6e74616374223a6e756c6c7d7d2c226e616d65223a6e756c6c2c2268616e646c65223a226368615f3371756970222c22726f6c65223a2266726f6d227d2c7b225f6c696e6b73223a7b2272656c61746564223a7b22636f6e74616374223a22687474703a2f2f3132372e302e302e313a34343731332f636f6e74616374732f6372645f3638717635227d7d2c226e616d65223a6e756c6c2c2268616e646c65223a2274616c6b222c22726f6c65223a22746f227d5d2c226174746163686d656e7473223a5b5d2c227369676e6174757265223a6e756c6c2c2269735f6472616674223a66616c73657d2c226d65746164617461223a7b2265787465726e616c5f636f6e766572736174696f6e5f6964223a2274616c6b222c2265787465726e616c5f636f6e766572736174696f6e5f696473223a5b2274616c6b222c22636f6e762d6d73675f3834363468225d7d7d');
INSERT INTO public.delivery_requests VALUES (1, '88fba8db-808f-493a-b717-a76a0a9b9485', 0, '{16}', '{1397}', '\x7b2274797065223a226d657373616765222c227061796c6f6164223a7b225f6c696e6b73223a7b2273656c66223a22687474703a2f2f3132372e302e302e313a34343731332f6d657373616765732f6d73675f397a6c6474222c2272656c61746564223a7b22636f6e766572736174696f6e223a22687474703a2f2f3132372e302e302e313a34343731332f636f6e766572736174696f6e732f636e765f3676377939222c226d6573736167655f7265706c6965645f746f223a22687474703a2f2f3132372e302e302e313a34343731332f6d657373616765732f6d73675f3768703164227d7d2c226964223a226d73675f397a6c6474222c226d6573736167655f756964223a226339633230393463303739386166373430303030303030303031303030303031222c2274797065223a22637573746f6d222c2269735f696e626f756e64223a66616c73652c22637265617465645f6174223a313739353733383832372e3434372c22626c757262223a224f662074686973206f6e65206e6f626f6479206b6e6f77732e222c22626f6479223a223c703e4f662074686973206f6e65206e6f626f6479206b6e6f77732e3c2f703e222c2274657874223a224f662074686973206f6e65206e6f626f6479206b6e6f77732e222c226572726f725f74797065223a6e756c6c2c2276657273696f6e223a6e756c6c2c227375626a656374223a6e756c6c2c2264726166745f6d6f6465223a6e756c6c2c226d65746164617461223a7b2268656164657273223a7b22696e5f7265706c795f746f223a22696e2d74616c6b227d7d2c22617574686f72223a7b225f6c696e6b73223a7b2273656c66223a22687474703a2f2f3132372e302e302e313a34343731332f7465616d6d617465732f7465615f6d683335222c2272656c61746564223a7b22696e626f786573223a22687474703a2f2f3132372e302e302e313a34343731332f7465616d6d617465732f7465615f6d6833352f696e626f786573222c22636f6e766572736174696f6e73223a22687474703a2f2f3132372e302e302e313a34343731332f7465616d6d617465732f7465615f6d6833352f636f6e766572736174696f6e73227d7d2c226964223a227465615f6d683335222c22656d61696c223a2261646d696e4061636d65312e6578616d706c65222c22757365726e616d65223a2261646d696e222c2266697273745f6e616d65223a22416461222c226c6173745f6e616d65223a2241636d65222c226c6963656e73655f74797065223a2266756c6c222c2269735f61646d696e223a747275652c2269735f617661696c61626c65223a747275652c2269735f626c6f636b6564223a66616c73652c2274797065223a2275736572222c22637573746f6d5f6669656c6473223a7b7d7d2c22726563697069656e7473223a5b7b225f6c696e6b73223a7b2272656c61746564223a7b22636f6e74616374223a6e756c6c7d7d2c226e616d65223a6e756c6c2c2268616e646c65223a226368615f3371756970222c22726f6c65223a2266726f6d227d2c7b225f6c696e6b73223a7b2272656c61746564223a7b22636f6e74616374223a22687474703a2f2f3132372e302e302e313a34343731332f636f6e74616374732f6372645f3638717635227d7d2c226e616d65223a6e756c6c2c2268616e646c65223a2274616c6b222c22726f6c65223a22746f227d5d2c226174746163686d656e7473223a5b5d2c227369676e6174757265223a6e756c6c2c2269735f6472616674223a66616c73657d2c226d65746164617461223a7b2265787465726e616c5f636f6e766572736174696f6e5f6964223a2274616c6b222c2265787465726e616c5f636f6e766572736174696f6e5f696473223a5b2274616c6b222c22636f6e762d6d73675f3834363468225d7d7d');
INSERT INTO public.delivery_requests VALUES (1, '15df34df-2306-4f39-ac79-e99272f7dc1a', 0, '{35}', '{1323}', '\x7b2274797065223a226d657373616765222c227061796c6f6164223a7b225f6c696e6b73223a7b2273656c66223a22687474703a2f2f3132372e302e302e313a34343731332f6d657373616765732f6d73675f6c756d3078222c2272656c61746564223a7b22636f6e766572736174696f6e223a22687474703a2f2f3132372e302e302e313a34343731332f636f6e766572736174696f6e732f636e765f6b6c6e7570222c226d6573736167655f7265706c6965645f746f223a22687474703a2f2f3132372e302e302e313a34343731332f6d657373616765732f6d73675f6c38347874227d7d2c226964223a226d73675f6c756d3078222c226d6573736167655f756964223a226265623536616638666339313564363130303030303030303032333030303031222c2274797065223a22637573746f6d222c2269735f696e626f756e64223a66616c73652c22637265617465645f6174223a313739353733383832372e3539322c22626c757262223a224c617465722e222c22626f6479223a223c703e4c617465722e3c2f703e222c2274657874223a224c617465722e222c226572726f725f74797065223a6e756c6c2c2276657273696f6e223a6e756c6c2c227375626a656374223a6e756c6c2c2264726166745f6d6f6465223a6e756c6c2c226d65746164617461223a7b2268656164657273223a7b22696e5f7265706c795f746f223a22696e2d6c617465227d7d2c22617574686f72223a7b225f6c696e6b73223a7b2273656c66223a22687474703a2f2f3132372e302e302e313a34343731332f7465616d6d617465732f7465615f6d683335222c2272656c61746564223a7b22696e626f786573223a22687474703a2f2f3132372e302e302e313a34343731332f7465616d6d617465732f7465615f6d6833352f696e626f786573222c22636f6e766572736174696f6e73223a22687474703a2f2f3132372e302e302e313a34343731332f7465616d6d617465732f7465615f6d6833352f636f6e766572736174696f6e73227d7d2c226964223a227465615f6d683335222c22656d61696c223a2261646d696e4061636d65312e6578616d706c65222c22757365726e616d65223a2261646d696e222c2266697273745f6e616d65223a22416461222c226c6173745f6e616d65223a2241636d65222c226c6963656e73655f74797065223a2266756c6c222c2269735f61646d696e223a747275652c2269735f617661696c61626c65223a747275652c2269735f626c6f636b6564223a66616c73652c2274797065223a2275736572222c22637573746f6d5f6669656c6473223a7b7d7d2c22726563697069656e7473223a5b7b225f6c696e6b73223a7b2272656c61746564223a7b22636f6e74616374223a6e756c6c7d7d2c226e616d65223a6e756c6c2c2268616e646c65223a226368615f6a63706f68222c22726f6c65223a2266726f6d227d2c7b225f6c696e6b73223a7b2272656c61746564223a7b22636f6e74616374223a22687474703a2f2f3132372e302e302e313a34343731332f636f6e74616374732f6372645f6a7a36726c227d7d2c226e616d65223a6e756c6c2c2268616e646c65223a226c617465222c22726f6c65223a22746f227d5d2c226174746163686d656e7473223a5b5d2c227369676e6174757265223a6e756c6c2c2269735f6472616674223a66616c73657d2c226d65746164617461223a7b2265787465726e616c5f636f6e766572736174696f6e5f6964223a226c617465222c2265787465726e616c5f636f6e766572736174696f6e5f696473223a5b226c617465225d7d7d');
INSERT INTO public.delivery_requests VALUES (1, '50a61abb-ba75-450b-9fa9-8da74f93c320', 0, '{42}', '{1337}', '\x7b2274797065223a226d657373616765222c227061796c6f6164223a7b225f6c696e6b73223a7b2273656c66223a22687474703a2f2f3132372e302e302e313a34343731332f6d657373616765732f6d73675f7137786d70222c2272656c61746564223a7b22636f6e766572736174696f6e223a22687474703a2f2f3132372e302e302e313a34343731332f636f6e766572736174696f6e732f636e765f6f797a6768222c226d6573736167655f7265706c6965645f746f223a22687474703a2f2f3132372e302e302e313a34343731332f6d657373616765732f6d73675f706c676a6c227d7d2c226964223a226d73675f7137786d70222c226d6573736167655f756964223a226363646163616536643262336337383830303030303030303032613030303031222c2274797065223a22637573746f6d222c2269735f696e626f756e64223a66616c73652c22637265617465645f6174223a313739353733383832372e36372c22626c757262223a224265696e672073656e742e222c22626f6479223a223c703e4265696e672073656e742e3c2f703e222c2274657874223a224265696e672073656e742e222c226572726f725f74797065223a6e756c6c2c2276657273696f6e223a6e756c6c2c227375626a656374223a6e756c6c2c2264726166745f6d6f6465223a6e756c6c2c226d65746164617461223a7b2268656164657273223a7b22696e5f7265706c795f746f223a22696e2d68656c64227d7d2c22617574686f72223a7b225f6c696e6b73223a7b2273656c66223a22687474703a2f2f3132372e302e302e313a34343731332f7465616d6d617465732f7465615f6d683335222c2272656c61746564223a7b22696e626f786573223a22687474703a2f2f3132372e302e302e313a34343731332f7465616d6d617465732f7465615f6d6833352f696e626f786573222c22636f6e766572736174696f6e73223a22687474703a2f2f3132372e302e302e313a34343731332f7465616d6d617465732f7465615f6d6833352f636f6e766572736174696f6e73227d7d2c226964223a227465615f6d683335222c22656d61696c223a2261646d696e4061636d65312e6578616d706c65222c22757365726e616d65223a2261646d696e222c2266697273745f6e616d65223a22416461222c226c6173745f6e616d65223a2241636d65222c226c6963656e73655f74797065223a2266756c6c222c2269735f61646d696e223a747275652c2269735f617661696c61626c65223a747275652c2269735f626c6f636b6564223a66616c73652c2274797065223a2275736572222c22637573746f6d5f6669656c6473223a7b7d7d2c22726563697069656e7473223a5b7b225f6c696e6b73223a7b2272656c61746564223a7b22636f6e74616374223a6e756c6c7d7d2c226e616d65223a6e756c6c2c2268616e646c65223a226368615f6e71316139222c22726f6c65223a2266726f6d227d2c7b225f6c696e6b73223a7b2272656c61746564223a7b22636f6e74616374223a22687474703a2f2f3132372e302e302e313a34343731332f636f6e74616374732f6372645f6f63696464227d7d2c226e616d65223a6e756c6c2c2268616e646c65223a2268656c64222c22726f6c65223a22746f227d5d2c226174746163686d656e7473223a5b5d2c227369676e6174757265223a6e756c6c2c2269735f6472616674223a66616c73657d2c226d65746164617461223a7b2265787465726e616c5f636f6e766572736174696f6e5f6964223a2268656c64222c2265787465726e616c5f636f6e766572736174696f6e5f696473223a5b2268656c64225d7d7d');


--
-- Data for Name: drafts; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.drafts VALUES (1, 23, 1, 11, NULL, NULL, NULL, 'Half an answer', NULL, 1, '2026-11-27 00:20:27.51864+00');


--
-- Data for Name: early_failures; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.events VALUES (1, 1, 'teammate', '2026-11-27 00:20:27.038722+00', NULL, NULL, NULL, 'system', NULL, 'teammate', 1, 'system', NULL, '{"teammate_id": 1}');
INSERT INTO public.events VALUES (1, 2, 'inbox', '2026-11-27 00:20:27.043513+00', NULL, NULL, NULL, 'system', NULL, 'inbox', 2, 'system', NULL, '{"inbox_id": 2}');
INSERT INTO public.events VALUES (1, 3, 'channel', '2026-11-27 00:20:27.062162+00', NULL, NULL, NULL, 'api', 3, NULL, NULL, 'api_token', 3, '{"channel_type_uid": "app_0f32cb9621a71f9a"}');
INSERT INTO public.events VALUES (1, 4, 'channel', '2026-11-27 00:20:27.085047+00', NULL, 2, NULL, 'api', 3, NULL, NULL, 'api_token', 3, '{"channel_id": "cha_3quip"}');
INSERT INTO public.events VALUES (1, 5, 'channel', '2026-11-27 00:20:27.105775+00', NULL, NULL, NULL, 'api', 3, NULL, NULL, 'api_token', 3, '{"channel_type_uid": "app_ab9db9ddb7590324"}');
INSERT INTO public.events VALUES (1, 6, 'channel', '2026-11-27 00:20:27.127683+00', NULL, 2, NULL, 'api', 3, NULL, NULL, 'api_token', 3, '{"channel_id": "cha_5m9s1"}');
INSERT INTO public.events VALUES (1, 7, 'inbound', '2026-11-27 00:20:27.295208+00', 11, 2, 12, 'channel', 6, 'message', NULL, 'channel', 6, NULL);
INSERT INTO public.events VALUES (1, 8, 'out_reply', '2026-11-27 00:20:27.329638+00', 11, 2, 13, 'teammate', 1, 'message', NULL, 'teammate', 1, NULL);
INSERT INTO public.events VALUES (1, 9, 'archive', '2026-11-27 00:20:27.329638+00', 11, 2, NULL, 'teammate', 1, NULL, NULL, 'message', 13, NULL);
INSERT INTO public.events VALUES (1, 10, 'delivery', '2026-11-27 00:20:27.366884+00', 11, 2, 13, 'system', NULL, 'message', NULL, 'system', NULL, '{"state": "sent"}');
INSERT INTO public.events VALUES (1, 11, 'out_reply', '2026-11-27 00:20:27.396492+00', 11, 2, 15, 'teammate', 1, 'message', NULL, 'teammate', 1, NULL);
INSERT INTO public.events VALUES (1, 12, 'sending_error', '2026-11-27 00:20:27.414335+00', 11, 2, 15, 'system', NULL, 'message', NULL, 'system', NULL, '{"state": "failed"}');
INSERT INTO public.events VALUES (1, 13, 'out_reply', '2026-11-27 00:20:27.447323+00', 11, 2, 16, 'teammate', 1, 'message', NULL, 'teammate', 1, NULL);
INSERT INTO public.events VALUES (1, 14, 'sending_error', '2026-11-27 00:20:27.457668+00', 11, 2, 16, 'system', NULL, 'message', NULL, 'system', NULL, '{"state": "not_confirmed"}');
INSERT INTO public.events VALUES (1, 15, 'inbound', '2026-11-27 00:20:27.473716+00', 18, 2, 19, 'channel', 6, 'message', NULL, 'channel', 6, NULL);
INSERT INTO public.events VALUES (1, 16, 'assign', '2026-11-27 00:20:27.495809+00', 18, 2, NULL, 'teammate', 1, 'teammate', 1, 'teammate', 1, '{"teammate_name": "Ada Acme"}');
INSERT INTO public.events VALUES (1, 17, 'archive', '2026-11-27 00:20:27.499774+00', 18, 2, NULL, 'teammate', 1, NULL, NULL, 'teammate', 1, NULL);
INSERT INTO public.events VALUES (1, 18, 'inbound', '2026-11-27 00:20:27.504288+00', 21, 2, 22, 'channel', 6, 'message', NULL, 'channel', 6, NULL);
INSERT INTO public.events VALUES (1, 19, 'trash', '2026-11-27 00:20:27.513027+00', 21, 2, NULL, 'teammate', 1, NULL, NULL, 'teammate', 1, NULL);
INSERT INTO public.events VALUES (1, 20, 'inbound', '2026-11-27 00:20:27.522805+00', 25, 2, 26, 'channel', 9, 'message', NULL, 'channel', 9, NULL);
INSERT INTO public.events VALUES (1, 21, 'out_reply', '2026-11-27 00:20:27.535609+00', 25, 2, 27, 'teammate', 1, 'message', NULL, 'teammate', 1, NULL);
INSERT INTO public.events VALUES (1, 22, 'archive', '2026-11-27 00:20:27.535609+00', 25, 2, NULL, 'teammate', 1, NULL, NULL, 'message', 27, NULL);
INSERT INTO public.events VALUES (1, 23, 'out_reply', '2026-11-27 00:20:27.547135+00', 25, 2, 28, 'teammate', 1, 'message', NULL, 'teammate', 1, NULL);
INSERT INTO public.events VALUES (1, 24, 'channel', '2026-11-27 00:20:27.553561+00', NULL, NULL, NULL, 'api', 3, NULL, NULL, 'api_token', 3, '{"channel_type_uid": "app_697871e1bfa68175"}');
INSERT INTO public.events VALUES (1, 25, 'channel', '2026-11-27 00:20:27.572971+00', NULL, 2, NULL, 'api', 3, NULL, NULL, 'api_token', 3, '{"channel_id": "cha_jcpoh"}');
INSERT INTO public.events VALUES (1, 26, 'inbound', '2026-11-27 00:20:27.578164+00', 33, 2, 34, 'channel', 31, 'message', NULL, 'channel', 31, NULL);
INSERT INTO public.events VALUES (1, 27, 'out_reply', '2026-11-27 00:20:27.592951+00', 33, 2, 35, 'teammate', 1, 'message', NULL, 'teammate', 1, NULL);
INSERT INTO public.events VALUES (1, 28, 'archive', '2026-11-27 00:20:27.592951+00', 33, 2, NULL, 'teammate', 1, NULL, NULL, 'message', 35, NULL);
INSERT INTO public.events VALUES (1, 29, 'delivery', '2026-11-27 00:20:27.608707+00', 33, 2, 35, 'system', NULL, 'message', NULL, 'system', NULL, '{"state": "delayed"}');
INSERT INTO public.events VALUES (1, 30, 'channel', '2026-11-27 00:20:27.631575+00', NULL, NULL, NULL, 'api', 3, NULL, NULL, 'api_token', 3, '{"channel_type_uid": "app_2a71c403bc59479f"}');
INSERT INTO public.events VALUES (1, 31, 'channel', '2026-11-27 00:20:27.649365+00', NULL, 2, NULL, 'api', 3, NULL, NULL, 'api_token', 3, '{"channel_id": "cha_nq1a9"}');
INSERT INTO public.events VALUES (1, 32, 'inbound', '2026-11-27 00:20:27.653643+00', 40, 2, 41, 'channel', 38, 'message', NULL, 'channel', 38, NULL);
INSERT INTO public.events VALUES (1, 33, 'out_reply', '2026-11-27 00:20:27.670497+00', 40, 2, 42, 'teammate', 1, 'message', NULL, 'teammate', 1, NULL);
INSERT INTO public.events VALUES (1, 34, 'archive', '2026-11-27 00:20:27.670497+00', 40, 2, NULL, 'teammate', 1, NULL, NULL, 'message', 42, NULL);


--
-- Data for Name: html_forms; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: idempotency_keys; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: inbox_teammates; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: inboxes; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.inboxes VALUES (1, 2, 1, 'Support', true, '2026-11-27 00:20:27.043513+00');


--
-- Data for Name: invitations; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: messages; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.messages VALUES (1, 12, 11, 6, 'in-talk', NULL, NULL, true, 'channel', NULL, 10, 'talk', NULL, NULL, NULL, NULL, 'Is my parcel lost?', 'text', 'Is my parcel lost?', NULL, NULL, '2026-11-27 00:20:27.295208+00', NULL, '2026-11-27 00:20:27.296208+00');
INSERT INTO public.messages VALUES (1, 13, 11, 6, NULL, NULL, 12, false, 'teammate', 1, 10, 'talk', NULL, NULL, NULL, NULL, 'No, it comes today.', 'text', 'No, it comes today.', NULL, NULL, '2026-11-27 00:20:27.329638+00', NULL, '2026-11-27 00:20:27.329638+00');
INSERT INTO public.messages VALUES (1, 15, 11, 6, NULL, NULL, 12, false, 'teammate', 1, 10, 'talk', NULL, NULL, NULL, NULL, 'This one is refused.', 'text', 'This one is refused.', 'bad_request', 'The number does not exist.', '2026-11-27 00:20:27.396492+00', NULL, '2026-11-27 00:20:27.396492+00');
INSERT INTO public.messages VALUES (1, 16, 11, 6, NULL, NULL, 12, false, 'teammate', 1, 10, 'talk', NULL, NULL, NULL, NULL, 'Of this one nobody knows.', 'text', 'Of this one nobody knows.', 'server_error', 'The channel''s server answered 500.', '2026-11-27 00:20:27.447323+00', NULL, '2026-11-27 00:20:27.447323+00');
INSERT INTO public.messages VALUES (1, 19, 18, 6, 'in-archived', NULL, NULL, true, 'channel', NULL, 17, 'archived', NULL, NULL, NULL, NULL, 'Thank you!', 'text', 'Thank you!', NULL, NULL, '2026-11-27 00:20:27.473716+00', NULL, '2026-11-27 00:20:27.474716+00');
INSERT INTO public.messages VALUES (1, 22, 21, 6, 'in-trashed', NULL, NULL, true, 'channel', NULL, 20, 'trashed', NULL, NULL, NULL, NULL, 'Buy now', 'text', 'Buy now', NULL, NULL, '2026-11-27 00:20:27.504288+00', NULL, '2026-11-27 00:20:27.505288+00');
INSERT INTO public.messages VALUES (1, 26, 25, 9, 'in-undo', NULL, NULL, true, 'channel', NULL, 24, 'undo', NULL, NULL, NULL, NULL, 'Can you call me back?', 'text', 'Can you call me back?', NULL, NULL, '2026-11-27 00:20:27.522805+00', NULL, '2026-11-27 00:20:27.523805+00');
INSERT INTO public.messages VALUES (1, 27, 25, 9, NULL, NULL, 26, false, 'teammate', 1, 24, 'undo', NULL, NULL, NULL, NULL, 'First.', 'text', 'First.', NULL, NULL, '2026-11-27 00:20:27.535609+00', NULL, '2026-11-27 00:20:27.535609+00');
INSERT INTO public.messages VALUES (1, 28, 25, 9, NULL, NULL, 26, false, 'teammate', 1, 24, 'undo', NULL, NULL, NULL, NULL, 'Second.', 'text', 'Second.', NULL, NULL, '2026-11-27 00:20:27.547135+00', NULL, '2026-11-27 00:20:27.547135+00');
INSERT INTO public.messages VALUES (1, 34, 33, 31, 'in-late', NULL, NULL, true, 'channel', NULL, 32, 'late', NULL, NULL, NULL, NULL, 'Hello?', 'text', 'Hello?', NULL, NULL, '2026-11-27 00:20:27.578164+00', NULL, '2026-11-27 00:20:27.579164+00');
INSERT INTO public.messages VALUES (1, 35, 33, 31, NULL, NULL, 34, false, 'teammate', 1, 32, 'late', NULL, NULL, NULL, NULL, 'Later.', 'text', 'Later.', NULL, NULL, '2026-11-27 00:20:27.592951+00', NULL, '2026-11-27 00:20:27.592951+00');
INSERT INTO public.messages VALUES (1, 41, 40, 38, 'in-held', NULL, NULL, true, 'channel', NULL, 39, 'held', NULL, NULL, NULL, NULL, 'Anybody?', 'text', 'Anybody?', NULL, NULL, '2026-11-27 00:20:27.653643+00', NULL, '2026-11-27 00:20:27.654643+00');
INSERT INTO public.messages VALUES (1, 42, 40, 38, NULL, NULL, 41, false, 'teammate', 1, 39, 'held', NULL, NULL, NULL, NULL, 'Being sent.', 'text', 'Being sent.', NULL, NULL, '2026-11-27 00:20:27.670497+00', NULL, '2026-11-27 00:20:27.670497+00');


--
-- Data for Name: outbox; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.outbox VALUES (1, 25, 27, 9, 'queued', true, '2026-11-27 00:21:27.535609+00', 0, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.outbox VALUES (1, 25, 28, 9, 'queued', false, '2026-11-27 00:21:27.547135+00', 0, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.outbox VALUES (1, 33, 35, 31, 'delayed', true, '2026-11-27 00:21:27.608707+00', 1, 1, 'too_many_requests', 'The channel''s server is busy: it answered 429.', '15df34df-2306-4f39-ac79-e99272f7dc1a', NULL, NULL);
INSERT INTO public.outbox VALUES (1, 40, 42, 38, 'queued', true, '2026-11-27 00:20:27.670497+00', 0, 0, NULL, NULL, NULL, NULL, NULL);


--
-- Data for Name: sent_drafts; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: teammates; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.teammates VALUES (1, 1, 'admin@acme1.example', 'admin', 'Ada', 'Acme', true, true, false, 0, '{}', '2026-11-27 00:20:27.038722+00', NULL);


--
-- Data for Name: teams; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.teams VALUES (1, 1, 'Acme', '2026-11-27 00:20:26.950548+00');


--
-- Data for Name: timers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.timers VALUES (1, 'expired-rows', 0, '2026-11-28 00:20:26.950548+00', 0);


--
-- Data for Name: united_ids; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Name: companies_id_seq; Type: SEQUENCE SET; Schema: directory; Owner: -
--

SELECT pg_catalog.setval('directory.companies_id_seq', 1, true);


--
-- Name: accounts accounts_pkey; Type: CONSTRAINT; Schema: directory; Owner: -
--

ALTER TABLE ONLY directory.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);


--
-- Name: api_tokens api_tokens_pkey; Type: CONSTRAINT; Schema: directory; Owner: -
--

ALTER TABLE ONLY directory.api_tokens
    ADD CONSTRAINT api_tokens_pkey PRIMARY KEY (token_hash);


--
-- Name: companies companies_pkey; Type: CONSTRAINT; Schema: directory; Owner: -
--

ALTER TABLE ONLY directory.companies
    ADD CONSTRAINT companies_pkey PRIMARY KEY (id);


--
-- Name: consumers consumers_pkey; Type: CONSTRAINT; Schema: directory; Owner: -
--

ALTER TABLE ONLY directory.consumers
    ADD CONSTRAINT consumers_pkey PRIMARY KEY (name);


--
-- Name: invitations invitations_pkey; Type: CONSTRAINT; Schema: directory; Owner: -
--

ALTER TABLE ONLY directory.invitations
    ADD CONSTRAINT invitations_pkey PRIMARY KEY (token_hash);


--
-- Name: master_key master_key_pkey; Type: CONSTRAINT; Schema: directory; Owner: -
--

ALTER TABLE ONLY directory.master_key
    ADD CONSTRAINT master_key_pkey PRIMARY KEY (key_id);


--
-- Name: sessions sessions_pkey; Type: CONSTRAINT; Schema: directory; Owner: -
--

ALTER TABLE ONLY directory.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);


--
-- Name: sessions sessions_token_key; Type: CONSTRAINT; Schema: directory; Owner: -
--

ALTER TABLE ONLY directory.sessions
    ADD CONSTRAINT sessions_token_key UNIQUE (token);


--
-- Name: sign_in_attempts sign_in_attempts_pkey; Type: CONSTRAINT; Schema: directory; Owner: -
--

ALTER TABLE ONLY directory.sign_in_attempts
    ADD CONSTRAINT sign_in_attempts_pkey PRIMARY KEY (key);


--
-- Name: sign_ins sign_ins_pkey; Type: CONSTRAINT; Schema: directory; Owner: -
--

ALTER TABLE ONLY directory.sign_ins
    ADD CONSTRAINT sign_ins_pkey PRIMARY KEY (user_id, company_id);


--
-- Name: users users_email_key; Type: CONSTRAINT; Schema: directory; Owner: -
--

ALTER TABLE ONLY directory.users
    ADD CONSTRAINT users_email_key UNIQUE (email);


--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: directory; Owner: -
--

ALTER TABLE ONLY directory.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


--
-- Name: verifications verifications_pkey; Type: CONSTRAINT; Schema: directory; Owner: -
--

ALTER TABLE ONLY directory.verifications
    ADD CONSTRAINT verifications_pkey PRIMARY KEY (id);


--
-- Name: applied applied_pkey; Type: CONSTRAINT; Schema: portico; Owner: -
--

ALTER TABLE ONLY portico.applied
    ADD CONSTRAINT applied_pkey PRIMARY KEY (file);


--
-- Name: api_tokens api_tokens_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_pkey PRIMARY KEY (company_id, id);


--
-- Name: attention attention_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attention
    ADD CONSTRAINT attention_pkey PRIMARY KEY (company_id, teammate_id, conversation_id);


--
-- Name: channel_callbacks channel_callbacks_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.channel_callbacks
    ADD CONSTRAINT channel_callbacks_pkey PRIMARY KEY (company_id, id);


--
-- Name: channel_delivery_states channel_delivery_states_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.channel_delivery_states
    ADD CONSTRAINT channel_delivery_states_pkey PRIMARY KEY (company_id, channel_id);


--
-- Name: channel_token_uses channel_token_uses_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.channel_token_uses
    ADD CONSTRAINT channel_token_uses_pkey PRIMARY KEY (company_id, channel_id, jti);


--
-- Name: channel_type_secrets channel_type_secrets_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.channel_type_secrets
    ADD CONSTRAINT channel_type_secrets_pkey PRIMARY KEY (company_id, channel_type_id, id);


--
-- Name: channel_types channel_types_company_id_uid_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.channel_types
    ADD CONSTRAINT channel_types_company_id_uid_key UNIQUE (company_id, uid);


--
-- Name: channel_types channel_types_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.channel_types
    ADD CONSTRAINT channel_types_pkey PRIMARY KEY (company_id, id);


--
-- Name: channels channels_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.channels
    ADD CONSTRAINT channels_pkey PRIMARY KEY (company_id, id);


--
-- Name: companies companies_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.companies
    ADD CONSTRAINT companies_pkey PRIMARY KEY (company_id);


--
-- Name: consumer_cursors consumer_cursors_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.consumer_cursors
    ADD CONSTRAINT consumer_cursors_pkey PRIMARY KEY (company_id, consumer);


--
-- Name: contact_handles contact_handles_company_id_source_handle_owner_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contact_handles
    ADD CONSTRAINT contact_handles_company_id_source_handle_owner_id_key UNIQUE NULLS NOT DISTINCT (company_id, source, handle, owner_id);


--
-- Name: contacts contacts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_pkey PRIMARY KEY (company_id, id);


--
-- Name: conversation_external_ids conversation_external_ids_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation_external_ids
    ADD CONSTRAINT conversation_external_ids_pkey PRIMARY KEY (company_id, channel_id, external_id);


--
-- Name: conversation_inboxes conversation_inboxes_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation_inboxes
    ADD CONSTRAINT conversation_inboxes_pkey PRIMARY KEY (company_id, conversation_id, inbox_id);


--
-- Name: conversation_teammates conversation_teammates_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation_teammates
    ADD CONSTRAINT conversation_teammates_pkey PRIMARY KEY (company_id, conversation_id, teammate_id);


--
-- Name: conversations conversations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_pkey PRIMARY KEY (company_id, id);


--
-- Name: counters counters_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.counters
    ADD CONSTRAINT counters_pkey PRIMARY KEY (company_id);


--
-- Name: deliveries deliveries_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (company_id, message_id);


--
-- Name: delivery_attempts delivery_attempts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.delivery_attempts
    ADD CONSTRAINT delivery_attempts_pkey PRIMARY KEY (company_id, message_id, number);


--
-- Name: delivery_claims delivery_claims_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.delivery_claims
    ADD CONSTRAINT delivery_claims_pkey PRIMARY KEY (company_id, id);


--
-- Name: delivery_queues delivery_queues_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.delivery_queues
    ADD CONSTRAINT delivery_queues_pkey PRIMARY KEY (company_id);


--
-- Name: delivery_requests delivery_requests_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.delivery_requests
    ADD CONSTRAINT delivery_requests_pkey PRIMARY KEY (company_id, batch_id, start);


--
-- Name: drafts drafts_company_id_author_id_conversation_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.drafts
    ADD CONSTRAINT drafts_company_id_author_id_conversation_id_key UNIQUE NULLS NOT DISTINCT (company_id, author_id, conversation_id);


--
-- Name: drafts drafts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.drafts
    ADD CONSTRAINT drafts_pkey PRIMARY KEY (company_id, id);


--
-- Name: early_failures early_failures_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.early_failures
    ADD CONSTRAINT early_failures_pkey PRIMARY KEY (company_id, channel_id, external_id);


--
-- Name: events events_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (company_id, number);


--
-- Name: html_forms html_forms_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.html_forms
    ADD CONSTRAINT html_forms_pkey PRIMARY KEY (company_id, message_id);


--
-- Name: idempotency_keys idempotency_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (company_id, caller, route, key);


--
-- Name: inbox_teammates inbox_teammates_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.inbox_teammates
    ADD CONSTRAINT inbox_teammates_pkey PRIMARY KEY (company_id, inbox_id, teammate_id);


--
-- Name: inboxes inboxes_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.inboxes
    ADD CONSTRAINT inboxes_pkey PRIMARY KEY (company_id, id);


--
-- Name: invitations invitations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_pkey PRIMARY KEY (company_id, id);


--
-- Name: messages messages_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (company_id, id);


--
-- Name: outbox outbox_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (company_id, conversation_id, message_id);


--
-- Name: sent_drafts sent_drafts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sent_drafts
    ADD CONSTRAINT sent_drafts_pkey PRIMARY KEY (company_id, draft_id, version, message_id);


--
-- Name: teammates teammates_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.teammates
    ADD CONSTRAINT teammates_pkey PRIMARY KEY (company_id, id);


--
-- Name: teams teams_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.teams
    ADD CONSTRAINT teams_pkey PRIMARY KEY (company_id, id);


--
-- Name: timers timers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.timers
    ADD CONSTRAINT timers_pkey PRIMARY KEY (company_id, kind, subject);


--
-- Name: united_ids united_ids_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.united_ids
    ADD CONSTRAINT united_ids_pkey PRIMARY KEY (company_id, id);


--
-- Name: accounts_user; Type: INDEX; Schema: directory; Owner: -
--

CREATE INDEX accounts_user ON directory.accounts USING btree (user_id);


--
-- Name: api_tokens_company; Type: INDEX; Schema: directory; Owner: -
--

CREATE INDEX api_tokens_company ON directory.api_tokens USING btree (company_id, api_token_id);


--
-- Name: sessions_user; Type: INDEX; Schema: directory; Owner: -
--

CREATE INDEX sessions_user ON directory.sessions USING btree (user_id);


--
-- Name: verifications_identifier; Type: INDEX; Schema: directory; Owner: -
--

CREATE INDEX verifications_identifier ON directory.verifications USING btree (identifier);


--
-- Name: channel_callbacks_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX channel_callbacks_due ON public.channel_callbacks USING btree (company_id, channel_id, next_attempt_at, id);


--
-- Name: channel_delivery_states_troubled; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX channel_delivery_states_troubled ON public.channel_delivery_states USING btree (company_id, channel_id) WHERE (window_started_at IS NOT NULL);


--
-- Name: channel_token_uses_expired; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX channel_token_uses_expired ON public.channel_token_uses USING btree (company_id, channel_id, expires_at);


--
-- Name: channel_types_numeric_alias; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX channel_types_numeric_alias ON public.channel_types USING btree (company_id, numeric_alias) WHERE (deleted_at IS NULL);


--
-- Name: channels_address; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX channels_address ON public.channels USING btree (company_id, channel_type_id, address) WHERE (deleted_at IS NULL);


--
-- Name: channels_inbox; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX channels_inbox ON public.channels USING btree (company_id, inbox_id) WHERE (deleted_at IS NULL);


--
-- Name: contact_handles_contact; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX contact_handles_contact ON public.contact_handles USING btree (company_id, contact_id);


--
-- Name: conversation_external_ids_conversation; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX conversation_external_ids_conversation ON public.conversation_external_ids USING btree (company_id, conversation_id, id);


--
-- Name: conversation_inboxes_inbox; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX conversation_inboxes_inbox ON public.conversation_inboxes USING btree (company_id, inbox_id, conversation_id);


--
-- Name: conversation_teammates_teammate; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX conversation_teammates_teammate ON public.conversation_teammates USING btree (company_id, teammate_id, conversation_id);


--
-- Name: conversations_assigned; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX conversations_assigned ON public.conversations USING btree (company_id, assignee_id, status, last_message_at DESC, id DESC) WHERE (assignee_id IS NOT NULL);


--
-- Name: conversations_list; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX conversations_list ON public.conversations USING btree (company_id, inbox_id, status, last_message_at DESC, id DESC);


--
-- Name: deliveries_external; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX deliveries_external ON public.deliveries USING btree (company_id, channel_id, external_id) WHERE (external_id IS NOT NULL);


--
-- Name: deliveries_undelivered; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX deliveries_undelivered ON public.deliveries USING btree (company_id, conversation_id) WHERE ((state = ANY (ARRAY['failed'::text, 'not_confirmed'::text])) AND (dismissed_at IS NULL));


--
-- Name: events_conversation; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX events_conversation ON public.events USING btree (company_id, conversation_id, number);


--
-- Name: events_timeline; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX events_timeline ON public.events USING btree (company_id, conversation_id, emitted_at, number) WHERE (type = ANY (ARRAY['assign'::text, 'unassign'::text, 'archive'::text, 'reopen'::text, 'trash'::text, 'restore'::text, 'prioritize'::text]));


--
-- Name: idempotency_keys_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idempotency_keys_age ON public.idempotency_keys USING btree (created_at);


--
-- Name: messages_external; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX messages_external ON public.messages USING btree (company_id, channel_id, external_id) WHERE (external_id IS NOT NULL);


--
-- Name: messages_thread; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX messages_thread ON public.messages USING btree (company_id, conversation_id, sort_at, id);


--
-- Name: outbox_delayed; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX outbox_delayed ON public.outbox USING btree (company_id, conversation_id) WHERE (state = 'delayed'::text);


--
-- Name: outbox_ready; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX outbox_ready ON public.outbox USING btree (company_id, channel_id, due_at, message_id) WHERE is_next;


--
-- Name: teammates_email; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX teammates_email ON public.teammates USING btree (company_id, email) WHERE (removed_at IS NULL);


--
-- Name: timers_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX timers_due ON public.timers USING btree (due_at);


--
-- Name: timers_failed; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX timers_failed ON public.timers USING btree (due_at) WHERE (failures > 0);


--
-- Name: timers_of_kind; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX timers_of_kind ON public.timers USING btree (company_id, kind, due_at, subject);


--
-- Name: accounts accounts_user_id_fkey; Type: FK CONSTRAINT; Schema: directory; Owner: -
--

ALTER TABLE ONLY directory.accounts
    ADD CONSTRAINT accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES directory.users(id) ON DELETE CASCADE;


--
-- Name: sessions sessions_user_id_fkey; Type: FK CONSTRAINT; Schema: directory; Owner: -
--

ALTER TABLE ONLY directory.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES directory.users(id) ON DELETE CASCADE;


--
-- Name: api_tokens api_tokens_company_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_company_id_fkey FOREIGN KEY (company_id) REFERENCES public.companies(company_id);


--
-- Name: attention attention_company_id_conversation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attention
    ADD CONSTRAINT attention_company_id_conversation_id_fkey FOREIGN KEY (company_id, conversation_id) REFERENCES public.conversations(company_id, id) ON DELETE CASCADE;


--
-- Name: attention attention_company_id_teammate_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attention
    ADD CONSTRAINT attention_company_id_teammate_id_fkey FOREIGN KEY (company_id, teammate_id) REFERENCES public.teammates(company_id, id) ON DELETE CASCADE;


--
-- Name: channel_callbacks channel_callbacks_company_id_channel_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.channel_callbacks
    ADD CONSTRAINT channel_callbacks_company_id_channel_id_fkey FOREIGN KEY (company_id, channel_id) REFERENCES public.channels(company_id, id);


--
-- Name: channel_delivery_states channel_delivery_states_company_id_channel_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.channel_delivery_states
    ADD CONSTRAINT channel_delivery_states_company_id_channel_id_fkey FOREIGN KEY (company_id, channel_id) REFERENCES public.channels(company_id, id);


--
-- Name: channel_token_uses channel_token_uses_company_id_channel_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.channel_token_uses
    ADD CONSTRAINT channel_token_uses_company_id_channel_id_fkey FOREIGN KEY (company_id, channel_id) REFERENCES public.channels(company_id, id);


--
-- Name: channel_type_secrets channel_type_secrets_company_id_channel_type_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.channel_type_secrets
    ADD CONSTRAINT channel_type_secrets_company_id_channel_type_id_fkey FOREIGN KEY (company_id, channel_type_id) REFERENCES public.channel_types(company_id, id) ON DELETE CASCADE;


--
-- Name: channel_types channel_types_company_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.channel_types
    ADD CONSTRAINT channel_types_company_id_fkey FOREIGN KEY (company_id) REFERENCES public.companies(company_id);


--
-- Name: channels channels_company_id_channel_type_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.channels
    ADD CONSTRAINT channels_company_id_channel_type_id_fkey FOREIGN KEY (company_id, channel_type_id) REFERENCES public.channel_types(company_id, id);


--
-- Name: channels channels_company_id_inbox_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.channels
    ADD CONSTRAINT channels_company_id_inbox_id_fkey FOREIGN KEY (company_id, inbox_id) REFERENCES public.inboxes(company_id, id);


--
-- Name: consumer_cursors consumer_cursors_company_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.consumer_cursors
    ADD CONSTRAINT consumer_cursors_company_id_fkey FOREIGN KEY (company_id) REFERENCES public.companies(company_id);


--
-- Name: contact_handles contact_handles_company_id_contact_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contact_handles
    ADD CONSTRAINT contact_handles_company_id_contact_id_fkey FOREIGN KEY (company_id, contact_id) REFERENCES public.contacts(company_id, id) ON DELETE CASCADE;


--
-- Name: contact_handles contact_handles_company_id_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contact_handles
    ADD CONSTRAINT contact_handles_company_id_owner_id_fkey FOREIGN KEY (company_id, owner_id) REFERENCES public.teammates(company_id, id);


--
-- Name: contacts contacts_company_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_company_id_fkey FOREIGN KEY (company_id) REFERENCES public.companies(company_id);


--
-- Name: conversation_external_ids conversation_external_ids_company_id_conversation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation_external_ids
    ADD CONSTRAINT conversation_external_ids_company_id_conversation_id_fkey FOREIGN KEY (company_id, conversation_id) REFERENCES public.conversations(company_id, id) ON DELETE CASCADE;


--
-- Name: conversation_inboxes conversation_inboxes_company_id_conversation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation_inboxes
    ADD CONSTRAINT conversation_inboxes_company_id_conversation_id_fkey FOREIGN KEY (company_id, conversation_id) REFERENCES public.conversations(company_id, id) ON DELETE CASCADE;


--
-- Name: conversation_inboxes conversation_inboxes_company_id_inbox_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation_inboxes
    ADD CONSTRAINT conversation_inboxes_company_id_inbox_id_fkey FOREIGN KEY (company_id, inbox_id) REFERENCES public.inboxes(company_id, id) ON DELETE CASCADE;


--
-- Name: conversation_teammates conversation_teammates_company_id_conversation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation_teammates
    ADD CONSTRAINT conversation_teammates_company_id_conversation_id_fkey FOREIGN KEY (company_id, conversation_id) REFERENCES public.conversations(company_id, id) ON DELETE CASCADE;


--
-- Name: conversation_teammates conversation_teammates_company_id_teammate_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation_teammates
    ADD CONSTRAINT conversation_teammates_company_id_teammate_id_fkey FOREIGN KEY (company_id, teammate_id) REFERENCES public.teammates(company_id, id) ON DELETE CASCADE;


--
-- Name: conversations conversations_company_id_assignee_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_company_id_assignee_id_fkey FOREIGN KEY (company_id, assignee_id) REFERENCES public.teammates(company_id, id);


--
-- Name: conversations conversations_company_id_channel_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_company_id_channel_id_fkey FOREIGN KEY (company_id, channel_id) REFERENCES public.channels(company_id, id);


--
-- Name: conversations conversations_company_id_contact_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_company_id_contact_id_fkey FOREIGN KEY (company_id, contact_id) REFERENCES public.contacts(company_id, id);


--
-- Name: conversations conversations_company_id_inbox_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_company_id_inbox_id_fkey FOREIGN KEY (company_id, inbox_id) REFERENCES public.inboxes(company_id, id);


--
-- Name: counters counters_company_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.counters
    ADD CONSTRAINT counters_company_id_fkey FOREIGN KEY (company_id) REFERENCES public.companies(company_id);


--
-- Name: delivery_queues delivery_queues_company_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.delivery_queues
    ADD CONSTRAINT delivery_queues_company_id_fkey FOREIGN KEY (company_id) REFERENCES public.companies(company_id);


--
-- Name: drafts drafts_company_id_author_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.drafts
    ADD CONSTRAINT drafts_company_id_author_id_fkey FOREIGN KEY (company_id, author_id) REFERENCES public.teammates(company_id, id) ON DELETE CASCADE;


--
-- Name: early_failures early_failures_company_id_channel_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.early_failures
    ADD CONSTRAINT early_failures_company_id_channel_id_fkey FOREIGN KEY (company_id, channel_id) REFERENCES public.channels(company_id, id);


--
-- Name: html_forms html_forms_company_id_message_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.html_forms
    ADD CONSTRAINT html_forms_company_id_message_id_fkey FOREIGN KEY (company_id, message_id) REFERENCES public.messages(company_id, id) ON DELETE CASCADE;


--
-- Name: idempotency_keys idempotency_keys_company_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_company_id_fkey FOREIGN KEY (company_id) REFERENCES public.companies(company_id);


--
-- Name: inbox_teammates inbox_teammates_company_id_inbox_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.inbox_teammates
    ADD CONSTRAINT inbox_teammates_company_id_inbox_id_fkey FOREIGN KEY (company_id, inbox_id) REFERENCES public.inboxes(company_id, id) ON DELETE CASCADE;


--
-- Name: inbox_teammates inbox_teammates_company_id_teammate_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.inbox_teammates
    ADD CONSTRAINT inbox_teammates_company_id_teammate_id_fkey FOREIGN KEY (company_id, teammate_id) REFERENCES public.teammates(company_id, id) ON DELETE CASCADE;


--
-- Name: inboxes inboxes_company_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.inboxes
    ADD CONSTRAINT inboxes_company_id_fkey FOREIGN KEY (company_id) REFERENCES public.companies(company_id);


--
-- Name: inboxes inboxes_company_id_team_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.inboxes
    ADD CONSTRAINT inboxes_company_id_team_id_fkey FOREIGN KEY (company_id, team_id) REFERENCES public.teams(company_id, id);


--
-- Name: invitations invitations_company_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_company_id_fkey FOREIGN KEY (company_id) REFERENCES public.companies(company_id);


--
-- Name: sent_drafts sent_drafts_company_id_draft_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sent_drafts
    ADD CONSTRAINT sent_drafts_company_id_draft_id_fkey FOREIGN KEY (company_id, draft_id) REFERENCES public.drafts(company_id, id) ON DELETE CASCADE;


--
-- Name: teammates teammates_company_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.teammates
    ADD CONSTRAINT teammates_company_id_fkey FOREIGN KEY (company_id) REFERENCES public.companies(company_id);


--
-- Name: teams teams_company_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.teams
    ADD CONSTRAINT teams_company_id_fkey FOREIGN KEY (company_id) REFERENCES public.companies(company_id);


--
-- Name: timers timers_company_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.timers
    ADD CONSTRAINT timers_company_id_fkey FOREIGN KEY (company_id) REFERENCES public.companies(company_id);


--
-- Name: united_ids united_ids_company_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.united_ids
    ADD CONSTRAINT united_ids_company_id_fkey FOREIGN KEY (company_id) REFERENCES public.companies(company_id);


--
-- PostgreSQL database dump complete
--


