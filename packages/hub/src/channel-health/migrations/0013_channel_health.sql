-- What became of a channel's attempts, hour by hour: a consumer of events counts them, so that no attempt waits for it.
create table channel_hours (
  company_id bigint not null references companies (company_id),
  channel_id bigint not null,
  hour timestamptz not null,
  sent integer not null default 0,
  failed integer not null default 0,
  not_confirmed integer not null default 0,
  delayed integer not null default 0,
  -- attempts that were answered within 100 ms, 300 ms, 1 s, 3 s, 7 s
  latencies integer[] not null default '{0,0,0,0,0}',
  primary key (company_id, channel_id, hour)
);

-- The failed and unconfirmed deliveries of a channel. Only those are in it: a message that is sent costs nothing.
create index deliveries_of_channel_undelivered on deliveries (company_id, channel_id, message_id)
  where state in ('failed', 'not_confirmed');

-- An admin stopped the channel's deliveries.
alter table channel_delivery_states add column stopped_at timestamptz;
