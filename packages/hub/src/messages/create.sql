-- Creates outbound messages, of one company or several, in one transaction: message, event, delivery, and their other rows.
--   company_ids  every company in batch, in order: their counter rows are locked first
--   batch        MessageToCreate[] (create.ts)
--   forms        the converted forms of the HTML bodies in batch: StoredForms[] (bodies/stored.ts), each with i, or null
-- draft_version: the version of the author's draft that was emptied. content: the data of the request, for a message that may be sent at once.
-- outcome: created | repeated | key_reused | no_conversation | in_trash | no_channel | channel_deleted | other_channel |
--          replies_off | compose_off | no_recipient | no_attachment | templates_off | no_template | template_changed |
--          template_not_sendable | window_closed | draft_sent: that version, with this text; no_attachment: the caller has no
--          such file; message_id: the first one's, for repeats too.
--
-- Set-based, in the steps of receive_pushed_messages(): read, prepare (one by one, those without a contact or a conversation), read
-- again, write. A batch that uses an Idempotency-Key twice breaks its unique key as a whole.
create or replace function create_messages(company_ids bigint[], batch json, forms json default null)
returns table (i integer, outcome text, message_id bigint, conversation_id bigint, channel_id bigint, draft_version bigint,
  content unsent_contents)
language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
set plan_cache_mode = force_generic_plan set lock_timeout = '250ms'
as $$
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
  released bigint;
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
          + count(*) filter (where s.changes_status) over (of_company rows between unbounded preceding and 1 preceding) as event_number,
        s.template_id, s.template_version, s.template, s.attachments, s.rich_content
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
              r.attachments, r.rich_content, r.key, decode(r.request_hash, 'hex') as request_hash, r.template_id, r.template_version, r.template, used.message_id as first_message_id,
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
                when r.template_id is not null and not type.message_templates then 'templates_off'
                when r.template_id is not null and template.id is null then 'no_template'
                when template.version <> r.template_version then 'template_changed'
                when template.is_disabled or template.status <> 'APPROVED' then 'template_not_sendable'
                when r.template_id is null and type.free_text_window_hours is not null
                  and not takes_free_text(r.company_id, conv.id, type.free_text_window_hours, arrived_at) then 'window_closed'
                when r.draft_version is not null
                  and was_draft_sent(r.company_id, r.actor_id, r.conversation_id, r.draft_version, r.body, r.rich_content, r.handle)
                  -- files that wait to be sent were in no message yet
                  and (r.attachments is null or r.body <> ''
                    or not are_attachable(r.company_id, r.attachments, uploader.kind, r.actor_id)) then 'draft_sent'
                when r.attachments is not null and not are_attachable(r.company_id, r.attachments, uploader.kind, r.actor_id)
                  then 'no_attachment'
                else 'created'
              end as outcome
            from json_to_recordset(batch) as r(i integer, company_index integer, company_id bigint, conversation_id bigint,
              channel_id bigint, author_id bigint, origin text, actor_id bigint, handle text, name text, recipients jsonb,
              sender_name text, subject text, body text, body_format text, blurb text, archive boolean, draft_version bigint,
              attachments jsonb, rich_content jsonb, tag_ids json, caller text, route text, key text, request_hash text, template_id bigint, template_version bigint, template json)
            cross join lateral (select case r.origin when 'api' then 'api_token' else r.origin end as kind) uploader
            left join idempotency_keys used
              on used.company_id = r.company_id and used.caller = r.caller and used.route = r.route and used.key = r.key
            left join conversations conv
              on conv.company_id = r.company_id and conv.id = coalesce(r.conversation_id, new_conversation_ids[r.i + 1])
            -- by whole keys only: in a table without statistics half a key has the same cost, and the plan stays
            left join lateral (
              select h.* from channels h
              where h.company_id = r.company_id and h.id = coalesce(conv.channel_id, r.channel_id) offset 0
            ) chan on true
            left join channel_types type on type.company_id = chan.company_id and type.id = chan.channel_type_id
            left join lateral (
              select h.contact_id from contact_handles h
              where h.company_id = r.company_id and h.source = type.contact_type and h.handle = r.handle and h.owner_id is null offset 0
            ) known on true
            left join lateral (
              select t.* from message_templates t
              where t.company_id = r.company_id and t.id = r.template_id and t.channel_id = chan.id offset 0
            ) template on true
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
      handle, name, sender_name, recipients, subject, body, body_format, blurb, template, rich_content, created_at, sort_at, attachment_count)
    select r.company_id, r.id, r.conversation_id, r.channel_id, r.replied_to_id, false, r.origin, r.author_id, r.contact_id,
      r.handle, r.name, r.sender_name, r.recipients, r.subject, r.body, r.body_format, r.blurb, r.template, r.rich_content, arrived_at,
      greatest(arrived_at, k.last_place + interval '1 millisecond'), coalesce(jsonb_array_length(r.attachments), 0)
    from unnest(rows) r join counters k on k.company_id = r.company_id where r.outcome = 'created';

  perform attach_files(r.company_id, r.attachments, r.id) from unnest(rows) r where r.outcome = 'created' and r.attachments is not null;

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

  -- the author's draft is sent with it, but for newer words of another screen; its count goes on. A template has no draft
  if exists (select from unnest(rows) r where r.outcome = 'created' and r.origin = 'teammate') then
    with emptied as (
      update drafts d set body = '', rich_content = null, channel_id = null, recipient = null, subject = null, version = d.version + 1, updated_at = arrived_at
        from unnest(rows) r
        where r.outcome = 'created' and r.origin = 'teammate' and r.template is null and d.company_id = r.company_id and d.author_id = r.actor_id
          and d.conversation_id is not distinct from case when r.is_reply then r.conversation_id end
          and (d.body <> '' or d.rich_content is not null or d.recipient is not null or d.subject is not null or has_files(d.company_id, 'draft', d.id) or r.attachments is not null)
          and d.version <= coalesce(r.draft_version, d.version)
        returning r.i, d.version, d.company_id, d.id)
    -- what of its files was not sent is nobody's
    select jsonb_object_agg(e.i, e.version),
        sum(release_attachments(e.company_id, files_of(e.company_id, 'draft', array[e.id]), :unused_file_seconds))
      into emptied_drafts, released from emptied e;
    -- also where the screen that sends has saved other words since, or none
    insert into sent_drafts (company_id, draft_id, version, message_id)
      select d.company_id, d.id, d.version, r.id
      from unnest(rows) r join drafts d on d.company_id = r.company_id and d.author_id = r.actor_id
        and d.conversation_id is not distinct from case when r.is_reply then r.conversation_id end
      where r.outcome = 'created' and r.origin = 'teammate' and r.template is null;
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

  -- it draws the numbers of its events itself
  if exists (select from json_array_elements(batch) t where t.value->'tag_ids' is not null) then
    perform tag_conversation(r.company_id, r.conversation_id, r.origin, r.actor_id,
        array(select x.value::bigint from json_array_elements_text(t.value->'tag_ids') x), '{}')
      from json_array_elements(batch) t join unnest(rows) r on r.i = (t.value->>'i')::integer
      where r.outcome = 'created' and t.value->'tag_ids' is not null;
  end if;

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

-- Prepares an outbound message: its contact, and the conversation that it starts. Returns the conversation.
create or replace function prepare_conversation(r message_to_create) returns bigint language plpgsql as $$
declare
  type_id bigint := (select c.channel_type_id from channels c where c.company_id = r.company_id and c.id = r.channel_id);
  contact bigint := coalesce(r.contact_id, recognise_contact(r.company_id, type_id, r.source, r.handle, r.name, null));
  new_id bigint;
begin
  if r.is_reply then
    -- the contact was deleted
    update conversations c set contact_id = contact
      where c.company_id = r.company_id and c.id = r.conversation_id and c.contact_id is null and c.recipient_handle = r.handle;
    return r.conversation_id;
  end if;
  update counters set last_number = last_number + 1 where company_id = r.company_id returning last_number into new_id;
  insert into conversations (company_id, id, inbox_id, channel_id, contact_id, recipient_handle, recipient_name, subject)
    select r.company_id, new_id, r.inbox_id, r.channel_id, contact, r.handle,
      coalesce(r.name, case when p.named_by = type_id then p.name end), r.subject
    from contacts p where p.company_id = r.company_id and p.id = contact;
  return new_id;
end $$;

-- Whether the same content was sent from a later version of the author's draft, and not cancelled; for a new message, to the same recipient.
create or replace function was_draft_sent(company bigint, author bigint, conversation bigint, known_version bigint, body text, rich jsonb,
  sent_to text)
returns boolean language sql stable as $$
  select exists (
    select from drafts d join sent_drafts s on s.company_id = d.company_id and s.draft_id = d.id
    join messages m on m.company_id = d.company_id and m.id = s.message_id
    left join deliveries v on v.company_id = m.company_id and v.message_id = m.id
    where d.company_id = company and d.author_id = author and d.conversation_id is not distinct from conversation
      and s.version > known_version and m.body = was_draft_sent.body
      and m.rich_content - 'as_text' is not distinct from rich - 'as_text' and v.state is distinct from 'cancelled'
      and (conversation is not null or m.handle = sent_to))
$$;
