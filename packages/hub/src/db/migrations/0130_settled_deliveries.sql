-- What the channel calls a message of ours belongs to its delivery, which the answer changes anyway: the message, with its three
-- indexes, stays as it was written.
alter table deliveries add column external_id text;
update deliveries d set external_id = m.external_id from messages m
  where m.company_id = d.company_id and m.id = d.message_id and m.external_id is not null;
update messages m set external_id = null from deliveries d
  where d.company_id = m.company_id and d.message_id = m.id and m.external_id is not null;
create unique index deliveries_external on deliveries (company_id, channel_id, external_id) where external_id is not null;

-- The first attempt, when it was sent with it: it needs no row in delivery_attempts.
alter table deliveries add column started_at timestamptz, add column duration_ms integer, add column status_code integer,
  add column response_excerpt text;
