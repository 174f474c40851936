-- Consumers that were ever registered: a new one begins at the present of every company.
create table directory.consumers (
  name text primary key,
  registered_at timestamptz not null default now()
);

-- How far a consumer has come in a company's events. Without a row it stands at 0.
create table consumer_cursors (
  company_id bigint not null references companies (company_id),
  consumer text not null,
  last_event bigint not null default 0,
  -- in a row, on the event after last_event
  failures integer not null default 0,
  retry_at timestamptz,
  primary key (company_id, consumer)
) with (fillfactor = 50);
