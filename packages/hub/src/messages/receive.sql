-- Stores pushed messages: one or a whole batch over many companies, in one transaction.
--   company_ids  every company named in batch, in order: their counter rows are locked first
--   batch        PushedMessage[] (receive.ts), each with i, its index, and company_index, the index of its company in company_ids from 1
--   tokens       single-use tokens to spend, TokenToSpend[] (channels/token.ts), or null
--   forms        the converted forms of the HTML bodies in batch: StoredForms[] (bodies/stored.ts), each with i, or null
-- outcome: stored | repeated | repeated_differently | channel_gone | token_replayed | token_expired; message_id: the first one's,
-- for repeats too.
--
-- Set-based, in steps: read (compare every row with the stored ones), prepare (one by one, the few whose contact or conversation
-- is missing or archived), read again, write. A batch has the same result as its messages one after another
-- (receive-model.test.ts), except that the events of reopened conversations come before all its messages. A batch that names a
-- new external_id twice breaks its unique key as a whole.
-- The settings keep generic nested-loop plans, also on fresh tables without statistics. Locked rows are waited for
-- a fraction of a second: db/group-commit.ts then continues without their companies.
create or replace function receive_pushed_messages(company_ids bigint[], batch json, tokens json, forms json default null)
returns table (i integer, outcome text, message_id bigint)
language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
set plan_cache_mode = force_generic_plan set lock_timeout = '250ms'
as $$
#variable_conflict use_column
declare
  arrived_at timestamptz;
  replayed integer[];
  expired integer[];
  rows pushed_message[];
  needs_preparation boolean;
  -- these by company_index
  last_numbers bigint[];
  last_events bigint[];
  events_before bigint[];
  -- a message that arrives now is sorted after the newest one
  next_sort_at timestamptz[];
begin
  for pass in 1..2 loop
    select array_agg(c.last_number), array_agg(c.last_event), array_agg(c.last_place + interval '1 millisecond')
      into last_numbers, last_events, next_sort_at
      from (select * from counters where company_id = any(company_ids) order by company_id for update) c;
    if pass = 1 then
      arrived_at := clock_timestamp();
      events_before := last_events;
      if tokens is not null then
        select s.replayed, s.expired into replayed, expired from spend_single_use_tokens(tokens) s;
      end if;
    end if;

    select array_agg(m::pushed_message order by m.i), bool_or(m.needs_preparation)
      into rows, needs_preparation
    from (
      select l.i, l.company_id, l.channel_id, l.external_id, l.external_conversation_id, l.referenced_external_id, l.is_inbound,
        l.source, l.handle, l.name, l.email, l.sender_name, l.author_id, l.recipients, l.subject, l.body, l.body_format,
        coalesce(l.blurb, l.body) as blurb, l.delivered_at, l.sort_at, l.outcome, l.first_message_id, l.contact_id,
        l.replied_to_id, l.conversation_id, l.inbox_id,
        l.last_message_id is not null or count(*) filter (where l.outcome = 'stored') over of_conversation > 1 as is_answer,
        l.needs_preparation and l.outcome in ('stored', 'repeated', 'repeated_differently') as needs_preparation,
        case when l.is_history
          then l.sort_at < greatest(l.last_message_at, max(l.sort_at) filter (where l.outcome = 'stored') over of_conversation)
          else l.delivered_at < greatest(l.newest_delivered_at,
            max(l.delivered_at) filter (where l.outcome = 'stored') over of_conversation) end as is_late,
        last_numbers[l.company_index] + count(*) filter (where l.outcome = 'stored') over of_company as id,
        last_events[l.company_index] + count(*) filter (where l.outcome = 'stored') over of_company as event_number, l.attachments, l.rich_content
      from (
        select r.*, to_timestamp(r.delivered_seconds) as delivered_at, is_history, conv.last_message_id, conv.last_message_at,
          conv.newest_delivered_at,
          case when is_history then to_timestamp(r.delivered_seconds)
            else greatest(arrived_at, next_sort_at[r.company_index])
              + row_number() over (partition by r.company_id, conv.id,
                  case when conv.id is null then r.channel_id end, case when conv.id is null then r.external_conversation_id end
                order by r.i) * interval '1 millisecond'
            end as sort_at,
          case
            when r.i = any(expired) then 'token_expired'
            when r.i = any(replayed) then 'token_replayed'
            when live_channel.inbox_id is null then 'channel_gone'
            when first.body <> r.body then 'repeated_differently'
            when first.id is not null then 'repeated'
            else 'stored'
          end as outcome,
          first.id as first_message_id, replied_to.id as replied_to_id, conv.id as conversation_id,
          coalesce(conv.inbox_id, live_channel.inbox_id) as inbox_id,
          case when conv.recipient_handle = r.handle and conv.contact_id is not null then conv.contact_id else known.contact_id end as contact_id,
          case when first.id is not null then conv.id is null and first.origin <> 'channel'
            else conv.id is null or (conv.status in ('archived', 'trashed') and r.is_inbound)
              or (known.contact_id is null and (conv.recipient_handle is distinct from r.handle or conv.contact_id is null))
              or (r.email is not null and (select e.contact_id from contact_handles e
                where e.company_id = r.company_id and e.source = 'email' and e.handle = r.email and e.owner_id is null) is null)
              or (r.name is not null and case when conv.recipient_handle = r.handle then conv.recipient_name is null
                else (select p.name from contacts p where p.company_id = r.company_id and p.id = known.contact_id) is null end)
            end as needs_preparation
        from json_to_recordset(batch) as r(i integer, company_index integer, company_id bigint, channel_id bigint, secret_id bigint,
          external_id text, external_conversation_id text, referenced_external_id text, is_inbound boolean, source text, handle text,
          name text, email text, sender_name text, author_id bigint, recipients jsonb, subject text, body text, body_format text,
          blurb text, attachments jsonb, rich_content jsonb, delivered_seconds bigint, is_old boolean)
        -- by both clocks, the hub's and the database's: a wrong one makes no history
        cross join lateral (
          select r.is_old is true and r.delivered_seconds < extract(epoch from arrived_at) - :history_after_seconds as is_history) age
        left join lateral (
          select c.inbox_id from (select x.* from channels x where x.company_id = r.company_id and x.id = r.channel_id offset 0) c
          join channel_type_secrets s
            on s.company_id = c.company_id and s.channel_type_id = c.channel_type_id and s.id = r.secret_id
          where c.deleted_at is null
            and (s.expires_at is null or s.expires_at > arrived_at)
        ) live_channel on true
        -- the channel's id of one of our messages is on its delivery
        left join messages pushed
          on pushed.company_id = r.company_id and pushed.channel_id = r.channel_id and pushed.external_id = r.external_id
        left join deliveries delivered
          on delivered.company_id = r.company_id and delivered.channel_id = r.channel_id and delivered.external_id = r.external_id
        left join messages first on first.company_id = r.company_id and first.id = coalesce(pushed.id, delivered.message_id)
        cross join lateral (select coalesce(
            (select m.id from messages m
              where m.company_id = r.company_id and m.channel_id = r.channel_id and m.external_id = r.referenced_external_id),
            (select d.message_id from deliveries d
              where d.company_id = r.company_id and d.channel_id = r.channel_id and d.external_id = r.referenced_external_id)) as id
          offset 0) replied_to
        left join conversation_external_ids e
          on e.company_id = r.company_id and e.channel_id = r.channel_id and e.external_id = r.external_conversation_id
        left join conversations conv on conv.company_id = e.company_id and conv.id = e.conversation_id
        -- the conversation's own customer needs no look-up by handle: a null key is not searched for. By the whole key
        -- only: in a table without statistics half of it has the same cost, and the plan stays when the table has grown
        left join lateral (
          select h.contact_id from contact_handles h where h.company_id = r.company_id and h.source = r.source
            and h.handle = case when conv.recipient_handle is distinct from r.handle or conv.contact_id is null then r.handle end
            and h.owner_id is null offset 0
        ) known on true
      ) l
      window of_company as (partition by l.company_id order by l.i),
        of_conversation as (partition by l.company_id, l.conversation_id order by l.i)
    ) m;
    exit when not needs_preparation;
    perform prepare_pushed_message(r, arrived_at) from unnest(rows) r where r.needs_preparation;
  end loop;

  insert into messages (company_id, id, conversation_id, channel_id, external_id, referenced_external_id, replied_to_id,
      is_inbound, origin, author_id, contact_id, handle, name, sender_name, recipients, subject, body, body_format, blurb,
      rich_content, created_at, delivered_at, sort_at, attachment_count)
    select r.company_id, r.id, r.conversation_id, r.channel_id, r.external_id, r.referenced_external_id,
      case when r.referenced_external_id is not null then coalesce(r.replied_to_id, (
        select f.id from unnest(rows) f where f.company_id = r.company_id and f.channel_id = r.channel_id
          and f.external_id = r.referenced_external_id and f.outcome = 'stored' and f.id < r.id)) end,
      r.is_inbound, 'channel', r.author_id, r.contact_id, r.handle, r.name, r.sender_name, r.recipients, r.subject, r.body,
      r.body_format, r.blurb, r.rich_content, arrived_at, r.delivered_at, r.sort_at, coalesce(jsonb_array_length(r.attachments), 0)
    from unnest(rows) r where r.outcome = 'stored';

  perform attach_files(r.company_id, r.attachments, r.id) from unnest(rows) r where r.outcome = 'stored' and r.attachments is not null;

  if exists (select from unnest(rows) r where r.is_late and r.outcome = 'stored') then
    for n in 1..cardinality(rows) loop
      if rows[n].is_late and rows[n].outcome = 'stored' then
        rows[n].sort_at := sort_late_message(rows[n]);
      end if;
    end loop;
  end if;

  insert into events (company_id, number, type, emitted_at, conversation_id, inbox_id, message_id, actor, actor_id,
      target_kind, cause, cause_id)
    select r.company_id, r.event_number, case when r.is_inbound then 'inbound' when r.is_answer then 'out_reply' else 'outbound' end,
      arrived_at, r.conversation_id, r.inbox_id, r.id, 'channel', r.channel_id, 'message', 'channel', r.channel_id
    from unnest(rows) r where r.outcome = 'stored';

  -- the events of reopened conversations are caused by messages whose numbers are known only now
  if last_events <> events_before then
    update events e set cause_id = x.id
      from unnest(company_ids, events_before, last_events) as prepared(company_id, after, up_to) join (
        select r.company_id, r.conversation_id, min(r.id) as id from unnest(rows) r
        where r.outcome = 'stored' and r.is_inbound group by 1, 2
      ) x on x.company_id = prepared.company_id
      where e.company_id = prepared.company_id and e.number > prepared.after and e.number <= prepared.up_to
        and e.conversation_id = x.conversation_id;
  end if;

  if forms is not null then
    insert into html_forms (company_id, message_id, version, text, html, shown)
      select r.company_id, r.id, f.version, f.text, f.html, f.shown
      from json_to_recordset(forms) as f(i integer, version smallint, text text, html text, shown text)
      join unnest(rows) r on r.i = f.i where r.outcome = 'stored';
  end if;

  -- The newest of a conversation's messages becomes its summary, unless it is history older than what is there.
  update conversations c set
      last_message_id = case when x.sort_at >= c.last_message_at then x.id else c.last_message_id end,
      last_message_at = greatest(x.sort_at, c.last_message_at),
      newest_delivered_at = greatest(x.delivered_at, c.newest_delivered_at),
      last_message_blurb = case when x.sort_at >= c.last_message_at then x.blurb else c.last_message_blurb end,
      last_message_is_inbound = case when x.sort_at >= c.last_message_at then x.is_inbound else c.last_message_is_inbound end,
      waiting_since = case when x.has_late then waits_since(c.company_id, c.id)
        when x.last_outbound_id is null then coalesce(c.waiting_since, x.unanswered_since)
        else x.unanswered_since end,
      last_inbound_id = coalesce(x.last_inbound_id, c.last_inbound_id),
      updated_at = arrived_at
    from (
      select distinct on (r.company_id, r.conversation_id) r.company_id, r.conversation_id, r.id, r.sort_at, r.blurb, r.is_inbound,
        max(r.id) filter (where r.is_inbound) over of_conversation as last_inbound_id,
        max(r.delivered_at) over of_conversation as delivered_at, bool_or(r.is_late) over of_conversation as has_late,
        r.last_outbound_id,
        min(r.sort_at) filter (where r.is_inbound and (r.last_outbound_id is null or r.id > r.last_outbound_id))
          over of_conversation as unanswered_since
      from (
        select s.*, max(s.id) filter (where not s.is_inbound) over (partition by s.company_id, s.conversation_id) as last_outbound_id
        from unnest(rows) s where s.outcome = 'stored'
      ) r
      window of_conversation as (partition by r.company_id, r.conversation_id)
      order by r.company_id, r.conversation_id, r.sort_at desc, r.id desc
    ) x
    where c.company_id = x.company_id and c.id = x.conversation_id;

  update counters c set last_number = x.id, last_event = x.event_number, last_place = greatest(c.last_place, x.sort_at)
    from (
      select r.company_id, max(r.id) as id, max(r.event_number) as event_number, max(r.sort_at) as sort_at
      from unnest(rows) r where r.outcome = 'stored' group by r.company_id
    ) x
    where c.company_id = x.company_id;

  return query
    select r.i, r.outcome, case when r.outcome = 'stored' then r.id else r.first_message_id end from unnest(rows) r;
end $$;

-- Sorts a late message by its time of writing, between two others, and returns its sort_at. It is before the messages that
-- the channel delivered within a minute after it, but not before one whose author had not seen it: our own message, and
-- one of the other side without a time. An imported message is after a late one that was delivered before it.
create or replace function sort_late_message(r pushed_message) returns timestamptz language plpgsql as $$
declare
  previous record;
  next record;
  previous_delivered_at timestamptz;
  between_them timestamptz := r.sort_at;
begin
  if r.delivered_at = r.sort_at then
    select m.sort_at, m.id into previous from messages m
      where m.company_id = r.company_id and m.conversation_id = r.conversation_id and m.id < r.id
        and m.sort_at > r.sort_at and m.sort_at <= r.sort_at + interval '1 minute' and m.delivered_at <= r.delivered_at
      order by m.sort_at desc, m.id desc limit 1;
    if previous is null then
      return r.sort_at;
    end if;
    select m.sort_at into next from messages m
      where m.company_id = r.company_id and m.conversation_id = r.conversation_id and m.id < r.id
        and (m.sort_at, m.id) > (previous.sort_at, previous.id)
      order by m.sort_at, m.id limit 1;
    between_them := previous.sort_at + least(interval '1 millisecond', (next.sort_at - previous.sort_at) / 2);
  else
    select t.sort_at, t.id, t.delivered_at into next from (
      select l.*, bool_or(l.origin <> 'channel' or (l.is_inbound <> r.is_inbound and l.delivered_at is null)) over (
        order by l.sort_at desc, l.id desc) as is_known
      from (
        select m.sort_at, m.id, m.origin, m.is_inbound, m.delivered_at from messages m
        where m.company_id = r.company_id and m.conversation_id = r.conversation_id and m.id < r.id
        order by m.sort_at desc, m.id desc limit 200
      ) l
    ) t
      where not t.is_known and t.delivered_at > r.delivered_at and t.delivered_at <= r.delivered_at + interval '1 minute'
      order by t.sort_at, t.id limit 1;
    if next is null then
      return r.sort_at;
    end if;
    select m.sort_at, m.delivered_at into previous from messages m
      where m.company_id = r.company_id and m.conversation_id = r.conversation_id and m.id < r.id
        and (m.sort_at, m.id) < (next.sort_at, next.id)
      order by m.sort_at desc, m.id desc limit 1;
    -- proportionally between the two by its time, so that each second keeps room for others in any order of arrival
    previous_delivered_at := case when previous.delivered_at <= r.delivered_at then previous.delivered_at
      else next.delivered_at - interval '61 seconds' end;
    between_them := case when previous.sort_at is null then next.sort_at - (next.delivered_at - r.delivered_at)
      else least(next.sort_at - interval '1 microsecond', previous.sort_at + (next.sort_at - previous.sort_at)
        * (extract(epoch from r.delivered_at - previous_delivered_at)
          / extract(epoch from next.delivered_at - previous_delivered_at))::float8) end;
  end if;
  update messages m set sort_at = between_them where m.company_id = r.company_id and m.id = r.id;
  return between_them;
end $$;

-- Prepares a pushed message: its contact, and a conversation under its external id. A new message of the customer
-- reopens it from the archive and the trash, not from spam. A repeat of our own message may name its
-- conversation, which the channel's response did not.
create or replace function prepare_pushed_message(r pushed_message, arrived_at timestamptz)
returns void language plpgsql as $$
declare
  type_id bigint := (select c.channel_type_id from channels c where c.company_id = r.company_id and c.id = r.channel_id);
  contact bigint;
  conv conversations;
  new_id bigint;
begin
  if r.first_message_id is not null then
    insert into conversation_external_ids (company_id, channel_id, external_id, conversation_id, id)
      select r.company_id, r.channel_id, r.external_conversation_id, f.conversation_id, r.id from messages f
      where f.company_id = r.company_id and f.id = r.first_message_id
      on conflict do nothing;
    return;
  end if;
  contact := recognise_contact(r.company_id, type_id, r.source, r.handle, r.name, r.email);
  select c.* into conv from conversation_external_ids e
    join conversations c on c.company_id = e.company_id and c.id = e.conversation_id
    where e.company_id = r.company_id and e.channel_id = r.channel_id and e.external_id = r.external_conversation_id;
  if conv.id is null then
    update counters set last_number = last_number + 1 where company_id = r.company_id returning last_number into new_id;
    insert into conversations (company_id, id, inbox_id, channel_id, contact_id, recipient_handle, recipient_name, subject,
        last_message_at)
      select r.company_id, new_id, c.inbox_id, r.channel_id, contact, r.handle,
        coalesce(r.name, case when p.named_by = type_id then p.name end), r.subject, r.sort_at
      from channels c join contacts p on p.company_id = c.company_id and p.id = contact
      where c.company_id = r.company_id and c.id = r.channel_id;
    insert into conversation_external_ids (company_id, channel_id, external_id, conversation_id, id)
      values (r.company_id, r.channel_id, r.external_conversation_id, new_id, new_id);
    return;
  end if;
  -- its contact was deleted
  if conv.contact_id is null and conv.recipient_handle = r.handle then
    update conversations set contact_id = contact where company_id = r.company_id and id = conv.id;
  end if;
  if conv.recipient_name is null and conv.recipient_handle = r.handle then
    update conversations set recipient_name = r.name where company_id = r.company_id and id = conv.id;
  end if;
  if conv.status in ('archived', 'trashed') and r.is_inbound then
    update conversations set status = 'open' where company_id = r.company_id and id = conv.id;
    perform write_event(r.company_id, case conv.status when 'archived' then 'reopen' else 'restore' end, 'channel', r.channel_id,
      conversation => conv.id, inbox => conv.inbox_id, cause => 'message', at => arrived_at);
  end if;
end $$;
