-- Creates one outbound message: message, event, delivery, and what goes with them, in the caller's one transaction.
-- p: {company, conversation|null, channel|null, author|null, origin, actor_id|null, to: [{handle, name}]|null, sender_name,
--     subject, body, body_format, blurb, archive, key: {caller, route, key, hash (hex)}|null}
-- outcome: created | repeated | key_reused | no_conversation | no_channel | channel_deleted | other_channel |
--          replies_off | compose_off | no_recipient
create or replace function create_outbound_message(p jsonb)
returns table (outcome text, message_id bigint, conversation_id bigint, channel_id bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  co bigint := (p->>'company')::bigint;
  conv conversations;
  chan channels;
  kind channel_types;
  n bigint;
  ev bigint;
  msg bigint;
  contact bigint;
  earlier idempotency_keys;
  -- a jsonb null is a scalar, and a scalar's element 0 is itself
  recipient jsonb := case when jsonb_typeof(p->'to') = 'array' then p->'to'->0 end;
  is_reply boolean := p->>'conversation' is not null;
  arrived timestamptz;
begin
  select last_number, last_event into n, ev from counters where company_id = co for update;
  arrived := clock_timestamp();

  if jsonb_typeof(p->'key') = 'object' then
    select k.* into earlier from idempotency_keys k
      where k.company_id = co and k.caller = p#>>'{key,caller}' and k.route = p#>>'{key,route}' and k.key = p#>>'{key,key}';
    if found then
      if earlier.request_hash <> decode(p#>>'{key,hash}', 'hex') then
        return query select 'key_reused', null::bigint, null::bigint, null::bigint;
      else
        return query select 'repeated', m.id, m.conversation_id, m.channel_id
          from messages m where m.company_id = co and m.id = earlier.message_id;
      end if;
      return;
    end if;
  end if;

  if is_reply then
    select c.* into conv from conversations c
      where c.company_id = co and c.id = (p->>'conversation')::bigint and c.status <> 'deleted';
    if not found then
      return query select 'no_conversation', null::bigint, null::bigint, null::bigint; return;
    end if;
    if (p->>'channel')::bigint <> conv.channel_id then
      return query select 'other_channel', null::bigint, null::bigint, null::bigint; return;
    end if;
  end if;

  select c.* into chan from channels c
    where c.company_id = co and c.id = coalesce(conv.channel_id, (p->>'channel')::bigint);
  if not found then
    return query select 'no_channel', null::bigint, null::bigint, null::bigint; return;
  end if;
  if chan.deleted_at is not null then
    return query select 'channel_deleted', null::bigint, null::bigint, null::bigint; return;
  end if;
  select t.* into kind from channel_types t where t.company_id = co and t.id = chan.channel_type_id;
  if is_reply and not kind.allow_reply then
    return query select 'replies_off', null::bigint, null::bigint, null::bigint; return;
  end if;
  if not is_reply and not kind.allow_compose then
    return query select 'compose_off', null::bigint, null::bigint, null::bigint; return;
  end if;

  if recipient is null and conv.recipient_handle is not null then
    recipient := jsonb_build_object('handle', conv.recipient_handle, 'name', conv.recipient_name);
    contact := conv.contact_id;
  end if;
  if recipient is null then
    return query select 'no_recipient', null::bigint, null::bigint, null::bigint; return;
  end if;
  if contact is null then
    select h.contact_id into contact from contact_handles h
      where h.company_id = co and h.source = kind.contact_type and h.handle = recipient->>'handle';
    if not found then
      n := n + 1;
      contact := n;
      insert into contacts (company_id, id, name) values (co, contact, recipient->>'name');
      insert into contact_handles (company_id, source, handle, contact_id)
        values (co, kind.contact_type, recipient->>'handle', contact);
    end if;
  end if;

  if not is_reply then
    n := n + 1;
    insert into conversations (company_id, id, inbox_id, channel_id, contact_id, recipient_handle, recipient_name, subject)
      values (co, n, chan.inbox_id, chan.id, contact, recipient->>'handle',
        coalesce(recipient->>'name', (select name from contacts where company_id = co and id = contact)), p->>'subject')
      returning * into conv;
  end if;

  n := n + 1;
  msg := n;
  insert into messages (company_id, id, conversation_id, channel_id, replied_to_id, is_inbound, origin, author_id, contact_id,
      handle, name, sender_name, recipients, subject, body, body_format, blurb, created_at, sort_at)
    values (co, msg, conv.id, chan.id, nullif(conv.last_inbound_id, 0), false, p->>'origin', (p->>'author')::bigint, contact,
      recipient->>'handle', coalesce(recipient->>'name', conv.recipient_name), p->>'sender_name',
      case when jsonb_typeof(p->'to') = 'array' and p->'to'->1 is not null then p->'to' end,
      p->>'subject', p->>'body', p->>'body_format', p->>'blurb', arrived, arrived);

  insert into deliveries (company_id, message_id, conversation_id, channel_id, state, is_head, next_attempt_at)
    values (co, msg, conv.id, chan.id, 'queued', not exists (
        select 1 from deliveries d where d.company_id = co and d.conversation_id = conv.id
          and d.state in ('queued', 'sending', 'delayed')), arrived + make_interval(secs => chan.undo_send_time));

  update conversations c set last_message_id = msg, last_message_at = arrived, last_message_blurb = p->>'blurb',
      last_message_is_inbound = false, waiting_since = null, updated_at = arrived,
      status = case when (p->>'archive')::boolean then 'archived' else 'open' end
    where c.company_id = co and c.id = conv.id;

  if jsonb_typeof(p->'key') = 'object' then
    insert into idempotency_keys (company_id, caller, route, key, request_hash, message_id)
      values (co, p#>>'{key,caller}', p#>>'{key,route}', p#>>'{key,key}', decode(p#>>'{key,hash}', 'hex'), msg);
  end if;
  if p->>'origin' = 'teammate' then
    delete from drafts d where d.company_id = co and d.author_id = (p->>'actor_id')::bigint
      and d.conversation_id is not distinct from (p->>'conversation')::bigint;
  end if;

  ev := ev + 1;
  insert into events (company_id, number, type, conversation_id, inbox_id, message_id, actor, actor_id)
    values (co, ev, case when is_reply then 'out_reply' else 'outbound' end, conv.id, conv.inbox_id, msg,
      p->>'origin', (p->>'actor_id')::bigint);
  if conv.status <> (case when (p->>'archive')::boolean then 'archived' else 'open' end) then
    ev := ev + 1;
    insert into events (company_id, number, type, conversation_id, inbox_id, actor, actor_id)
      values (co, ev, case when (p->>'archive')::boolean then 'archive' else 'reopen' end, conv.id, conv.inbox_id,
        p->>'origin', (p->>'actor_id')::bigint);
  end if;
  update counters set last_number = n, last_event = ev where company_id = co;
  return query select 'created', msg, conv.id, chan.id;
end $$;
