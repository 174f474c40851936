-- Calls that channels report. A leg is created once; its updates come in any order, also before it is created, and its status follows
-- from all of them, sorted by when they occurred. An event is written when the card of the call changes.

-- p_call: CallToCreate (store.ts)
-- outcome: created | repeated | no_channel
create or replace function create_call(p_company bigint, p_channel bigint, p_call jsonb) returns text language plpgsql as $$
declare
  leg calls;
  line record;
  place timestamptz;
  arrived timestamptz := clock_timestamp();
  started timestamptz := 'epoch'::timestamptz + (p_call->>'started_ms')::float8 * interval '1 millisecond';
  is_history boolean := coalesce(started < arrived - :history_after_seconds * interval '1 second', false);
  contact bigint;
  target bigint;
begin
  perform 1 from counters c where c.company_id = p_company for update;
  select c.inbox_id, c.channel_type_id, t.contact_type into line from channels c
    join channel_types t on t.company_id = c.company_id and t.id = c.channel_type_id
    where c.company_id = p_company and c.id = p_channel and c.deleted_at is null;
  if not found then return 'no_channel'; end if;
  leg := reserve_call(p_company, p_channel, p_call->>'external_id', true);
  if leg.conversation_id is not null then return 'repeated'; end if;

  update counters c set last_place = greatest(arrived, c.last_place + interval '1 millisecond')
    where c.company_id = p_company returning case when is_history then started else c.last_place end into place;
  contact := contact_of_call(p_company, line.channel_type_id, line.contact_type, p_call);
  target := coalesce(conversation_of_call(p_company, p_channel, contact, p_call),
    start_call_conversation(p_company, p_channel, line.inbox_id, contact, p_call, place));
  insert into call_conversations (company_id, channel_id, contact_id, conversation_id) values (p_company, p_channel, contact, target)
    on conflict (company_id, channel_id, contact_id) do update set conversation_id = excluded.conversation_id;

  insert into call_updates (company_id, call_id, number, status, occurred_at, is_timed, agent_email)
    values (p_company, leg.id, 0, p_call->>'status', coalesce(started, arrived), started is not null, p_call->>'agent_email');
  update calls c set conversation_id = target, parent_external_id = p_call->>'parent_external_id', direction = p_call->>'direction',
      handle = p_call->>'handle', name = p_call->>'name', contact_id = contact, started_at = coalesce(started, arrived),
      sort_at = place, listed_at = place, state = 'new'
    where c.company_id = p_company and c.id = leg.id;
  perform summarise_leg(p_company, leg.id);
  perform join_legs(p_company, leg.id);
  perform list_call(p_company, leg.id);
  perform write_call_event(p_company, leg.id, 'started');
  return 'created';
end $$;

-- p_update: CallStatusUpdate (store.ts)
-- outcome: updated | unchanged | too_many_updates | too_many_unknown
create or replace function update_call(p_company bigint, p_channel bigint, p_external_id text, p_update jsonb) returns text
language plpgsql as $$
declare
  was calls;
  becomes calls;
  newest call_updates;
  occurred timestamptz := 'epoch'::timestamptz + (p_update->>'occurred_ms')::float8 * interval '1 millisecond';
begin
  perform 1 from counters c where c.company_id = p_company for update;
  was := reserve_call(p_company, p_channel, p_external_id, false);
  if was.id is null then return 'too_many_unknown'; end if;
  select u.* into newest from call_updates u where u.company_id = p_company and u.call_id = was.id order by u.number desc limit 1;
  if exists (
      select from call_updates u where u.company_id = p_company and u.call_id = was.id and u.status = p_update->>'status'
        and u.agent_email is not distinct from p_update->>'agent_email'
        and case when occurred is null then u.number = newest.number else u.is_timed and u.occurred_at = occurred end) then
    return 'unchanged';
  end if;
  if newest.number >= :most_call_updates then return 'too_many_updates'; end if;
  insert into call_updates (company_id, call_id, number, status, occurred_at, is_timed, agent_email)
    values (p_company, was.id, coalesce(newest.number, 0) + 1, p_update->>'status', coalesce(occurred, clock_timestamp()),
      occurred is not null, p_update->>'agent_email');
  if was.conversation_id is null then return 'updated'; end if;

  perform summarise_leg(p_company, was.id);
  select c.* into becomes from calls c where c.company_id = p_company and c.id = was.id;
  if (was.status, was.answered_at, was.ended_at, was.agent_email)
      is distinct from (becomes.status, becomes.answered_at, becomes.ended_at, becomes.agent_email) then
    perform write_call_event(p_company, was.id, case when was.status = becomes.status then 'changed'
      when was.status = 'hold' and becomes.status = 'connected' then 'resumed' else becomes.status end);
  end if;
  return 'updated';
end $$;

-- outcome: updated | unchanged | too_many_unknown
create or replace function set_call_summary(p_company bigint, p_channel bigint, p_external_id text, p_summary text) returns text
language plpgsql as $$
declare
  leg calls;
begin
  perform 1 from counters c where c.company_id = p_company for update;
  leg := reserve_call(p_company, p_channel, p_external_id, false);
  if leg.id is null then return 'too_many_unknown'; end if;
  if leg.summary = p_summary then return 'unchanged'; end if;
  update calls c set summary = p_summary where c.company_id = p_company and c.id = leg.id;
  perform write_call_event(p_company, leg.id, 'summary_added');
  return 'updated';
end $$;

-- outcome: updated | unchanged | too_many_unknown
create or replace function set_call_transcript(p_company bigint, p_channel bigint, p_external_id text, p_lines jsonb) returns text
language plpgsql as $$
declare
  leg calls;
begin
  perform 1 from counters c where c.company_id = p_company for update;
  leg := reserve_call(p_company, p_channel, p_external_id, false);
  if leg.id is null then return 'too_many_unknown'; end if;
  if exists (select from call_transcripts t where t.company_id = p_company and t.call_id = leg.id and t.lines = p_lines) then
    return 'unchanged';
  end if;
  insert into call_transcripts (company_id, call_id, lines, line_count)
    values (p_company, leg.id, p_lines, jsonb_array_length(p_lines))
    on conflict (company_id, call_id) do update set lines = excluded.lines, line_count = excluded.line_count;
  perform write_call_event(p_company, leg.id, 'transcript_added');
  return 'updated';
end $$;

-- Gives an uploaded file to a call. The same bytes again, as the same type, change nothing; the file is then nobody's, and is removed.
-- outcome: updated | unchanged | too_many_unknown | too_many_recordings | no_file
create or replace function add_call_recording(p_company bigint, p_channel bigint, p_external_id text, p_file bigint, p_type text)
returns text language plpgsql as $$
declare
  leg calls;
  file attachments;
begin
  perform 1 from counters c where c.company_id = p_company for update;
  leg := reserve_call(p_company, p_channel, p_external_id, false);
  if leg.id is null then return 'too_many_unknown'; end if;
  select a.* into file from attachments a
    where a.company_id = p_company and a.id = p_file and a.owner_kind is null and a.size is not null and a.expires_at > now();
  if not found then return 'no_file'; end if;
  if exists (
      select from call_recordings r join attachments a on a.company_id = r.company_id and a.id = r.attachment_id
      where r.company_id = p_company and r.call_id = leg.id and r.recording_type = p_type and a.sha256 = file.sha256) then
    return 'unchanged';
  end if;
  if (select count(*) from call_recordings r where r.company_id = p_company and r.call_id = leg.id) >= :most_call_recordings then
    return 'too_many_recordings';
  end if;
  perform own_attachments(p_company, array[p_file], 'call', leg.id);
  insert into call_recordings (company_id, attachment_id, call_id, recording_type) values (p_company, p_file, leg.id, p_type);
  perform write_call_event(p_company, leg.id, 'recording_added');
  return 'updated';
end $$;

-- The row of an external id. Without a conversation it is a call that is yet to be created: what comes before is kept for a day, of so
-- many calls of a channel. Null: the channel was deleted, or has too many of them.
create or replace function reserve_call(p_company bigint, p_channel bigint, p_external_id text, p_is_creation boolean) returns calls
language plpgsql as $$
declare
  leg calls;
  new_id bigint;
  forgotten bigint[];
begin
  select c.* into leg from calls c
    where c.company_id = p_company and c.channel_id = p_channel and c.external_id = p_external_id;
  if found then return leg; end if;
  forgotten := array(select c.id from calls c where c.company_id = p_company and c.channel_id = p_channel and c.conversation_id is null
    and c.created_at < clock_timestamp() - interval '1 day');
  if cardinality(forgotten) > 0 then
    perform release_attachments(p_company, files_of(p_company, 'call', forgotten), 0);
    delete from calls c where c.company_id = p_company and c.id = any(forgotten);
  end if;
  if not p_is_creation and (
      not exists (select from channels c where c.company_id = p_company and c.id = p_channel and c.deleted_at is null)
      or (select count(*) from calls c where c.company_id = p_company and c.channel_id = p_channel and c.conversation_id is null)
        >= :most_unknown_calls) then
    return null;
  end if;
  update counters c set last_number = c.last_number + 1 where c.company_id = p_company returning c.last_number into new_id;
  insert into calls (company_id, id, channel_id, external_id, root_id) values (p_company, new_id, p_channel, p_external_id, new_id)
    returning * into leg;
  return leg;
end $$;

-- A caller with a withheld number becomes a contact of this call only: withheld numbers are many people's.
create or replace function contact_of_call(p_company bigint, p_channel_type bigint, p_contact_type text, p_call jsonb) returns bigint
language plpgsql as $$
declare
  new_id bigint;
begin
  if not (p_call->>'is_withheld')::boolean then
    return recognise_contact(p_company, p_channel_type, p_contact_type, p_call->>'handle', p_call->>'name', null);
  end if;
  update counters c set last_number = c.last_number + 1 where c.company_id = p_company returning c.last_number into new_id;
  insert into contacts (company_id, id, name, named_by)
    values (p_company, new_id, p_call->>'name', case when p_call->>'name' is not null then p_channel_type end);
  return new_id;
end $$;

-- The conversation of a call: that of the other legs; else the one that the channel names; else that of the last call with this contact on
-- the channel, or the one that the channel calls by the contact's handle, unless it is in the trash. Null: there is none.
create or replace function conversation_of_call(p_company bigint, p_channel bigint, p_contact bigint, p_call jsonb) returns bigint
language sql stable as $$
  select coalesce(
    (select k.conversation_id from calls k where k.company_id = p_company and k.channel_id = p_channel
      and k.external_id = p_call->>'parent_external_id'),
    (select k.conversation_id from calls k where k.company_id = p_company and k.channel_id = p_channel
      and k.parent_external_id = p_call->>'external_id' and k.conversation_id is not null order by k.id limit 1),
    (select e.conversation_id from conversation_external_ids e where e.company_id = p_company and e.channel_id = p_channel
      and e.external_id = p_call->>'external_conversation_id'),
    case when p_call->>'external_conversation_id' is null then coalesce(
      (select c.id from call_conversations o join conversations c on c.company_id = o.company_id and c.id = o.conversation_id
        where o.company_id = p_company and o.channel_id = p_channel and o.contact_id = p_contact and c.status <> 'trashed'),
      (select c.id from conversation_external_ids e join conversations c on c.company_id = e.company_id and c.id = e.conversation_id
        where e.company_id = p_company and e.channel_id = p_channel and e.external_id in (p_call->>'handle', p_call->>'written_handle')
          and c.status <> 'trashed' and not (p_call->>'is_withheld')::boolean
        order by e.id limit 1)) end)
$$;

create or replace function start_call_conversation(p_company bigint, p_channel bigint, p_inbox bigint, p_contact bigint, p_call jsonb,
  p_place timestamptz) returns bigint language plpgsql as $$
declare
  new_id bigint;
begin
  update counters c set last_number = c.last_number + 1 where c.company_id = p_company returning c.last_number into new_id;
  insert into conversations (company_id, id, inbox_id, channel_id, contact_id, recipient_handle, recipient_name, last_message_at)
    select p_company, new_id, p_inbox, p_channel, p_contact, p_call->>'handle', coalesce(p_call->>'name', p.name), p_place
    from contacts p where p.company_id = p_company and p.id = p_contact;
  if p_call->>'external_conversation_id' is not null then
    insert into conversation_external_ids (company_id, channel_id, external_id, conversation_id, id)
      values (p_company, p_channel, p_call->>'external_conversation_id', new_id, new_id);
  end if;
  return new_id;
end $$;

-- The current state of a leg. Its initial status is first, then its updates by when they occurred, of one time by how far they lead. The first
-- final status ends it: what is said to have occurred after it does not count.
create or replace function summarise_leg(p_company bigint, p_call bigint) returns void language sql as $$
  with sorted as (
    select u.status, u.occurred_at, u.agent_email, row_number() over (order by u.number > 0, u.occurred_at,
      case when u.status in ('ringing', 'queued') then 0 when u.status in ('connected', 'hold') then 1
        when u.status = 'transferred' then 2 else 3 end, u.number) as place
    from call_updates u where u.company_id = p_company and u.call_id = p_call
  ), counted as materialized (
    select s.* from sorted s
    where s.place <= coalesce((select min(f.place) from sorted f where f.status in ('hangup', 'abandoned', 'missed')), s.place)
  ), said as (
    select
      (select c.status from counted c order by c.place desc limit 1) as status,
      (select min(c.occurred_at) from counted c where c.status = 'connected') as answered_at,
      (select c.occurred_at from counted c order by c.place desc limit 1) as last_at,
      (select c.agent_email from counted c where c.agent_email is not null order by c.place desc limit 1) as agent_email
  )
  update calls k set status = s.status, answered_at = s.answered_at,
      ended_at = case when s.status in ('hangup', 'abandoned', 'missed', 'transferred') then s.last_at end,
      agent_email = s.agent_email, agent_id = (
        select t.id from teammates t where t.company_id = p_company and t.email = s.agent_email and t.removed_at is null)
    from said s where k.company_id = p_company and k.id = p_call
$$;

-- Makes a new leg part of the call of its parent, and the calls that named it as their parent before it came part of its own.
create or replace function join_legs(p_company bigint, p_call bigint) returns void language plpgsql as $$
declare
  leg calls;
  root bigint;
  joining bigint[];
begin
  select c.* into leg from calls c where c.company_id = p_company and c.id = p_call;
  root := coalesce((
    select c.root_id from calls c where c.company_id = p_company and c.channel_id = leg.channel_id
      and c.external_id = leg.parent_external_id and c.conversation_id is not null and c.id <> leg.id), leg.id);
  joining := array(select c.id from calls c where c.company_id = p_company and c.channel_id = leg.channel_id
    and c.parent_external_id = leg.external_id and c.root_id = c.id and c.conversation_id = leg.conversation_id
    and c.id not in (root, leg.id));
  update calls c set state = j.state from calls j
    where c.company_id = p_company and c.id = leg.id and root = leg.id and j.company_id = p_company and j.id = joining[1];
  update calls c set root_id = root where c.company_id = p_company and (c.id = leg.id or c.root_id = any(joining));
end $$;

-- The state of a whole call, of its legs.
create or replace function state_of_call(p_company bigint, p_root bigint) returns text language sql stable as $$
  select case
    when bool_or(k.status = 'connected') then 'connected'
    when bool_or(k.status = 'hold') then 'hold'
    when bool_or(k.status = 'ringing') then 'ringing'
    when bool_or(k.status = 'queued') then 'queued'
    when (array_agg(k.status order by k.started_at desc, k.id desc))[1] = 'transferred' then 'transferred'
    when bool_or(k.answered_at is not null) then 'ended'
    when bool_or(k.direction = 'inbound') and exists (
      select from calls l join call_recordings r on r.company_id = l.company_id and r.call_id = l.id
      where l.company_id = p_company and l.root_id = p_root and r.recording_type = 'voicemail') then 'voicemail'
    when bool_or(k.status = 'abandoned') then 'abandoned'
    when bool_or(k.status = 'missed') then 'missed'
    else 'ended' end
  from calls k where k.company_id = p_company and k.root_id = p_root
$$;

-- A new call is the newest of its conversation, unless it is history, older than another.
create or replace function list_call(p_company bigint, p_call bigint) returns void language sql as $$
  update conversations c set last_call_id = k.id, last_message_at = greatest(k.sort_at, c.last_message_at), updated_at = now()
    from calls k
    where k.company_id = p_company and k.id = p_call and c.company_id = p_company and c.id = k.conversation_id
      and (c.last_call_id is null or k.sort_at >= (
        select l.sort_at from calls l where l.company_id = p_company and l.id = c.last_call_id))
$$;

-- Tells that something of a leg changed, with the call as it is now. A customer's call that nobody took brings its conversation back and
-- makes it unread, once; a voicemail does so again.
create or replace function write_call_event(p_company bigint, p_call bigint, p_change text) returns void language plpgsql as $$
declare
  root calls;
  conv conversations;
  new_state text;
  is_missed boolean;
  missed bigint;
  place timestamptz;
  arrived timestamptz := clock_timestamp();
begin
  select r.* into root from calls l join calls r on r.company_id = l.company_id and r.id = l.root_id
    where l.company_id = p_company and l.id = p_call and l.conversation_id is not null;
  if not found then return; end if;
  select c.* into conv from conversations c where c.company_id = p_company and c.id = root.conversation_id;
  new_state := state_of_call(p_company, root.id);
  is_missed := root.direction = 'inbound' and case when new_state = 'voicemail' then root.state <> 'voicemail'
    else new_state in ('missed', 'abandoned') and root.state not in ('missed', 'abandoned') end;
  if is_missed then
    update counters c set last_number = c.last_number + 1, last_place = greatest(arrived, c.last_place + interval '1 millisecond')
      where c.company_id = p_company returning c.last_number, c.last_place into missed, place;
    update conversations c set last_missed_call = missed, last_call_id = root.id, last_message_at = place, updated_at = now(),
        status = case when conv.status in ('archived', 'trashed') then 'open' else conv.status end
      where c.company_id = p_company and c.id = conv.id;
  end if;
  update calls c set state = new_state, listed_at = coalesce(place, c.listed_at) where c.company_id = p_company and c.id = root.id;
  perform write_event(p_company, case p_change
      when 'started' then 'call_started'
      when 'queued' then 'call_queued'
      when 'ringing' then 'call_ringing'
      when 'connected' then 'call_connected'
      when 'hold' then 'call_on_hold'
      when 'resumed' then 'call_resumed'
      when 'transferred' then 'call_transferred'
      when 'hangup' then 'call_hangup'
      when 'missed' then 'call_missed'
      when 'abandoned' then 'call_abandoned'
      when 'summary_added' then 'call_summary_added'
      when 'recording_added' then 'call_recording_added'
      when 'transcript_added' then 'call_transcript_added'
      else 'call_changed' end,
    'channel', root.channel_id, conversation => conv.id, inbox => conv.inbox_id, target_kind => 'call', target => root.id,
    data => jsonb_strip_nulls(jsonb_build_object('state', new_state, 'unread', case when is_missed then true end)));
  if is_missed and conv.status in ('archived', 'trashed') then
    perform write_event(p_company, case conv.status when 'archived' then 'reopen' else 'restore' end, 'channel', root.channel_id,
      conversation => conv.id, inbox => conv.inbox_id, cause => 'call', cause_id => root.id);
  end if;
end $$;
