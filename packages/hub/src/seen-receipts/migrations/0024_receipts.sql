-- A message was delivered before it was seen, or is not seen yet. The window of requests is that of POST /messages/{id}/seen.
alter table seen_receipts alter first_seen_at drop not null, add delivered_at timestamptz;

-- Not only failures are reported before the answer that names the message: one report has what was said of it.
alter table early_failures rename to early_reports;
alter table early_reports alter reason drop not null,
  add delivered_at timestamptz, add read_at timestamptz, add and_earlier boolean not null default false;
