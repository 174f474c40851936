-- A teammate or an integration removes a sent message. It is gone when the channel took that.
-- outcome: queued | unchanged | no_message | not_ours | not_sent | channel_deleted
create or replace function delete_message(p_company bigint, p_message bigint, p_actor text, p_actor_id bigint) returns text
language plpgsql as $$
declare
  message messages;
  refusal text;
begin
  perform 1 from counters c where c.company_id = p_company for update;
  select m.* into message from messages m where m.company_id = p_company and m.id = p_message;
  refusal := why_not_changeable(message, '{sending,not_confirmed,sent}');
  if refusal = 'removed' or message.has_changes and exists (select from message_changes g where g.company_id = p_company
      and g.message_id = p_message and g.kind = 'deletion' and g.state = 'pending') then
    return 'unchanged';
  end if;
  if refusal is not null then return refusal; end if;
  -- an edit that waits would be for nothing; one in flight goes first
  update message_changes g set state = 'dropped' where g.company_id = p_company and g.message_id = p_message and g.kind = 'edit'
    and g.state in ('pending', 'failed') and not is_in_flight(g);
  if found then perform discard_edit(p_company, p_message); end if;
  perform queue_message_change(p_company, message.channel_id, p_message, null, 'deletion', '');
  -- who removed it, until the channel took it
  update messages m set removed_by = case when p_actor = 'teammate' then p_actor_id else 0 end where m.company_id = p_company and m.id = p_message;
  perform write_event(p_company, 'message_change', p_actor, p_actor_id, conversation => c.id, inbox => c.inbox_id, message => p_message,
      data => '{"kind": "deletion", "state": "pending"}')
    from conversations c where c.company_id = p_company and c.id = message.conversation_id;
  return 'queued';
end $$;

create or replace function take_deletion(p_company bigint, p_message bigint) returns void language sql as $$
  select remove_message(m, now(), m.removed_by, 'system', null) from messages m
  where m.company_id = p_company and m.id = p_message and m.removed_at is null
$$;

-- The channel says that a message was removed there. Outcome: removed | unchanged | no_message
create or replace function receive_deletion(p_company bigint, p_channel bigint, p_external_conversation_id text, p_external_id text,
  p_at timestamptz) returns text language plpgsql as $$
declare
  message messages;
begin
  perform 1 from counters c where c.company_id = p_company for update;
  message := find_reported_message(p_company, p_channel, p_external_conversation_id, p_external_id);
  if message.id is null then return 'no_message'; end if;
  if message.removed_at is not null then return 'unchanged'; end if;
  update message_changes g set state = 'dropped' where g.company_id = p_company and g.message_id = message.id
    and g.state in ('pending', 'failed') and g.kind in ('edit', 'deletion');
  -- one that is to be sent again is gone already
  if exists (select from outbox o where o.company_id = p_company and o.conversation_id = message.conversation_id
      and o.message_id = message.id) then
    perform change_delivery(p_company, message.id, 'cancel', 'channel', p_channel);
  end if;
  perform remove_message(message, least(p_at, now()), null, 'channel', p_channel);
  return 'removed';
end $$;

-- Takes the words and files out of a message. It keeps its place and its ids, so that a repeated push finds it. What it said stays
-- in message_versions, which no route shows a removed message's of. The company's counter row is locked.
create or replace function remove_message(message messages, p_at timestamptz, p_by bigint, p_actor text, p_actor_id bigint) returns void
language plpgsql as $$
begin
  perform keep_first_version(message);
  perform discard_edit(message.company_id, message.id);
  perform from delivery_queues q where q.company_id = message.company_id for update;
  perform erase_requests(message.company_id, array[message.id]);
  perform release_attachments(message.company_id, files_of(message.company_id, 'message', array[message.id]), 0);
  delete from html_forms f where f.company_id = message.company_id and f.message_id = message.id;
  update messages m set removed_at = p_at, removed_by = p_by, body = '', body_format = 'text', blurb = '', subject = null, template = null,
      rich_content = null, attachment_count = 0
    where m.company_id = message.company_id and m.id = message.id;
  update conversations c set last_message_blurb = '' where c.company_id = message.company_id and c.last_message_id = message.id;
  perform write_event(message.company_id, 'message_removed', p_actor, p_actor_id, conversation => c.id, inbox => c.inbox_id, message => message.id)
    from conversations c where c.company_id = message.company_id and c.id = message.conversation_id;
end $$;
