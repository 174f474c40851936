-- Makes channels (after their server agreed), changes and deletes them. Each function writes a `channel` event.

-- p: {company, id, channel_type, inbox, name, address, webhook_url, sealed_credential (hex)|null, undo_send_time,
--     grant: see save_grant|null, grant_id: of one that exists|null, public_id, actor, actor_id|null}
-- outcome: created | no_channel_type | no_inbox | address_taken | grant_elsewhere (its owner has a grant already)
create or replace function create_channel(p jsonb) returns text language plpgsql as $$
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
  perform 1 from channels c where c.company_id = company and c.channel_type_id = (p->>'channel_type')::bigint
    and c.address = p->>'address' and c.deleted_at is null;
  if found then
    return 'address_taken';
  end if;
  perform 1 from oauth_grants g where g.company_id = company and g.channel_type_id = (p->>'channel_type')::bigint
    and g.owner_id = p->'grant'->>'owner_id' and g.id <> (p->>'grant_id')::bigint;
  if found then
    return 'grant_elsewhere';
  end if;
  insert into channels (company_id, id, channel_type_id, inbox_id, name, address, sealed_credential, webhook_url,
      undo_send_time, oauth_grant_id)
    values (company, (p->>'id')::bigint, (p->>'channel_type')::bigint, (p->>'inbox')::bigint, p->>'name', p->>'address',
      decode(p->>'sealed_credential', 'hex'), p->>'webhook_url', (p->>'undo_send_time')::integer,
      case when jsonb_typeof(p->'grant') = 'object' then save_grant(p->'grant', (p->>'channel_type')::bigint)
        else (p->>'grant_id')::bigint end);
  insert into channel_delivery_states (company_id, channel_id) values (company, (p->>'id')::bigint);
  perform write_channel_event(company, (p->>'inbox')::bigint, p->>'public_id', p->>'actor', (p->>'actor_id')::bigint);
  return 'created';
end $$;

-- p: {company, channel, fields: {name?, undo_send_time?, webhook_url?, status?, inbox_id?}, public_id, actor, actor_id|null}
-- outcome: changed | unchanged | no_channel | no_inbox; was_inbox: where it was before
create or replace function update_channel(p jsonb)
returns table (outcome text, was_inbox bigint) language plpgsql as $$
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
  update channels c set name = now_is.name, undo_send_time = now_is.undo_send_time, status = now_is.status, inbox_id = now_is.inbox_id,
      webhook_url = now_is.webhook_url
    where c.company_id = company and c.id = now_is.id;
  -- teammates of the old inbox get the event, too
  perform write_channel_event(company, case when now_is.inbox_id = was.inbox_id then now_is.inbox_id end, p->>'public_id',
    p->>'actor', (p->>'actor_id')::bigint);
  return query select 'changed', was.inbox_id;
end $$;

-- Moves some of a channel's conversations from the inbox it was in to the one it is in, each with its `move` event; assignees keep them.
-- Returns how many; none are left when fewer than p_limit.
create or replace function move_channel_conversations(
  p_company bigint, p_channel bigint, p_from bigint, p_to bigint, p_limit integer, p_actor text, p_actor_id bigint
) returns integer language plpgsql as $$
declare
  ids bigint[];
  names jsonb := names_of_move(p_company, p_from, p_to);
begin
  perform 1 from counters where company_id = p_company for update;
  select array_agg(x.id) into ids from (
    select c.id from conversations c
    where c.company_id = p_company and c.inbox_id = p_from and c.channel_id = p_channel limit p_limit) x;
  update conversations c set inbox_id = p_to where c.company_id = p_company and c.id = any(ids);
  perform give_to_assignees(p_company, ids);
  perform write_event(p_company, 'move', p_actor, p_actor_id, conversation => x.id, inbox => p_to, target_kind => 'inbox',
      target => p_from, cause => 'channel', cause_id => p_channel, data => names)
    from unnest(ids) x(id);
  return coalesce(cardinality(ids), 0);
end $$;

-- Deletes a channel: waiting messages are cancelled, its server is notified (channel-callbacks/). Its tokens end with the commit,
-- because every check of one reads deleted_at.
-- outcome: deleted | no_channel
create or replace function delete_channel(
  p_company bigint, p_channel bigint, p_public_id text, p_actor text, p_actor_id bigint
) returns text language plpgsql as $$
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

  -- no delivery is claimed meanwhile; attempts in flight end by themselves
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

  -- without a delete callback the server is never called again, so the credential is removed
  perform forget_credential(p_company, p_channel) where not exists (
    select from channel_types t where t.company_id = p_company and t.id = gone.channel_type_id and t.wants_delete);
  perform write_channel_event(p_company, gone.inbox_id, p_public_id, p_actor, p_actor_id);
  return 'deleted';
end $$;

-- The caller holds the company's counter row.
create or replace function write_channel_event(
  p_company bigint, p_inbox bigint, p_public_id text, p_actor text, p_actor_id bigint
) returns void language sql as $$
  select write_event(p_company, 'channel', p_actor, p_actor_id, inbox => p_inbox,
    data => jsonb_build_object('channel_id', p_public_id))
$$;
