-- The newest place that a message of the company was given in threads and lists. The next one stands behind it, also when the
-- clock has gone back (a fail-over to a node with another clock): clocks only describe.
alter table counters add column last_place timestamptz not null default '-infinity';
update counters k set last_place = x.newest
  from (select company_id, max(last_message_at) as newest from conversations group by company_id) x
  where x.company_id = k.company_id;
