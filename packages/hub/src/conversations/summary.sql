-- The start of the customer's waiting time: their first message after the last one to them. A cancelled one does not count,
-- unless an attempt of it may have arrived. Null: they do not wait.
create or replace function waits_since(company bigint, conversation bigint) returns timestamptz language sql stable as $$
  select m.sort_at from messages m
    where m.company_id = company and m.conversation_id = conversation and m.is_inbound and (m.sort_at, m.id) > (
      select coalesce(max(o.sort_at), '-infinity'), coalesce(max(o.id), 0) from (
        select l.sort_at, l.id from messages l
        where l.company_id = company and l.conversation_id = conversation and not l.is_inbound and not exists (
          select from deliveries d
          where d.company_id = company and d.message_id = l.id and d.state = 'cancelled' and not may_have_arrived(company, l.id))
        order by l.sort_at desc, l.id desc limit 1) o)
    order by m.sort_at, m.id limit 1
$$;

-- Computes a conversation's summary from its messages: the last one, its position in the list, the start of the customer's waiting
-- time. A cancelled message does not count, unless an attempt of it may have arrived. Calls keep the position that they set;
-- imported history is read. Returns whether a message or a call is left. The company's counter row is locked.
create or replace function summarise_conversation(company bigint, conversation bigint) returns boolean language sql as $$
  with counted as not materialized (
    select m.* from messages m where m.company_id = company and m.conversation_id = conversation and (m.is_inbound or not exists (
      select from deliveries d where d.company_id = company and d.message_id = m.id and d.state = 'cancelled' and not may_have_arrived(company, m.id))))
  update conversations c set last_message_id = newest.id, last_message_at = greatest(coalesce(newest.sort_at, c.created_at), (
        select max(k.listed_at) from calls k where k.company_id = company and k.conversation_id = conversation)),
      last_message_blurb = coalesce(newest.blurb, ''), last_message_is_inbound = coalesce(newest.is_inbound, true),
      last_inbound_id = (
        -- by the conversation's index (offset 0), not down the company's messages to the first that fits
        select coalesce(max(m.id), 0) from (
          select x.id from messages x
          where x.company_id = company and x.conversation_id = conversation and x.is_inbound and x.origin <> 'import' offset 0) m),
      waiting_since = waits_since(company, conversation),
      updated_at = now()
    from (select 1) one left join lateral (select m.* from counted m order by m.sort_at desc, m.id desc limit 1) newest on true
    where c.company_id = company and c.id = conversation
    returning c.last_message_id is not null or c.last_call_id is not null
$$;
