-- Applies a person's decision about a delivery. Retry and Send again keep id and, while it is stored, the request body, and begin a
-- new round of retries.
--   p_verb   retry (failed) | send_again (not_confirmed) | mark_as_sent (not_confirmed) | dismiss (failed) |
--            cancel (queued, delayed) | try_now (queued, delayed; for a waiting one, the message that it waits for is tried)
-- While its undo time runs, only its author may cancel a message. Cancelling also reverts that
-- sending it archived or reopened the conversation, unless its status changed since, the customer wrote, or another message
-- is queued; a conversation that was started by the cancelled message and has no other is moved to the trash.
-- Returns changed | no_delivery | channel_deleted | not_in_state | not_the_author.
create or replace function change_delivery(
  p_company bigint, p_message bigint, p_verb text, p_actor text, p_actor_id bigint
) returns text language plpgsql
set enable_bitmapscan = off
as $$
declare
  -- 0: an integration
  decider bigint := case when p_actor = 'teammate' then p_actor_id else 0 end;
  d all_deliveries;
  channel_gone boolean;
  -- a message that is due already, on a channel without a pause, stays unchanged
  is_changed boolean := p_verb <> 'try_now';
  becomes text;
begin
  perform 1 from counters c where c.company_id = p_company for update;
  -- nothing is claimed meanwhile; the following statements see earlier claims
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
  if p_verb in ('retry', 'send_again') and exists (
      select from messages m where m.company_id = p_company and m.id = p_message and m.removed_at is not null) then
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
      -- a message that only waited promotes none: the next one may be in flight, with an older, retried one behind it
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
  -- "Try now" does not wait for the circuit breaker or a pause: the message is the probe
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

-- Moves a settled delivery back to the outbox, with its request; when that was removed (see
-- delete_old_requests()), a new one is built. The channel's id is kept with
-- the message, and the attempt of the row is moved to the others.
create or replace function return_to_outbox(p_company bigint, p_message bigint) returns void language plpgsql as $$
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
      d.attempts, case when exists (select from request_range(p_company, d.batch_id, p_message)) then d.batch_id end,
      d.external_conversation_id);
end $$;

-- The status of a conversation before the changes by messages that were cancelled since, the newest first, and
-- before the reverts of those. null: the newest change was a person's decision, or a message arrived or is queued since.
create or replace function status_before_undone(p_company bigint, p_conversation bigint) returns text language sql stable as $$
  with steps as (
    select e.number, e.type, exists (
      -- of one commit: they are adjacent and have the same time
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
