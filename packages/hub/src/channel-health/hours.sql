-- Counts the attempts of a batch of events, by channel and hour. An event of the system about a delivery is one attempt; the
-- attempt itself is read for its duration.
create or replace function count_channel_attempts(p_company bigint, p_after bigint, p_up_to bigint) returns void language sql as $$
  insert into channel_hours as h (company_id, channel_id, hour, sent, failed, not_confirmed, delayed, latencies)
    select p_company, a.channel_id, a.hour, count(*) filter (where a.state = 'sent'), count(*) filter (where a.state = 'failed'),
      count(*) filter (where a.state = 'not_confirmed'), count(*) filter (where a.state = 'delayed'),
      array[count(*) filter (where a.ms < 100), count(*) filter (where a.ms between 100 and 299),
        count(*) filter (where a.ms between 300 and 999), count(*) filter (where a.ms between 1000 and 2999),
        count(*) filter (where a.ms >= 3000)]::integer[]
    from (
      select m.channel_id, date_trunc('hour', e.emitted_at, 'UTC') as hour, e.data->>'state' as state,
        case when latest.status_code is not null then latest.duration_ms end as ms
      from events e
      cross join lateral (
        select x.channel_id from messages x where x.company_id = p_company and x.id = e.message_id) m
      left join lateral (
        select d.duration_ms, d.status_code from deliveries d
          where d.company_id = p_company and d.message_id = e.message_id and d.started_at is not null
        union all
        (select t.duration_ms, t.status_code from delivery_attempts t
          where t.company_id = p_company and t.message_id = e.message_id order by t.number desc limit 1)
        limit 1) latest on true
      where e.company_id = p_company and e.number > p_after and e.number <= p_up_to and e.type in ('delivery', 'sending_error')
        and e.actor = 'system' and e.data->>'state' in ('sent', 'failed', 'not_confirmed', 'delayed')) a
    group by a.channel_id, a.hour order by a.channel_id, a.hour
    on conflict (company_id, channel_id, hour) do update set sent = h.sent + excluded.sent, failed = h.failed + excluded.failed,
      not_confirmed = h.not_confirmed + excluded.not_confirmed, delayed = h.delayed + excluded.delayed,
      latencies = array(select a + b from unnest(h.latencies, excluded.latencies) as t(a, b))
$$;

-- Stops or starts a channel's deliveries. What is in flight ends; what is created waits.
-- outcome: changed | unchanged | no_channel
create or replace function set_channel_stopped(
  p_company bigint, p_channel bigint, p_stopped boolean, p_public_id text, p_actor text, p_actor_id bigint
) returns text language plpgsql as $$
declare
  inbox bigint;
begin
  perform 1 from counters where company_id = p_company for update;
  select c.inbox_id into inbox from channels c where c.company_id = p_company and c.id = p_channel and c.deleted_at is null;
  if not found then
    return 'no_channel';
  end if;
  -- nothing is claimed meanwhile
  perform from delivery_queues q where q.company_id = p_company for update;
  update channel_delivery_states l set stopped_at = case when p_stopped then now() end
    where l.company_id = p_company and l.channel_id = p_channel and (l.stopped_at is not null) <> p_stopped;
  if not found then
    return 'unchanged';
  end if;
  perform write_channel_event(p_company, inbox, p_public_id, p_actor, p_actor_id);
  return 'changed';
end $$;
