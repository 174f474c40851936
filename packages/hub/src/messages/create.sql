-- Outbound messages, of one company or several, in one transaction: message, event, delivery, and what goes with them.
--   companies  every company in batch, in order: their counter rows are locked first
--   batch      [{i, k: place of co in companies, co, conversation | channel: what it answers, or where it starts one, author, origin,
--              actor, handle, name, recipients (more than one: all of them), sender_name, subject, body, format, blurb, archive,
--              caller, route, key, hash (hex): with an Idempotency-Key}]; what is absent is null
--   forms      of the HTML bodies in batch, what they were converted to: [{i, version, text, html, shown}], or null
-- draft_version: of the author's draft that was emptied.
-- outcome: created | repeated | key_reused | no_conversation | in_trash | no_channel | channel_deleted | other_channel |
--          replies_off | compose_off | no_recipient | draft_sent: that version, with these words; message_id: the first one's, for repeats too.
--
-- Set-based, and read as receive_messages(): look, place (one by one, those without a contact or a conversation), look again,
-- write. A batch that uses an Idempotency-Key twice breaks its unique key as a whole.
create or replace function create_outbound_messages(companies bigint[], batch json, forms json default null)
returns table (i integer, outcome text, message_id bigint, conversation_id bigint, channel_id bigint, draft_version bigint)
language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
set plan_cache_mode = force_generic_plan set lock_timeout = '250ms'
as $$
#variable_conflict use_column
declare
  arrived timestamptz;
  rows outbound_message[];
  unplaced boolean;
  -- by i + 1: the conversation that was begun for it
  begun bigint[] := array_fill(null::bigint, array[json_array_length(batch)]);
  r outbound_message;
  numbers bigint[];
  events bigint[];
  emptied_drafts jsonb;
begin
  for pass in 1..2 loop
    select array_agg(c.last_number), array_agg(c.last_event) into numbers, events
      from (select * from counters where company_id = any(companies) order by company_id for update) c;
    arrived := coalesce(arrived, clock_timestamp());

    select array_agg(m), bool_or((m).is_unplaced) into rows, unplaced
    from (
      select row(s.i, s.co, s.is_reply, s.conversation_id, s.inbox_id, s.channel_id, s.undo_seconds, s.author, s.origin, s.actor, s.source,
          s.handle, s.name, s.contact_id, s.recipients, s.sender_name, s.subject, s.body, s.format, s.blurb, s.status, s.replied_id, s.caller,
          s.route, s.key, s.hash, s.outcome, s.first_id, s.is_unplaced, s.is_next and not s.is_answered_to, s.turns, s.id,
          events[s.k] + count(*) filter (where s.outcome = 'created') over of_company
            + count(*) filter (where s.turns) over (of_company rows between unbounded preceding and 1 preceding))::outbound_message as m
      from (
        select l.*, l.outcome = 'created' and l.status <> coalesce(lag(l.status) over of_conversation, l.status_before) as turns,
          row_number() over of_conversation = 1 as is_next,
          numbers[l.k] + count(*) filter (where l.outcome = 'created') over of_company as id
        from (
          select o.*, o.outcome = 'created' and (o.contact_id is null or o.conversation_id is null) as is_unplaced
          from (
            select r.i, r.k, r.co, r.conversation is not null as is_reply, conv.id as conversation_id,
              coalesce(conv.inbox_id, chan.inbox_id) as inbox_id, chan.id as channel_id, chan.undo_send_time as undo_seconds, r.author,
              r.origin, r.actor, kind.contact_type as source, coalesce(r.handle, conv.recipient_handle) as handle,
              coalesce(r.name, conv.recipient_name) as name,
              case when r.handle is null then conv.contact_id else known.contact_id end as contact_id, r.recipients, r.sender_name, r.subject,
              r.body, r.format, r.blurb, case when r.archive then 'archived' else 'open' end as status, conv.status as status_before,
              nullif(conv.last_inbound_id, 0) as replied_id, r.caller, r.route, r.key, decode(r.hash, 'hex') as hash,
              used.message_id as first_id,
              -- a scalar: planned on an empty table, exists would read all of it
              coalesce((select true from outbox w where w.company_id = r.co and w.conversation_id = conv.id limit 1), false) as is_answered_to,
              case
                when used.request_hash <> decode(r.hash, 'hex') then 'key_reused'
                when used.message_id is not null then 'repeated'
                when r.conversation is not null and conv.id is null then 'no_conversation'
                when conv.status in ('trashed', 'spam') then 'in_trash'
                when r.conversation is not null and r.channel <> conv.channel_id then 'other_channel'
                when chan.id is null then 'no_channel'
                when chan.deleted_at is not null then 'channel_deleted'
                when r.conversation is not null and not kind.allow_reply then 'replies_off'
                when r.conversation is null and not kind.allow_compose then 'compose_off'
                when coalesce(r.handle, conv.recipient_handle) is null then 'no_recipient'
                when r.draft_version is not null and is_draft_sent(r.co, r.actor, r.conversation, r.draft_version, r.body, r.handle) then 'draft_sent'
                else 'created'
              end as outcome
            from json_to_recordset(batch) as r(i integer, k integer, co bigint, conversation bigint, channel bigint, author bigint,
              origin text, actor bigint, handle text, name text, recipients jsonb, sender_name text, subject text, body text, format text,
              blurb text, archive boolean, draft_version bigint, caller text, route text, key text, hash text)
            left join idempotency_keys used
              on used.company_id = r.co and used.caller = r.caller and used.route = r.route and used.key = r.key
            left join conversations conv
              on conv.company_id = r.co and conv.id = coalesce(r.conversation, begun[r.i + 1])
            -- by their whole keys, and nothing else: in a young table half of one looks as good, and the plan stays
            left join lateral (
              select h.* from channels h where h.company_id = r.co and h.id = coalesce(conv.channel_id, r.channel) offset 0
            ) chan on true
            left join channel_types kind on kind.company_id = chan.company_id and kind.id = chan.channel_type_id
            left join lateral (
              select h.contact_id from contact_handles h
              where h.company_id = r.co and h.source = kind.contact_type and h.handle = r.handle and h.owner_id is null offset 0
            ) known on true
          ) o
        ) l
        window of_company as (partition by l.co order by l.i),
          of_conversation as (partition by l.co, l.conversation_id, l.outcome order by l.i)
      ) s
      window of_company as (partition by s.co order by s.i)
    ) looked;
    exit when not unplaced;
    foreach r in array rows loop
      if r.is_unplaced then
        begun[r.i + 1] := place_outbound(r);
      end if;
    end loop;
  end loop;

  insert into messages (company_id, id, conversation_id, channel_id, replied_to_id, is_inbound, origin, author_id, contact_id,
      handle, name, sender_name, recipients, subject, body, body_format, blurb, created_at, sort_at)
    select r.co, r.id, r.conversation_id, r.channel_id, r.replied_id, false, r.origin, r.author, r.contact_id, r.handle, r.name,
      r.sender_name, r.recipients, r.subject, r.body, r.format, r.blurb, arrived, greatest(arrived, k.last_place + interval '1 millisecond')
    from unnest(rows) r join counters k on k.company_id = r.co where r.outcome = 'created';

  if forms is not null then
    insert into html_forms (company_id, message_id, version, text, html, shown)
      select r.co, r.id, f.version, f.text, f.html, f.shown
      from json_to_recordset(forms) as f(i integer, version smallint, text text, html text, shown text)
      join unnest(rows) r on r.i = f.i where r.outcome = 'created';
  end if;

  insert into outbox (company_id, message_id, conversation_id, channel_id, is_next, due_at)
    select r.co, r.id, r.conversation_id, r.channel_id, r.is_head, arrived + make_interval(secs => r.undo_seconds)
    from unnest(rows) r where r.outcome = 'created';

  update conversations c set last_message_id = x.id, last_message_at = greatest(arrived, k.last_place + interval '1 millisecond'), last_message_blurb = x.blurb,
      last_message_is_inbound = false, waiting_since = null, updated_at = arrived, status = x.status
    from (
      select distinct on (r.co, r.conversation_id) r.co, r.conversation_id, r.id, r.blurb, r.status
      from unnest(rows) r where r.outcome = 'created' order by r.co, r.conversation_id, r.id desc
    ) x join counters k on k.company_id = x.co
    where c.company_id = x.co and c.id = x.conversation_id;

  insert into idempotency_keys (company_id, caller, route, key, request_hash, message_id)
    select r.co, r.caller, r.route, r.key, r.hash, r.id from unnest(rows) r where r.outcome = 'created' and r.key is not null;

  -- the author's draft is sent with it, but for newer words of another screen; its count goes on
  if exists (select from unnest(rows) r where r.outcome = 'created' and r.origin = 'teammate') then
    with emptied as (
      update drafts d set body = '', channel_id = null, recipient = null, subject = null, version = d.version + 1, updated_at = arrived
        from unnest(rows) r join json_to_recordset(batch) as b(i integer, draft_version bigint) on b.i = r.i
        where r.outcome = 'created' and r.origin = 'teammate' and d.company_id = r.co and d.author_id = r.actor
          and d.conversation_id is not distinct from case when r.is_reply then r.conversation_id end
          and (d.body <> '' or d.recipient is not null or d.subject is not null) and d.version <= coalesce(b.draft_version, d.version)
        returning r.i, d.version)
    select jsonb_object_agg(e.i, e.version) into emptied_drafts from emptied e;
    -- also where the screen that sends has saved other words since, or none
    insert into sent_drafts (company_id, draft_id, version, message_id)
      select d.company_id, d.id, d.version, r.id
      from unnest(rows) r join drafts d on d.company_id = r.co and d.author_id = r.actor
        and d.conversation_id is not distinct from case when r.is_reply then r.conversation_id end
      where r.outcome = 'created' and r.origin = 'teammate';
  end if;

  insert into events (company_id, number, type, emitted_at, conversation_id, inbox_id, message_id, actor, actor_id,
      target_kind, cause, cause_id)
    select r.co, r.event, case when r.is_reply then 'out_reply' else 'outbound' end, arrived, r.conversation_id, r.inbox_id, r.id,
      r.origin, r.actor, 'message', case r.origin when 'api' then 'api_token' else r.origin end, r.actor
    from unnest(rows) r where r.outcome = 'created'
    union all
    select r.co, r.event + 1, case r.status when 'archived' then 'archive' else 'reopen' end, arrived, r.conversation_id, r.inbox_id,
      null, r.origin, r.actor, null, 'message', r.id
    from unnest(rows) r where r.turns;

  update counters c set last_number = x.id, last_event = x.event, last_place = greatest(arrived, c.last_place + interval '1 millisecond')
    from (
      select r.co, max(r.id) as id, max(r.event + r.turns::integer) as event
      from unnest(rows) r where r.outcome = 'created' group by r.co
    ) x
    where c.company_id = x.co;

  return query
    select x.i, x.outcome, case when x.outcome = 'created' then x.id else x.first_id end,
      coalesce(x.conversation_id, m.conversation_id), coalesce(x.channel_id, m.channel_id),
      (emptied_drafts->>x.i::text)::bigint
    from unnest(rows) x left join messages m on m.company_id = x.co and m.id = x.first_id;
end $$;

-- Makes ready what an outbound message needs: its contact, and the conversation that it starts. Answers the conversation.
create or replace function place_outbound(r outbound_message) returns bigint language plpgsql as $$
declare
  kind bigint := (select c.channel_type_id from channels c where c.company_id = r.co and c.id = r.channel_id);
  contact bigint := coalesce(r.contact_id, recognise_contact(r.co, kind, r.source, r.handle, r.name, null));
  number bigint;
begin
  if r.is_reply then
    return r.conversation_id;
  end if;
  update counters set last_number = last_number + 1 where company_id = r.co returning last_number into number;
  insert into conversations (company_id, id, inbox_id, channel_id, contact_id, recipient_handle, recipient_name, subject)
    select r.co, number, r.inbox_id, r.channel_id, contact, r.handle,
      coalesce(r.name, case when p.named_by = kind then p.name end), r.subject
    from contacts p where p.company_id = r.co and p.id = contact;
  return number;
end $$;

-- Whether the same words were sent out of a later version of the author's draft, and not taken back. Of a new message: to the same.
create or replace function is_draft_sent(company bigint, author bigint, conversation bigint, known_version bigint, words text, sent_to text)
returns boolean language sql stable as $$
  select exists (
    select from drafts d join sent_drafts s on s.company_id = d.company_id and s.draft_id = d.id
    join messages m on m.company_id = d.company_id and m.id = s.message_id
    left join deliveries v on v.company_id = m.company_id and v.message_id = m.id
    where d.company_id = company and d.author_id = author and d.conversation_id is not distinct from conversation
      and s.version > known_version and m.body = words and v.state is distinct from 'cancelled' and (conversation is not null or m.handle = sent_to))
$$;
