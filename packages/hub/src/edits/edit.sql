-- A teammate or an integration edits an outbound message. The customer has the edit once the channel has accepted it (accept_edit).
--   p_base    the newest version that the editor knows; null: no check
--   p_forms   the converted bodies of an HTML body (StoredForms, bodies/stored.ts), or null
-- outcome: queued | unchanged | edited_meanwhile | no_message | not_ours | not_sent | removed | channel_deleted
--   not_sent: it failed or was cancelled
create or replace function edit_message(p_company bigint, p_message bigint, p_actor text, p_actor_id bigint, p_base integer,
  p_body text, p_format text, p_blurb text, p_forms jsonb) returns text language plpgsql as $$
declare
  message messages;
  newest message_versions;
  refusal text;
  change_version integer;
begin
  perform 1 from counters c where c.company_id = p_company for update;
  select m.* into message from messages m where m.company_id = p_company and m.id = p_message;
  refusal := why_not_changeable(message, '{queued,delayed,sending,not_confirmed,sent}');
  if refusal is not null then return refusal; end if;
  newest := newest_version(message);
  if p_base <> newest.number then return 'edited_meanwhile'; end if;
  if (newest.body, newest.body_format) = (p_body, p_format) and newest.state in ('taken', 'pending') and not exists (
      select from message_changes g where g.company_id = p_company and g.message_id = p_message and g.kind = 'edit' and g.state = 'failed') then
    return 'unchanged';
  end if;

  change_version := queue_message_change(p_company, message.channel_id, p_message, null, 'edit', '');
  perform add_version(message, newest.number, p_actor, p_actor_id, now(), p_body, p_format, p_blurb, p_forms, change_version);
  perform write_event(p_company, 'message_change', p_actor, p_actor_id, conversation => c.id, inbox => c.inbox_id, message => p_message,
      data => '{"kind": "edit", "state": "pending"}')
    from conversations c where c.company_id = p_company and c.id = message.conversation_id;
  return 'queued';
end $$;

-- Why a message cannot be changed at the channel; null when it can.
create or replace function why_not_changeable(message messages, p_states text[]) returns text language plpgsql stable as $$
begin
  if message.id is null then return 'no_message'; end if;
  if message.is_inbound or message.origin not in ('teammate', 'api') then return 'not_ours'; end if;
  if message.removed_at is not null then return 'removed'; end if;
  if exists (select from channels c where c.company_id = message.company_id and c.id = message.channel_id and c.deleted_at is not null) then
    return 'channel_deleted';
  end if;
  if not exists (
      select from all_deliveries d where d.company_id = message.company_id and d.conversation_id = message.conversation_id
        and d.message_id = message.id and d.state = any(p_states)) then
    return 'not_sent';
  end if;
  return null;
end $$;

-- The newest version of a message, in any state. A message that was never edited has version 1, built from its row.
create or replace function newest_version(message messages) returns message_versions language plpgsql stable as $$
declare
  found_one message_versions;
begin
  select v.* into found_one from message_versions v
    where v.company_id = message.company_id and v.message_id = message.id order by v.number desc limit 1;
  if found_one.number is null then
    found_one := (message.company_id, message.id, 1, message.body, message.body_format, message.blurb, (
        select jsonb_build_object('version', f.version, 'text', f.text, 'html', f.html, 'shown', f.shown) from html_forms f
        where f.company_id = message.company_id and f.message_id = message.id),
      case when message.origin in ('teammate', 'api') then message.origin else 'channel' end, message.author_id, message.sort_at, 'taken', null);
  end if;
  return found_one;
end $$;

-- Adds a version behind the newest, and keeps what was first written and the newest hundred.
create or replace function add_version(message messages, newest integer, p_author text, p_author_id bigint, p_written_at timestamptz,
  p_body text, p_format text, p_blurb text, p_forms jsonb, p_change integer) returns integer language plpgsql as $$
begin
  perform keep_first_version(message);
  insert into message_versions (company_id, message_id, number, body, body_format, blurb, forms, author, author_id, written_at, state, change_version)
    values (message.company_id, message.id, newest + 1, p_body, p_format, p_blurb, p_forms, p_author, p_author_id, p_written_at,
      case when p_change is null then 'taken' else 'pending' end, p_change);
  delete from message_versions v where v.company_id = message.company_id and v.message_id = message.id
    and v.number between 2 and newest - :most_versions and v.number is distinct from message.body_version;
  return newest + 1;
end $$;

create or replace function keep_first_version(message messages) returns void language sql as $$
  insert into message_versions select (newest_version(message)).* where not exists (
    select from message_versions v where v.company_id = message.company_id and v.message_id = message.id)
$$;

-- The channel has accepted an edit: its version gets the state `taken`, and the customer has it.
create or replace function accept_edit(p_company bigint, p_message bigint, p_change integer) returns void language plpgsql as $$
declare
  accepted message_versions;
begin
  update message_versions v set state = 'superseded' where v.company_id = p_company and v.message_id = p_message
    and v.state = 'pending' and v.change_version < p_change;
  update message_versions v set state = 'taken' where v.company_id = p_company and v.message_id = p_message
    and v.change_version = p_change returning v.* into accepted;
  if found then
    perform show_version(accepted, 'system', null);
  end if;
end $$;

-- The edits that were not sent yet are given up: the message was removed, or the teammate dropped a failed edit.
create or replace function discard_edit(p_company bigint, p_message bigint) returns void language sql as $$
  update message_versions v set state = 'discarded' where v.company_id = p_company and v.message_id = p_message and v.state = 'pending'
$$;

-- Makes a version what the message says, in the thread and in the list.
create or replace function show_version(v message_versions, p_actor text, p_actor_id bigint) returns void language plpgsql as $$
begin
  update messages m set body = v.body, body_format = v.body_format, blurb = v.blurb, body_version = v.number, edited_at = v.written_at,
      template = null
    where m.company_id = v.company_id and m.id = v.message_id and m.removed_at is null;
  if not found then return; end if;
  delete from html_forms f where f.company_id = v.company_id and f.message_id = v.message_id;
  insert into html_forms (company_id, message_id, version, text, html, shown)
    select v.company_id, v.message_id, f.version, f.text, f.html, f.shown
    from jsonb_to_record(v.forms) as f(version smallint, text text, html text, shown text) where v.forms is not null;
  update conversations c set last_message_blurb = v.blurb where c.company_id = v.company_id and c.last_message_id = v.message_id;
  perform write_event(v.company_id, 'message_edited', p_actor, p_actor_id, conversation => c.id, inbox => c.inbox_id, message => v.message_id)
    from messages m join conversations c on c.company_id = v.company_id and c.id = m.conversation_id
    where m.company_id = v.company_id and m.id = v.message_id;
end $$;

-- The channel says that a message was edited there: by the customer, or in the company's own app. An edit that is older than the one
-- that is shown changes nothing; without a time (p_at) it is the newest. An edit neither
-- marks the conversation unread nor reopens it.
-- outcome: edited | unchanged | no_message
create or replace function receive_edit(p_company bigint, p_channel bigint, p_external_conversation_id text, p_external_id text,
  p_at timestamptz, p_body text, p_format text, p_blurb text, p_forms jsonb) returns text language plpgsql as $$
declare
  message messages;
  newest message_versions;
  added integer;
begin
  perform 1 from counters c where c.company_id = p_company for update;
  message := find_reported_message(p_company, p_channel, p_external_conversation_id, p_external_id);
  if message.id is null then return 'no_message'; end if;
  if message.removed_at is not null or p_at < message.edited_at or (message.body, message.body_format) = (p_body, p_format) then
    return 'unchanged';
  end if;
  newest := newest_version(message);
  added := add_version(message, newest.number, 'channel', p_channel, greatest(message.edited_at, least(p_at, clock_timestamp())),
    p_body, p_format, p_blurb, p_forms, null);
  perform show_version(v, 'channel', p_channel) from message_versions v
    where v.company_id = p_company and v.message_id = message.id and v.number = added;
  return 'edited';
end $$;

-- The message that a channel's report is about: in this conversation, by the channel's own ids.
create or replace function find_reported_message(p_company bigint, p_channel bigint, p_external_conversation_id text, p_external_id text)
returns messages language sql stable as $$
  select m.* from messages m
  where m.company_id = p_company and m.id = find_by_external_id(p_company, p_channel, p_external_id)
    and (exists (select from conversation_external_ids e
        where e.company_id = p_company and e.channel_id = p_channel and e.conversation_id = m.conversation_id
          and e.external_id = p_external_conversation_id)
      or exists (select from all_deliveries d
        where d.company_id = p_company and d.conversation_id = m.conversation_id and d.message_id = m.id
          and d.external_conversation_id = p_external_conversation_id))
$$;
