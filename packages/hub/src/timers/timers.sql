-- Schedules a timer, or moves it to another time. In the caller's transaction: the timer exists when the caller commits.
create or replace function schedule_timer(p_company bigint, p_kind text, p_subject bigint, p_due_at timestamptz)
returns void language sql as $$
  insert into timers as t (company_id, kind, subject, due_at) values (p_company, p_kind, p_subject, p_due_at)
    on conflict (company_id, kind, subject) do update set due_at = excluded.due_at, failures = 0
$$;

-- Takes a company's due timers of one kind, the oldest first. They are removed when the caller commits; timers that another hub has
-- locked are skipped.
create or replace function take_timers(p_company bigint, p_kind text, p_limit integer) returns bigint[] language sql as $$
  with gone as (
    delete from timers t
      where t.company_id = p_company and t.kind = p_kind and t.subject = any(array(
        select d.subject from timers d
        where d.company_id = p_company and d.kind = p_kind and d.due_at <= now()
        order by d.due_at, d.subject limit p_limit for update skip locked))
      returning t.subject
  )
  select array_agg(g.subject order by g.subject) from gone g
$$;

-- Doubles the time until the next attempt after a failure, from a second to five minutes. A timer that was rescheduled or
-- cancelled meanwhile stays unchanged.
create or replace function put_off_timer(p_company bigint, p_kind text, p_subject bigint)
returns table (failures integer, retry_seconds float8) language sql as $$
  update timers t set failures = t.failures + 1,
      due_at = now() + least(interval '5 minutes', interval '1 second' * 2 ^ least(t.failures, 20))
    where t.company_id = p_company and t.kind = p_kind and t.subject = p_subject and t.due_at <= now()
    returning t.failures, extract(epoch from t.due_at - now())::float8
$$;

-- Finds the companies with due timers, by kind; read-only, across companies. next_due_ms: until the next timer, null when there is none.
-- At most p_limit due timers are read; when there are more, the kinds of each company are looked up one by one, so that no company
-- waits behind the backlog of another. A row may appear twice.
create or replace function due_timers(p_kinds text[], p_limit integer)
returns table (kind text, company_id bigint, next_due_ms float8) language plpgsql stable as $$
#variable_conflict use_column
declare
  due integer;
  total integer := 0;
begin
  for kind, company_id, due in
    select d.kind, d.company_id, count(*) from (
        select t.kind, t.company_id from timers t
        where t.due_at <= now() and t.kind = any(p_kinds) order by t.due_at limit p_limit) d
      group by d.kind, d.company_id
  loop
    total := total + due;
    return next;
  end loop;
  if total = p_limit then
    return query
      with recursive first_of_kind(company_id, kind, due_at) as (
        (select t.company_id, t.kind, t.due_at from timers t order by t.company_id, t.kind, t.due_at limit 1)
        union all
        select n.company_id, n.kind, n.due_at from first_of_kind f cross join lateral (
          select t.company_id, t.kind, t.due_at from timers t where (t.company_id, t.kind) > (f.company_id, f.kind)
          order by t.company_id, t.kind, t.due_at limit 1) n
      )
      select f.kind, f.company_id, null::float8 from first_of_kind f where f.due_at <= now() and f.kind = any(p_kinds);
  end if;
  return query
    select null::text, null::bigint, extract(epoch from min(t.due_at) - now())::float8 * 1000 from timers t where t.due_at > now();
end $$;

-- Limits the due times of failed timers to the longest back-off, in case the clock was set back.
create or replace function mend_timers() returns void language sql as $$
  update timers t set due_at = now() where t.failures > 0 and t.due_at > now() + interval '5 minutes'
$$;

-- Counts the due timers of each kind, and the seconds since the oldest was due.
create or replace function timer_lag(p_kinds text[]) returns table (kind text, due integer, seconds float8, failing integer)
language sql stable as $$
  select n.kind, count(t.subject)::integer, coalesce(extract(epoch from now() - min(t.due_at)), 0)::float8,
    (select count(*) from timers f where f.failures > 0 and f.kind = n.kind)::integer
  from unnest(p_kinds) n(kind) left join timers t on t.kind = n.kind and t.due_at <= now()
  group by n.kind
$$;
