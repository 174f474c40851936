-- The outbound queue: what is on its way stands in small tables, and what is settled is written once (decision 8).
--   outbox             one row for each delivery that is not settled; nothing in it changes while an attempt is under way
--   delivery_claims    one row for all that left together
--   delivery_requests  the frozen bytes of all that left together, packed into pieces of 8 kB
--   deliveries         settled ones; changed only by what a person decides, or the channel reports, later
-- The states, as they are shown:
--   queued ──claim──▶ sending ──▶ sent | failed | not_confirmed | delayed
--   queued, delayed ──cancel──▶ cancelled        delayed ──due_at──▶ sending
--   failed, not_confirmed ──retry, send again──▶ queued      not_confirmed ──mark as sent──▶ sent
-- An outbox row that is in a claim is sending. is_next: the one of its conversation that goes next; only those are claimed.

-- The lock of claims, and of people's decisions about what may be claimed. Who also needs the company's counters takes those first.
create table delivery_queues (
  company_id bigint primary key references companies (company_id)
);
insert into delivery_queues (company_id) select company_id from companies;

create table outbox (
  company_id bigint not null,
  conversation_id bigint not null,
  message_id bigint not null,
  channel_id bigint not null,
  state text not null default 'queued' check (state in ('queued', 'delayed')),
  is_next boolean not null,
  -- earliest next attempt: end of the undo time, or the retry schedule
  due_at timestamptz not null default now(),
  -- that have ended
  attempts integer not null default 0,
  -- by itself, since a person last said Send, Retry or Send again
  retries integer not null default 0,
  error_code text,
  error_message text,
  -- where its frozen request lies; null: it has none yet
  batch_id uuid,
  -- the claim whose lease ended without an answer, while its result may still come
  interrupted_claim_id uuid,
  -- what the channel called the conversation of this message, when that id stayed with another one
  external_conversation_id text,
  -- no foreign keys: written by the function that has just made its message
  primary key (company_id, conversation_id, message_id)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
create index outbox_ready on outbox (company_id, channel_id, due_at, message_id) where is_next;
create index outbox_delayed on outbox (company_id, conversation_id) where state = 'delayed';

-- What may be under way until the lease ends. Whose result is known is taken out; an empty claim is deleted. The arrays go
-- together. Claims of a company are few: no more than there are requests in flight.
create table delivery_claims (
  company_id bigint not null,
  id uuid not null,
  lease_until timestamptz not null,
  messages bigint[] not null,
  conversations bigint[] not null,
  channels bigint[] not null,
  -- those of them that could not be written down as requests; null: all could
  unsendable bigint[],
  primary key (company_id, id)
) with (fillfactor = 50, toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

alter table delivery_requests rename to former_requests;
alter table former_requests rename constraint delivery_requests_pkey to former_requests_pkey;
-- Named by the claim under which they were first sent. A row fills a page and is not put aside by TOAST: that cost 1.3 WAL records a delivery.
create table delivery_requests (
  company_id bigint not null,
  batch_id uuid not null,
  -- of this piece, in all the bytes of the batch
  start integer not null,
  -- in the first piece: whose requests these are (0: erased), one after the other, and where each ends
  messages bigint[],
  ends integer[],
  bytes bytea not null,
  primary key (company_id, batch_id, start)
) with (toast_tuple_target = 8160);
alter table delivery_requests alter column bytes set storage main;

alter table former_requests add column batch_id uuid not null default gen_random_uuid();
insert into delivery_requests (company_id, batch_id, start, messages, ends, bytes)
  select r.company_id, r.batch_id, p.start, case when p.start = 0 then array[r.message_id] end,
    case when p.start = 0 then array[octet_length(r.body)] end, substring(r.body from p.start + 1 for 7900)
  from former_requests r cross join lateral generate_series(0, greatest(octet_length(r.body) - 1, 0), 7900) as p(start);

drop index deliveries_external, deliveries_ready, deliveries_sending, deliveries_undelivered, deliveries_unsettled;
alter table deliveries rename to former_deliveries;
alter table former_deliveries rename constraint deliveries_pkey to former_deliveries_pkey;
create table deliveries (
  company_id bigint not null,
  message_id bigint not null,
  conversation_id bigint not null,
  channel_id bigint not null,
  state text not null check (state in ('sent', 'failed', 'not_confirmed', 'cancelled')),
  attempts integer not null default 0,
  retries integer not null default 0,
  error_code text,
  error_message text,
  settled_at timestamptz not null default now(),
  -- what the channel calls the message
  external_id text,
  external_conversation_id text,
  batch_id uuid,
  interrupted_claim_id uuid,
  -- the teammate who cancelled it, took it for sent or dismissed it; 0: an integration
  decided_by bigint,
  dismissed_at timestamptz,
  -- the first attempt, when the message was sent with it: it needs no row in delivery_attempts
  started_at timestamptz,
  duration_ms integer,
  status_code integer,
  response_excerpt text,
  primary key (company_id, message_id)
);

insert into outbox (company_id, conversation_id, message_id, channel_id, state, is_next, due_at, attempts, retries, error_code,
    error_message, batch_id, interrupted_claim_id, external_conversation_id)
  select d.company_id, d.conversation_id, d.message_id, d.channel_id,
    case when d.state = 'delayed' or d.state = 'sending' and d.error_code is not null then 'delayed' else 'queued' end,
    d.is_head, d.next_attempt_at, d.attempts - (d.state = 'sending')::integer, d.retries, d.error_code, d.error_message, r.batch_id,
    case when d.state = 'delayed' and d.error_code = 'interrupted' then d.claim_id end, d.external_conversation_id
  from former_deliveries d left join former_requests r on r.company_id = d.company_id and r.message_id = d.message_id
  where d.state in ('queued', 'sending', 'delayed');
insert into delivery_claims (company_id, id, lease_until, messages, conversations, channels, unsendable)
  select d.company_id, d.claim_id, max(d.lease_until), array_agg(d.message_id order by d.message_id),
    array_agg(d.conversation_id order by d.message_id), array_agg(d.channel_id order by d.message_id),
    array_agg(d.message_id) filter (where r.batch_id is null)
  from former_deliveries d left join former_requests r on r.company_id = d.company_id and r.message_id = d.message_id
  where d.state = 'sending' group by d.company_id, d.claim_id;
-- An id that the channel gave to one that is to be sent again stays known, with its message.
update messages m set external_id = d.external_id from former_deliveries d
  where d.state in ('queued', 'sending', 'delayed') and d.external_id is not null
    and m.company_id = d.company_id and m.id = d.message_id;
insert into delivery_attempts (company_id, message_id, number, started_at, duration_ms, status_code, outcome, response_excerpt)
  select company_id, message_id, 1, started_at, duration_ms, status_code, 'sent', response_excerpt from former_deliveries
  where state in ('queued', 'sending', 'delayed') and started_at is not null;
insert into deliveries (company_id, message_id, conversation_id, channel_id, state, attempts, retries, error_code, error_message,
    settled_at, external_id, external_conversation_id, batch_id, interrupted_claim_id, decided_by, dismissed_at, started_at, duration_ms, status_code,
    response_excerpt)
  select d.company_id, d.message_id, d.conversation_id, d.channel_id, d.state, d.attempts, d.retries, d.error_code, d.error_message,
    coalesce(d.settled_at, d.created_at), d.external_id, d.external_conversation_id, r.batch_id,
    case when d.state = 'not_confirmed' and d.error_code = 'interrupted' then d.claim_id end, d.decided_by, d.dismissed_at,
    d.started_at, d.duration_ms, d.status_code, d.response_excerpt
  from former_deliveries d left join former_requests r on r.company_id = d.company_id and r.message_id = d.message_id
  where d.state not in ('queued', 'sending', 'delayed');
create unique index deliveries_external on deliveries (company_id, channel_id, external_id) where external_id is not null;
create index deliveries_undelivered on deliveries (company_id, conversation_id)
  where state in ('failed', 'not_confirmed') and dismissed_at is null;
drop table former_deliveries, former_requests;

-- Every delivery as it is shown, settled or not. Asked for by company, conversation and message.
create view all_deliveries as
  select o.company_id, o.conversation_id, o.message_id, o.channel_id, case when c.is_sending then 'sending' else o.state end as state,
    o.is_next, o.due_at, o.attempts + c.is_sending::integer as attempts, o.retries, o.error_code, o.error_message, o.batch_id,
    null::timestamptz as settled_at, null::text as external_id, o.external_conversation_id, null::bigint as decided_by,
    null::timestamptz as dismissed_at
  from outbox o cross join lateral (select exists (
    select from delivery_claims k where k.company_id = o.company_id and o.message_id = any(k.messages)) as is_sending offset 0) c
  union all
  select d.company_id, d.conversation_id, d.message_id, d.channel_id, d.state, false, null, d.attempts, d.retries, d.error_code, d.error_message,
    d.batch_id, d.settled_at, d.external_id, d.external_conversation_id, d.decided_by, d.dismissed_at
  from deliveries d;

-- What did not simply arrive, until somebody has dealt with it.
create view undelivered_messages as
  select o.company_id, o.conversation_id, o.message_id, o.state from outbox o
  where o.state = 'delayed' and not exists (
    select from delivery_claims k where k.company_id = o.company_id and o.message_id = any(k.messages))
  union all
  select d.company_id, d.conversation_id, d.message_id, d.state from deliveries d
  where d.state in ('failed', 'not_confirmed') and d.dismissed_at is null;

-- Of a channel without trouble nothing is read when its messages arrive.
create index lanes_troubled on lanes (company_id, channel_id) where window_started_at is not null;

drop function if exists choose_lanes(bigint), claim_heads(bigint, bigint[], integer[], integer),
  start_attempts(bigint, uuid, integer, bigint[], bigint[], integer[], bytea), expired_leases(integer),
  complete_deliveries(bigint[], json), is_only_attempt(finished_attempt);
drop type finished_attempt;
-- One attempt's end while complete_attempts() works on it, in this order.
create type finished_attempt as (
  number integer, company_id bigint, claim_id uuid, message_id bigint, conversation_id bigint, channel_id bigint, inbox_id bigint,
  attempt integer, started_at timestamptz, duration_ms integer, status_code integer, state text, is_settled boolean, error_code text,
  error_message text, external_id text, external_conversation_id text, delay_ms bigint, pause_ms bigint, excerpt text,
  is_healthy boolean, is_late boolean, batch_id uuid, kept_conversation_id text, is_external_id_taken boolean, owner_id bigint,
  number_drawn bigint, event bigint
);
