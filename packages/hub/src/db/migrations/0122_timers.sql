-- What happens at a time: one row for each (kind, subject), so that scheduling again replaces.
create table timers (
  company_id bigint not null references companies (company_id),
  kind text not null,
  subject bigint not null,
  due_at timestamptz not null,
  -- that failed, in a row
  failures integer not null default 0,
  primary key (company_id, kind, subject)
) with (fillfactor = 80);
create index timers_due on timers (due_at);
create index timers_of_kind on timers (company_id, kind, due_at, subject);
create index timers_failed on timers (due_at) where failures > 0;

-- Each company clears away what has expired once a day, not all of them at once.
insert into timers (company_id, kind, subject, due_at)
  select company_id, 'expired-rows', 0, now() + random() * interval '1 day' from companies;
