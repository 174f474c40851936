-- Stores conversations and messages that happened elsewhere, in one transaction. They are history: nothing is sent, nothing is reopened
-- or becomes unread, and one event for each inbox says that they came.
--   p_conversations  ConversationToStore[] (import.ts), an array
-- Known conversations (by one of their external ids) and messages (by theirs) stay as they are. Ids that an export made (export.ts)
-- also name what they were made of.
-- stored: the indexes of the messages that were stored.
create or replace function import_history(p_company bigint, p_token bigint, p_conversations json)
returns table (i integer, is_new boolean, stored integer[]) language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
as $$
#variable_conflict use_variable
declare
  item json;
  conversation bigint;
  inbox bigint;
  by_inbox jsonb := '{}';
begin
  perform 1 from counters k where k.company_id = p_company for update;
  i := -1;
  for item in select value from json_array_elements(p_conversations) loop
    i := i + 1;
    conversation := find_history_conversation(p_company, item);
    is_new := conversation is null;
    if is_new then
      conversation := create_history_conversation(p_company, item);
    end if;
    stored := store_history_messages(p_company, p_token, conversation, item);
    if cardinality(stored) > 0 then
      perform summarise_conversation(p_company, conversation);
      select c.inbox_id into inbox from conversations c where c.company_id = p_company and c.id = conversation;
      by_inbox := jsonb_set(by_inbox, array[inbox::text],
        to_jsonb(coalesce((by_inbox->>inbox::text)::integer, 0) + cardinality(stored)));
    end if;
    return next;
  end loop;
  perform write_event(p_company, 'history_imported', 'api', p_token, inbox => b.key::bigint, cause => 'import',
      data => jsonb_build_object('messages', b.value))
    from (select * from jsonb_each(by_inbox) order by 1) b;
end $$;

create or replace function find_history_conversation(p_company bigint, p_conversation json) returns bigint language sql stable as $$
  select coalesce(
    (select e.conversation_id
      from json_to_recordset(p_conversation->'external_ids') as x(channel_id bigint, external_id text)
      join conversation_external_ids e on e.company_id = p_company and e.channel_id = x.channel_id and e.external_id = x.external_id
      order by e.id limit 1),
    (select c.id from json_to_record(p_conversation) as x(channel_id bigint, handle text, created_at timestamptz)
      join conversations c on c.company_id = p_company and c.created_at = x.created_at and c.channel_id = x.channel_id
        and c.recipient_handle is not distinct from x.handle
      where p_conversation->'external_ids'->0->>'external_id' like 'portico:%' order by c.id limit 1))
$$;

-- In the inbox that is asked for, or its channel's. Its assignee sees it.
create or replace function create_history_conversation(p_company bigint, p_conversation json) returns bigint language plpgsql as $$
declare
  new_id bigint;
  c record;
  contact bigint;
  ids integer := json_array_length(p_conversation->'external_ids');
begin
  select x.*, l.inbox_id as channel_inbox, l.channel_type_id into c
    from json_to_record(p_conversation) as x(channel_id bigint, inbox_id bigint, source text, handle text, name text, subject text,
      status text, priority text, assignee_id bigint, created_at timestamptz)
    join channels l on l.company_id = p_company and l.id = x.channel_id;
  if c.handle is not null then
    contact := recognise_contact(p_company, c.channel_type_id, c.source, c.handle, c.name, null);
  end if;
  update counters k set last_number = k.last_number + 1 + ids where k.company_id = p_company returning k.last_number - ids into new_id;
  insert into conversations (company_id, id, inbox_id, channel_id, contact_id, recipient_handle, recipient_name, subject, status, priority,
      assignee_id, last_message_at, created_at)
    values (p_company, new_id, coalesce(c.inbox_id, c.channel_inbox), c.channel_id, contact, c.handle, c.name, c.subject, c.status,
      c.priority, c.assignee_id, c.created_at, c.created_at);
  perform give_to_assignees(p_company, array[new_id]);
  insert into conversation_external_ids (company_id, channel_id, external_id, conversation_id, id)
    select p_company, (x.value->>'channel_id')::bigint, x.value->>'external_id', new_id, new_id + x.place
    from json_array_elements(p_conversation->'external_ids') with ordinality as x(value, place)
    on conflict do nothing;
  return new_id;
end $$;

-- Stores those messages of a batch that are not known, in their order; answers their indexes.
create or replace function store_history_messages(p_company bigint, p_token bigint, p_conversation bigint, p json)
returns integer[] language plpgsql as $$
#variable_conflict use_column
declare
  number bigint;
  indexes integer[];
  ids bigint[];
  files jsonb;
  newest_place timestamptz;
  newest_delivered timestamptz;
  people jsonb := history_people(p_company, p);
begin
  select k.last_number into number from counters k where k.company_id = p_company;

  with asked as materialized (
    select r.* from json_to_recordset(p->'messages') as r(i integer, channel_id bigint, external_id text, is_inbound boolean,
      sent_at timestamptz, created_at timestamptz, delivered_at timestamptz, author json, handle text, name text, sender_name text,
      recipients jsonb, subject text, body text, body_format text, blurb text, in_reply_to text, template json, rich_content jsonb, delivery json,
      error json, seen_at timestamptz, edited_at timestamptz, removed_at timestamptz, attachments jsonb, forms json)
  ), fresh as materialized (
    select f.*, number + row_number() over (order by f.i) as id, (people->>(f.author->>'email'))::bigint as author_id,
      (people->>('contact ' || f.handle))::bigint as contact_id
    from (select distinct on (a.channel_id, a.external_id) a.* from asked a order by a.channel_id, a.external_id, a.i) f
    where not exists (select from messages m
        where m.company_id = p_company and m.channel_id = f.channel_id and m.external_id = f.external_id)
      and not exists (select from deliveries d
        where d.company_id = p_company and d.channel_id = f.channel_id and d.external_id = f.external_id)
      and not (f.external_id like 'portico:%' and exists (select from messages m
        where m.company_id = p_company and m.conversation_id = p_conversation and m.sort_at = f.sent_at
          and m.is_inbound = f.is_inbound and m.body = f.body))
  ), stored as (
    insert into messages (company_id, id, conversation_id, channel_id, external_id, referenced_external_id, is_inbound, origin, author_id,
        contact_id, handle, name, sender_name, recipients, subject, body, body_format, blurb, error_type, error_message, created_at,
        delivered_at, sort_at, template, rich_content, attachment_count, edited_at, removed_at)
      select p_company, f.id, p_conversation, f.channel_id, case when f.delivery is null then f.external_id end, f.in_reply_to,
        f.is_inbound, 'import', f.author_id, f.contact_id, f.handle, f.name, f.sender_name, f.recipients, f.subject, f.body,
        f.body_format, f.blurb, f.error->>'type', f.error->>'message', f.created_at, f.delivered_at, f.sent_at, f.template, f.rich_content,
        coalesce(jsonb_array_length(f.attachments), 0), f.edited_at, f.removed_at
      from fresh f
  ), delivered as (
    -- what did not arrive there is nobody's task here
    insert into deliveries (company_id, message_id, conversation_id, channel_id, state, attempts, error_code, error_message, settled_at,
        external_id, dismissed_at)
      select p_company, f.id, p_conversation, f.channel_id, f.delivery->>'state', 1, f.delivery->'error'->>'code',
        f.delivery->'error'->>'message', f.sent_at, f.external_id, case when f.delivery->>'state' <> 'sent' then now() end
      from fresh f where f.delivery is not null
  ), converted as (
    insert into html_forms (company_id, message_id, version, text, html, shown)
      select p_company, f.id, x.version, x.text, x.html, x.shown
      from fresh f cross join lateral json_to_record(f.forms) as x(version smallint, text text, html text, shown text)
      where f.forms is not null
  ), seen as (
    insert into seen_receipts (company_id, message_id, first_seen_at, window_started_at, window_requests)
      select p_company, f.id, f.seen_at, f.seen_at, 1 from fresh f where f.seen_at is not null
  )
  select array_agg(f.i order by f.i), array_agg(f.id order by f.i), max(f.sent_at), max(f.delivered_at),
      jsonb_agg(jsonb_build_object('i', f.i, 'id', f.id, 'files', f.attachments)) filter (where f.attachments is not null)
    into indexes, ids, newest_place, newest_delivered, files from fresh f;

  if indexes is null then return array[]::integer[]; end if;
  perform attach_history_files(p_company, p_token, files);
  update counters k set last_number = k.last_number + cardinality(ids), last_place = greatest(k.last_place, newest_place)
    where k.company_id = p_company;
  update conversations c set newest_delivered_at = greatest(c.newest_delivered_at, newest_delivered)
    where c.company_id = p_company and c.id = p_conversation;
  return indexes;
end $$;

-- The numbers of authors, by their address, and of contacts, by `contact ` and their handle. An author who is not of the team has a
-- removed teammate's row: history names them, they have no access, and their address may be invited.
create or replace function history_people(p_company bigint, p json) returns jsonb language plpgsql as $$
declare
  people jsonb := '{}';
  person record;
  found bigint;
  type_id bigint := (select c.channel_type_id from channels c where c.company_id = p_company and c.id = (p->>'channel_id')::bigint);
begin
  for person in
    select distinct on (a.email) a.* from json_array_elements(p->'messages') m
      cross join lateral json_to_record(m->'author') as a(email text, first_name text, last_name text)
      where m->'author' is not null and json_typeof(m->'author') = 'object' order by a.email
  loop
    select t.id into found from teammates t where t.company_id = p_company and t.email = person.email
      order by t.removed_at desc nulls first, t.id limit 1;
    if found is null then
      update counters k set last_number = k.last_number + 1 where k.company_id = p_company returning k.last_number into found;
      insert into teammates (company_id, id, email, username, first_name, last_name, is_available, removed_at)
        values (p_company, found, person.email, split_part(person.email, '@', 1), coalesce(person.first_name, ''),
          coalesce(person.last_name, ''), false, now());
    end if;
    people := people || jsonb_build_object(person.email, found);
  end loop;
  for person in
    select distinct on (m->>'handle') m->>'handle' as handle, m->>'name' as name from json_array_elements(p->'messages') m
      where m->>'handle' <> '' order by m->>'handle', m->>'name' nulls last
  loop
    people := people || jsonb_build_object('contact ' || person.handle,
      recognise_contact(p_company, type_id, p->>'source', person.handle, person.name, null));
  end loop;
  return people;
end $$;

-- Raises PT001 where a file is not the token's to attach.
create or replace function attach_history_files(p_company bigint, p_token bigint, p_files jsonb) returns void language plpgsql as $$
declare
  f record;
begin
  for f in select * from jsonb_to_recordset(coalesce(p_files, '[]')) as x(i integer, id bigint, files jsonb) loop
    if not are_attachable(p_company, f.files, 'api_token', p_token) then
      raise exception 'a file of the message is not there' using errcode = 'PT001';
    end if;
    perform attach_files(p_company, f.files, f.id);
  end loop;
end $$;
