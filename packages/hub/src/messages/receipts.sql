-- Stores a channel's report that a message of ours was delivered or read, and with `and_earlier` those before it in its conversation too.
-- A status only moves forward: sent, delivered, read; what failed stays failed. While a message of the channel is in flight, an unknown
-- id may be the one of its response: the report waits.
-- outcome: moved | repeated | early | failed | capability_off | no_message
create or replace function receive_receipt(company bigint, channel bigint, conversation_external_id text, message_external_id text,
  status text, and_earlier boolean, at timestamptz)
returns text language plpgsql as $$
declare
  message messages;
  moved integer;
begin
  if not takes_receipts(company, channel) then return 'capability_off'; end if;
  perform 1 from counters c where c.company_id = company for update;
  message := find_sent_message(company, channel, conversation_external_id, message_external_id);
  if message.id is null then
    return keep_early_receipt(company, channel, message_external_id, status, and_earlier, at);
  end if;
  if message.error_type is not null then return 'failed'; end if;
  moved := write_receipt(message, status, at);
  if and_earlier then moved := moved + write_earlier_receipts(message, status, at); end if;
  return case when moved > 0 then 'moved' else 'repeated' end;
end $$;

create or replace function takes_receipts(company bigint, channel bigint) returns boolean language sql stable as $$
  select coalesce((select 'receipts' = any(t.capabilities) from channels c
    join channel_types t on t.company_id = c.company_id and t.id = c.channel_type_id
    where c.company_id = company and c.id = channel), false)
$$;

create or replace function has_receipt(company bigint, message bigint) returns boolean language sql stable as $$
  select exists (select from seen_receipts s where s.company_id = company and s.message_id = message)
$$;

-- Returns 1 when the status moved. What is read was delivered. Nothing happens before the message was written, nor in the future.
create or replace function write_receipt(message messages, p_status text, at timestamptz) returns integer language plpgsql as $$
declare
  company bigint := message.company_id;
  happened timestamptz := least(greatest(at, message.sort_at), clock_timestamp());
  receipt seen_receipts;
begin
  select s.* into receipt from seen_receipts s where s.company_id = company and s.message_id = message.id;
  if receipt.first_seen_at is not null or (p_status = 'delivered' and receipt.delivered_at is not null) then return 0; end if;
  insert into seen_receipts (company_id, message_id, delivered_at, first_seen_at, window_started_at, window_requests)
    values (company, message.id, happened, case p_status when 'read' then happened end, now(), 0)
    on conflict (company_id, message_id) do update set
      delivered_at = coalesce(seen_receipts.delivered_at, excluded.delivered_at),
      first_seen_at = coalesce(seen_receipts.first_seen_at, excluded.first_seen_at);
  perform write_event(company, case p_status when 'read' then 'message_seen' else 'message_delivered' end, 'channel', message.channel_id,
      conversation => c.id, inbox => c.inbox_id, message => message.id)
    from conversations c where c.company_id = company and c.id = message.conversation_id;
  return 1;
end $$;

-- Of those before it that the customer was sent, the :most_earlier_receipts newest. Returns how many moved.
create or replace function write_earlier_receipts(message messages, status text, at timestamptz) returns integer language sql as $$
  select coalesce(sum(write_receipt(x.m, status, at)), 0)::integer from (
    select m from messages m
      where m.company_id = message.company_id and m.conversation_id = message.conversation_id and m.channel_id = message.channel_id
        and (m.sort_at, m.id) < (message.sort_at, message.id) and not m.is_inbound and m.error_type is null
        and not exists (select from all_deliveries d
          where d.company_id = m.company_id and d.conversation_id = m.conversation_id and d.message_id = m.id and d.state <> 'sent')
      order by m.sort_at desc, m.id desc limit :most_earlier_receipts) x
$$;

-- What was reported of a message before its response named it. The failure alone is not applied here.
create or replace function apply_early_receipt(company bigint, message_id bigint, report early_reports) returns void language plpgsql as $$
declare
  message messages;
begin
  select m.* into message from messages m where m.company_id = company and m.id = apply_early_receipt.message_id;
  if report.delivered_at is not null then
    perform write_receipt(message, 'delivered', report.delivered_at);
    if report.and_earlier then perform write_earlier_receipts(message, 'delivered', report.delivered_at); end if;
  end if;
  if report.read_at is not null then
    perform write_receipt(message, 'read', report.read_at);
    if report.and_earlier then perform write_earlier_receipts(message, 'read', report.read_at); end if;
  end if;
end $$;

-- The receipts of a message that is merged into another.
create or replace function move_receipts(company bigint, from_message bigint, into_message bigint) returns void language sql as $$
  insert into seen_receipts (company_id, message_id, delivered_at, first_seen_at, window_started_at, window_requests)
    select company, into_message, s.delivered_at, s.first_seen_at, s.window_started_at, s.window_requests
      from seen_receipts s where s.company_id = company and s.message_id = from_message
    on conflict do nothing;
  delete from seen_receipts s where s.company_id = company and s.message_id = from_message;
$$;
