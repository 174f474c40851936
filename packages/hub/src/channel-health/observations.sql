-- Stores what a hub has seen of channels' credentials since the last time (observations.ts). Rows are written in one order, so that
-- two hubs never wait for each other; what belongs to no channel or secret any more is left out. Times are ages in seconds, so
-- that a hub's wrong clock does not matter.
create or replace function record_observations(p jsonb) returns void language sql as $$
  insert into channel_clocks as k (company_id, channel_id, measured_by, ahead_ms, issued_at, seen_at)
    select x.company, x.channel, x.measured_by, x.ahead_ms, x.issued_at, now() - make_interval(secs => x.ago)
    from jsonb_to_recordset(p->'clocks') as x(company bigint, channel bigint, measured_by text, ahead_ms bigint,
      issued_at double precision, is_expired boolean, ago double precision)
    join channels c on c.company_id = x.company and c.id = x.channel
    where not x.is_expired or not exists (
      select from channel_clocks k where k.company_id = x.company and k.channel_id = x.channel and k.measured_by = x.measured_by
        and k.issued_at >= x.issued_at)
    order by 1, 2, 3
    on conflict (company_id, channel_id, measured_by) do update set ahead_ms = excluded.ahead_ms, issued_at = excluded.issued_at,
      seen_at = excluded.seen_at
      -- an older token is one that was made before, unless the server's clock went back: none lives so long
      where excluded.issued_at is null or excluded.issued_at > k.issued_at or k.seen_at < now() - interval '10 minutes';

  insert into channel_token_failures as f (company_id, channel_id, hour, code, failures, last_at)
    select x.company, x.channel, date_trunc('hour', now() - make_interval(secs => x.ago), 'UTC'), x.code, x.failures,
      now() - make_interval(secs => x.ago)
    from jsonb_to_recordset(p->'failures') as x(company bigint, channel bigint, code text, failures integer, ago double precision)
    join channels c on c.company_id = x.company and c.id = x.channel
    order by 1, 2, 3, 4
    on conflict (company_id, channel_id, hour, code) do update set failures = least(f.failures::bigint + excluded.failures, 2147483647),
      last_at = greatest(f.last_at, excluded.last_at);

  insert into channel_type_secret_uses as u (company_id, secret_id, verified_at, signed_at)
    select x.company, x.secret, now() - make_interval(secs => x.verified_ago), now() - make_interval(secs => x.signed_ago)
    from jsonb_to_recordset(p->'uses') as x(company bigint, secret bigint, verified_ago double precision, signed_ago double precision)
    join companies c on c.company_id = x.company
    order by 1, 2
    on conflict (company_id, secret_id) do update set verified_at = greatest(u.verified_at, excluded.verified_at),
      signed_at = greatest(u.signed_at, excluded.signed_at)
$$;
