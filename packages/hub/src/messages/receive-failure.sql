-- Stores a channel's report that an outbound message did not arrive. A report only moves a status forward: sent and
-- not confirmed become failed; a repeat changes nothing and is no event. What a channel with receipts reported as delivered or read does not
-- fail. The conversation is reopened. While a message of the channel is in flight, an unknown id may be the one of its response: the report waits.
-- outcome: failed | repeated | early | arrived | no_message
create or replace function receive_failure(company bigint, channel bigint, conversation_external_id text, message_external_id text,
  reason text)
returns text language plpgsql as $$
declare
  message messages;
begin
  perform 1 from counters c where c.company_id = company for update;
  message := find_sent_message(company, channel, conversation_external_id, message_external_id);
  if message.id is null then
    return keep_failure(company, channel, message_external_id, reason);
  end if;
  if message.error_type is not null then
    return 'repeated';
  end if;
  if has_receipt(company, message.id) and takes_receipts(company, channel) then
    return 'arrived';
  end if;
  perform fail_message(company, channel, message.id, reason);
  return 'failed';
end $$;

-- The outbound message of a channel's ids; null: there is none.
create or replace function find_sent_message(company bigint, channel bigint, conversation_external_id text, message_external_id text)
returns messages language sql stable as $$
  select m from messages m
    where m.company_id = company and m.id = find_by_external_id(company, channel, message_external_id) and not m.is_inbound
      and (exists (select from conversation_external_ids e
          where e.company_id = company and e.channel_id = channel and e.conversation_id = m.conversation_id
            and e.external_id = conversation_external_id)
        or exists (select from all_deliveries d
          where d.company_id = company and d.conversation_id = m.conversation_id and d.message_id = m.id
            and d.external_conversation_id = find_sent_message.conversation_external_id))
$$;

-- Finds the message of a channel's id, which is on the message when the channel pushed it, and on the delivery of ours.
create or replace function find_by_external_id(company bigint, channel bigint, p_external_id text) returns bigint language plpgsql stable
set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan
as $$
begin
  return coalesce(
    (select m.id from messages m where m.company_id = company and m.channel_id = channel and m.external_id = p_external_id),
    (select d.message_id from deliveries d where d.company_id = company and d.channel_id = channel and d.external_id = p_external_id));
end $$;

-- outcome: early | arrived | no_message
create or replace function keep_failure(company bigint, channel bigint, message_external_id text, reason text)
returns text language plpgsql as $$
declare
  known early_reports;
begin
  if not takes_early_report(company, channel, message_external_id) then return 'no_message'; end if;
  insert into early_reports (company_id, channel_id, external_id, reason, reported_at)
    values (company, channel, message_external_id, keep_failure.reason, clock_timestamp()) on conflict do nothing;
  select e.* into known from early_reports e
    where e.company_id = company and e.channel_id = channel and e.external_id = message_external_id;
  return case when known.reason is null then 'arrived' else 'early' end;
end $$;

-- outcome: early | failed | no_message
create or replace function keep_early_receipt(company bigint, channel bigint, message_external_id text, status text, and_earlier boolean,
  at timestamptz)
returns text language plpgsql as $$
declare
  known early_reports;
begin
  if not takes_early_report(company, channel, message_external_id) then return 'no_message'; end if;
  insert into early_reports as e (company_id, channel_id, external_id, delivered_at, read_at, and_earlier, reported_at)
    values (company, channel, message_external_id, case status when 'delivered' then at end, case status when 'read' then at end,
      keep_early_receipt.and_earlier, clock_timestamp())
    on conflict (company_id, channel_id, external_id) do update set
      delivered_at = coalesce(e.delivered_at, excluded.delivered_at), read_at = coalesce(e.read_at, excluded.read_at),
      and_earlier = e.and_earlier or excluded.and_earlier
      where e.reason is null;
  select e.* into known from early_reports e
    where e.company_id = company and e.channel_id = channel and e.external_id = message_external_id;
  return case when known.reason is null then 'early' else 'failed' end;
end $$;

-- Whether a report of an unknown id may be about a message in flight. At most 100 of a channel are stored. One that no response named is
-- dropped once no response can follow.
create or replace function takes_early_report(company bigint, channel bigint, message_external_id text)
returns boolean language plpgsql as $$
begin
  if find_by_external_id(company, channel, message_external_id) is not null
      or not (exists (select from delivery_claims k where k.company_id = company and channel = any(k.channels))
        or exists (select from outbox o
          where o.company_id = company and o.channel_id = channel and o.is_next and o.state = 'delayed' and o.attempts > 0)) then
    return false;
  end if;
  delete from early_reports e
    where e.company_id = company and e.channel_id = channel and e.reported_at < clock_timestamp() - interval '1 hour';
  return exists (select from early_reports e
      where e.company_id = company and e.channel_id = channel and e.external_id = message_external_id)
    or (select count(*) from early_reports e where e.company_id = company and e.channel_id = channel) < 100;
end $$;

create or replace function fail_message(company bigint, channel bigint, message bigint, reason text) returns void language plpgsql as $$
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
      cause => 'message', cause_id => message, data => '{"failed": true}');
  end if;
end $$;
