-- That the customer saw an outbound message (seen-receipts/mark-seen.sql), and how often it was said within the hour that began at
-- window_started_at.
create table seen_receipts (
  company_id bigint not null,
  message_id bigint not null,
  first_seen_at timestamptz not null,
  window_started_at timestamptz not null,
  window_requests integer not null,
  primary key (company_id, message_id)
);
