-- What channels push: one message or a whole batch over many companies, in one transaction.
--   companies  every company named in batch, in order: their counter rows are locked first
--   batch      [{i, k: place of co in companies, co, ch, secret, x: external id, cx: the conversation's external id, ref, inbound,
--              source, handle, name, email, sender_name, author, recipients, subject, body, format, blurb (absent: the body), at: delivered_at,
--              old: that is more than a minute ago}]
--   tokens     single-use tokens to spend, [{i, co, ch, jti, exp}], or null
--   forms      of the HTML bodies in batch, what they were converted to: [{i, version, text, html, shown}], or null
-- outcome: stored | repeated | repeated_differently | channel_gone | token_replayed | token_expired; message_id: the first one's,
-- for repeats too.
--
-- Set-based, and read as: look (hold every row against what is stored), place (one by one, the few whose contact or conversation
-- is missing or archived), look again, write. A batch that names a new external_id twice breaks its unique key as a whole.
-- The settings keep generic nested-loop plans, also on fresh tables without statistics. Rows that somebody else holds are waited for
-- a fraction of a second: db/group-commit.ts then goes on without their companies.
create or replace function receive_messages(companies bigint[], batch json, tokens json, forms json default null)
returns table (i integer, outcome text, message_id bigint)
language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
set plan_cache_mode = force_generic_plan set lock_timeout = '250ms'
as $$
#variable_conflict use_column
declare
  arrived timestamptz;
  replayed integer[];
  expired integer[];
  rows received_message[];
  unplaced boolean;
  numbers bigint[];
  events bigint[];
  known_events bigint[];
  -- of each company: the newest place there is, and what comes now stands behind it
  places timestamptz[];
begin
  for pass in 1..2 loop
    select array_agg(c.last_number), array_agg(c.last_event), array_agg(c.last_place + interval '1 millisecond')
      into numbers, events, places
      from (select * from counters where company_id = any(companies) order by company_id for update) c;
    if pass = 1 then
      arrived := clock_timestamp();
      known_events := events;
      if tokens is not null then
        select s.replayed, s.expired into replayed, expired from spend_channel_tokens(tokens) s;
      end if;
    end if;

    select array_agg(m), bool_or((m).is_unplaced and (m).outcome = 'stored') into rows, unplaced
    from (
      select row(l.i, l.co, l.ch, l.x, l.cx, l.ref, l.inbound, l.source, l.handle, l.name, l.email, l.sender_name, l.author,
          l.recipients, l.subject, l.body, l.format, coalesce(l.blurb, l.body), l.sort_at, l.outcome, l.first_id, l.contact_id, l.replied_id,
          l.conversation_id, l.inbox_id, l.is_answer, l.is_unplaced,
          numbers[l.k] + count(*) filter (where l.outcome = 'stored') over of_company,
          events[l.k] + count(*) filter (where l.outcome = 'stored') over of_company, l.delivered_at,
          case when l.is_history then l.last_message_at > l.sort_at
            else l.delivered_at < greatest(l.newest_delivered_at, max(l.delivered_at) over of_conversation) end)::received_message as m
      from (
        select r.*, to_timestamp(r.at) as delivered_at, is_history, conv.last_message_at, conv.newest_delivered_at,
          case when is_history then to_timestamp(r.at)
            else greatest(arrived, places[r.k]) + row_number() over (partition by r.co, r.ch, r.cx order by r.i) * interval '1 millisecond'
            end as sort_at,
          case
            when r.i = any(expired) then 'token_expired'
            when r.i = any(replayed) then 'token_replayed'
            when live.inbox_id is null then 'channel_gone'
            when first.body <> r.body then 'repeated_differently'
            when first.id is not null then 'repeated'
            else 'stored'
          end as outcome,
          first.id as first_id, replied.id as replied_id, conv.id as conversation_id,
          coalesce(conv.inbox_id, live.inbox_id) as inbox_id, conv.last_message_id is not null as is_answer,
          case when conv.recipient_handle = r.handle then conv.contact_id else known.contact_id end as contact_id,
          conv.id is null or (conv.status in ('archived', 'trashed') and r.inbound)
            or (known.contact_id is null and conv.recipient_handle is distinct from r.handle)
            or (r.email is not null and (select e.contact_id from contact_handles e
              where e.company_id = r.co and e.source = 'email' and e.handle = r.email and e.owner_id is null) is null)
            or (r.name is not null and (conv.recipient_name is null or conv.recipient_handle is distinct from r.handle)
              and (select p.name from contacts p where p.company_id = r.co
                and p.id = case when conv.recipient_handle = r.handle then conv.contact_id else known.contact_id end) is null)
            as is_unplaced
        from json_to_recordset(batch) as r(i integer, k integer, co bigint, ch bigint, secret bigint, x text, cx text, ref text,
          inbound boolean, source text, handle text, name text, email text, sender_name text, author bigint,
          recipients jsonb, subject text, body text, format text, blurb text, at bigint, old boolean)
        -- by both clocks, the hub's and the database's: a wrong one makes no history
        cross join lateral (select r.old is true and r.at < extract(epoch from arrived) - :history_after_seconds as is_history) age
        left join lateral (
          select c.inbox_id from (select x.* from channels x where x.company_id = r.co and x.id = r.ch offset 0) c
          join channel_type_secrets s
            on s.company_id = c.company_id and s.channel_type_id = c.channel_type_id and s.id = r.secret
          where c.deleted_at is null
            and (s.expires_at is null or s.expires_at > arrived)
        ) live on true
        -- an id that the channel gave to a message of ours stands in its delivery
        left join messages pushed on pushed.company_id = r.co and pushed.channel_id = r.ch and pushed.external_id = r.x
        left join deliveries ours on ours.company_id = r.co and ours.channel_id = r.ch and ours.external_id = r.x
        left join messages first on first.company_id = r.co and first.id = coalesce(pushed.id, ours.message_id)
        cross join lateral (select coalesce(
            (select m.id from messages m where m.company_id = r.co and m.channel_id = r.ch and m.external_id = r.ref),
            (select d.message_id from deliveries d
              where d.company_id = r.co and d.channel_id = r.ch and d.external_id = r.ref)) as id offset 0) replied
        left join conversation_external_ids named
          on named.company_id = r.co and named.channel_id = r.ch and named.external_id = r.cx
        left join conversations conv on conv.company_id = named.company_id and conv.id = named.conversation_id
        -- the conversation's own customer needs no look-up by handle: a null key is not searched for. By its whole key, and nothing
        -- else: in a young table half of it looks as good, and the plan stays when the table has grown
        left join lateral (
          select h.contact_id from contact_handles h where h.company_id = r.co and h.source = r.source
            and h.handle = case when conv.recipient_handle is distinct from r.handle then r.handle end and h.owner_id is null offset 0
        ) known on true
      ) l
      window of_company as (partition by l.co order by l.i),
        of_conversation as (partition by l.co, l.ch, l.cx order by l.i)
    ) looked;
    exit when not unplaced;
    perform place_message(r, arrived) from unnest(rows) r where r.is_unplaced and r.outcome = 'stored';
  end loop;

  -- what comes again of a message of ours may name the conversation, which the channel's answer did not
  if exists (select from unnest(rows) r where r.first_id is not null and r.conversation_id is null) then
    insert into conversation_external_ids (company_id, channel_id, external_id, conversation_id, id)
      select r.co, r.ch, r.cx, f.conversation_id, r.id from unnest(rows) r
      join messages f on f.company_id = r.co and f.id = r.first_id and f.origin <> 'channel'
      where r.outcome in ('repeated', 'repeated_differently') and r.conversation_id is null
      on conflict do nothing;
  end if;

  insert into messages (company_id, id, conversation_id, channel_id, external_id, referenced_external_id, replied_to_id,
      is_inbound, origin, author_id, contact_id, handle, name, sender_name, recipients, subject, body, body_format, blurb,
      created_at, delivered_at, sort_at)
    select r.co, r.id, r.conversation_id, r.ch, r.x, r.ref,
      case when r.ref is not null then coalesce(r.replied_id, (
        select f.id from unnest(rows) f where f.co = r.co and f.ch = r.ch and f.x = r.ref and f.outcome = 'stored')) end,
      r.inbound, 'channel', r.author, r.contact_id, r.handle, r.name, r.sender_name, r.recipients, r.subject, r.body, r.format,
      r.blurb, arrived, r.delivered_at, r.sort_at
    from unnest(rows) r where r.outcome = 'stored';

  if exists (select from unnest(rows) r where r.is_stray and r.outcome = 'stored') then
    for n in 1..cardinality(rows) loop
      if rows[n].is_stray and rows[n].outcome = 'stored' then
        rows[n].sort_at := place_by_delivery(rows[n]);
        perform extend_waiting(rows[n]);
      end if;
    end loop;
  end if;

  insert into events (company_id, number, type, emitted_at, conversation_id, inbox_id, message_id, actor, actor_id,
      target_kind, cause, cause_id)
    select r.co, r.event, case when r.inbound then 'inbound' when r.is_answer then 'out_reply' else 'outbound' end, arrived,
      r.conversation_id, r.inbox_id, r.id, 'channel', r.ch, 'message', 'channel', r.ch
    from unnest(rows) r where r.outcome = 'stored';

  -- what place_message() wrote of conversations that came back is caused by messages whose numbers are known only now
  if events <> known_events then
    update events e set cause_id = x.id
      from unnest(companies, known_events, events) as k(co, known, placed) join (
        select r.co, r.conversation_id, min(r.id) as id from unnest(rows) r where r.outcome = 'stored' and r.inbound group by 1, 2
      ) x on x.co = k.co
      where e.company_id = k.co and e.number > k.known and e.number <= k.placed and e.conversation_id = x.conversation_id;
  end if;

  if forms is not null then
    insert into html_forms (company_id, message_id, version, text, html, shown)
      select r.co, r.id, f.version, f.text, f.html, f.shown
      from json_to_recordset(forms) as f(i integer, version smallint, text text, html text, shown text)
      join unnest(rows) r on r.i = f.i where r.outcome = 'stored';
  end if;

  -- The newest of a conversation's messages becomes its summary, unless it is history older than what is there.
  update conversations c set
      last_message_id = case when x.sort_at >= c.last_message_at then x.id else c.last_message_id end,
      last_message_at = greatest(x.sort_at, c.last_message_at),
      newest_delivered_at = greatest(x.delivered_at, c.newest_delivered_at),
      last_message_blurb = case when x.sort_at >= c.last_message_at then x.blurb else c.last_message_blurb end,
      last_message_is_inbound = case when x.sort_at >= c.last_message_at then x.inbound else c.last_message_is_inbound end,
      waiting_since = case when x.sort_at < c.last_message_at then c.waiting_since
        when x.inbound then coalesce(case when not x.answered then c.waiting_since end, x.sort_at) end,
      last_inbound_id = coalesce(x.last_inbound_id, c.last_inbound_id),
      updated_at = arrived
    from (
      select distinct on (r.co, r.conversation_id) r.co, r.conversation_id, r.id, r.sort_at, r.blurb, r.inbound,
        max(r.id) filter (where r.inbound) over of_conversation as last_inbound_id,
        max(r.delivered_at) over of_conversation as delivered_at, bool_or(not r.inbound) over of_conversation as answered
      from unnest(rows) r where r.outcome = 'stored'
      window of_conversation as (partition by r.co, r.conversation_id)
      order by r.co, r.conversation_id, r.sort_at desc, r.id desc
    ) x
    where c.company_id = x.co and c.id = x.conversation_id;

  update counters c set last_number = x.id, last_event = x.event, last_place = greatest(c.last_place, x.place)
    from (select r.co, max(r.id) as id, max(r.event) as event, max(r.sort_at) as place from unnest(rows) r where r.outcome = 'stored' group by r.co) x
    where c.company_id = x.co;

  return query
    select r.i, r.outcome, case when r.outcome = 'stored' then r.id else r.first_id end from unnest(rows) r;
end $$;

-- Moves a message that came late to where it was written, between two others, and answers its place. It stands before what
-- the channel delivered within a minute after it, but not before what was written without knowing it: our own message, and
-- one of the other side of which the channel says no time. History stands behind what was delivered before it and came late.
create or replace function place_by_delivery(r received_message) returns timestamptz language plpgsql as $$
declare
  low record;
  high record;
  since timestamptz;
  place timestamptz := r.sort_at;
begin
  if r.delivered_at = r.sort_at then
    select m.sort_at, m.id into low from messages m
      where m.company_id = r.co and m.conversation_id = r.conversation_id and m.id < r.id
        and m.sort_at > r.sort_at and m.sort_at <= r.sort_at + interval '1 minute' and m.delivered_at <= r.delivered_at
      order by m.sort_at desc, m.id desc limit 1;
    if low is null then
      return place;
    end if;
    select m.sort_at into high from messages m
      where m.company_id = r.co and m.conversation_id = r.conversation_id and m.id <> r.id and (m.sort_at, m.id) > (low.sort_at, low.id)
      order by m.sort_at, m.id limit 1;
    place := low.sort_at + least(interval '1 millisecond', (high.sort_at - low.sort_at) / 2);
  else
    select t.sort_at, t.id, t.delivered_at into high from (
      select l.*, bool_or(l.origin <> 'channel' or (l.is_inbound <> r.inbound and l.delivered_at is null)) over (
        order by l.sort_at desc, l.id desc) as is_known
      from (
        select m.sort_at, m.id, m.origin, m.is_inbound, m.delivered_at from messages m
        where m.company_id = r.co and m.conversation_id = r.conversation_id and m.id < r.id
        order by m.sort_at desc, m.id desc limit 200
      ) l
    ) t
      where not t.is_known and t.delivered_at > r.delivered_at and t.delivered_at <= r.delivered_at + interval '1 minute'
      order by t.sort_at, t.id limit 1;
    if high is null then
      return place;
    end if;
    select m.sort_at, m.delivered_at into low from messages m
      where m.company_id = r.co and m.conversation_id = r.conversation_id and m.id <> r.id and (m.sort_at, m.id) < (high.sort_at, high.id)
      order by m.sort_at desc, m.id desc limit 1;
    -- as far between the two as its time is between theirs: whatever comes in whatever order, each second keeps its room
    since := case when low.delivered_at <= r.delivered_at then low.delivered_at else high.delivered_at - interval '61 seconds' end;
    place := case when low.sort_at is null then high.sort_at - (high.delivered_at - r.delivered_at)
      else least(high.sort_at - interval '1 microsecond', low.sort_at + (high.sort_at - low.sort_at)
        * (extract(epoch from r.delivered_at - since) / extract(epoch from high.delivered_at - since))::float8) end;
  end if;
  update messages m set sort_at = place where m.company_id = r.co and m.id = r.id;
  return place;
end $$;

-- A customer who waits has waited since a message that came late, unless that was answered.
create or replace function extend_waiting(r received_message) returns void language sql as $$
  update conversations c set waiting_since = r.sort_at
    where r.inbound and c.company_id = r.co and c.id = r.conversation_id and c.waiting_since > r.sort_at and not exists (
      select from messages m
      where m.company_id = r.co and m.conversation_id = r.conversation_id and not m.is_inbound and m.sort_at > r.sort_at)
$$;

-- Makes ready what a pushed message needs: its contact, and a conversation under its external id. A customer who writes
-- again brings it back from the archive and from the trash, not from spam.
create or replace function place_message(r received_message, arrived timestamptz)
returns void language plpgsql as $$
declare
  kind bigint := (select c.channel_type_id from channels c where c.company_id = r.co and c.id = r.ch);
  contact bigint := recognise_contact(r.co, kind, r.source, r.handle, r.name, r.email);
  conv conversations;
  number bigint;
begin
  select c.* into conv from conversation_external_ids e
    join conversations c on c.company_id = e.company_id and c.id = e.conversation_id
    where e.company_id = r.co and e.channel_id = r.ch and e.external_id = r.cx;
  if conv.id is null then
    update counters set last_number = last_number + 1 where company_id = r.co returning last_number into number;
    insert into conversations (company_id, id, inbox_id, channel_id, contact_id, recipient_handle, recipient_name, subject,
        last_message_at)
      select r.co, number, c.inbox_id, r.ch, contact, r.handle,
        coalesce(r.name, case when p.named_by = kind then p.name end), r.subject, r.sort_at
      from channels c join contacts p on p.company_id = c.company_id and p.id = contact
      where c.company_id = r.co and c.id = r.ch;
    insert into conversation_external_ids (company_id, channel_id, external_id, conversation_id, id)
      values (r.co, r.ch, r.cx, number, number);
    return;
  end if;
  if conv.recipient_name is null and conv.recipient_handle = r.handle then
    update conversations set recipient_name = r.name where company_id = r.co and id = conv.id;
  end if;
  if conv.status in ('archived', 'trashed') and r.inbound then
    update conversations set status = 'open' where company_id = r.co and id = conv.id;
    perform write_event(r.co, case conv.status when 'archived' then 'reopen' else 'restore' end, 'channel', r.ch,
      conversation => conv.id, inbox => conv.inbox_id, cause => 'message', at => arrived);
  end if;
end $$;

-- Spends single-use tokens; answers the i of those that were spent before and of those that have expired, which is
-- the database's to say: by a slower clock a token that is forgotten here would pass once more. Forgets what has expired for
-- longer than a call can take.
create or replace function spend_channel_tokens(tokens json, out replayed integer[], out expired integer[]) language plpgsql as $$
declare
  clock timestamptz := clock_timestamp();
  t record;
begin
  replayed := '{}';
  expired := '{}';
  for t in select * from json_to_recordset(tokens) as t(i integer, co bigint, ch bigint, jti text, exp float8) order by co, i loop
    if to_timestamp(t.exp) < clock - interval ':token_leeway_seconds seconds' then
      expired := expired || t.i;
      continue;
    end if;
    delete from channel_token_uses where company_id = t.co and channel_id = t.ch and expires_at < clock - interval '5 minutes';
    insert into channel_token_uses (company_id, channel_id, jti, expires_at)
      select c.company_id, c.id, t.jti, to_timestamp(t.exp) from channels c where c.company_id = t.co and c.id = t.ch
      on conflict (company_id, channel_id, jti) do nothing;
    if not found then
      replayed := replayed || t.i;
    end if;
  end loop;
end $$;
