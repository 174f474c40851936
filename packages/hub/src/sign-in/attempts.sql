-- Counts an attempt under a key. Returns the seconds to wait, 0 when it may continue. A window is a minute.
create or replace function take_sign_in_attempt(p_key bytea, p_limit integer) returns integer language sql as $$
  insert into directory.sign_in_attempts as a (key, window_started_at, attempts) values (p_key, now(), 1)
  on conflict (key) do update set
    attempts = case when a.window_started_at > now() - interval '1 minute' then a.attempts + 1 else 1 end,
    window_started_at = case when a.window_started_at > now() - interval '1 minute' then a.window_started_at else now() end
  returning case when attempts > p_limit
    then greatest(1, ceil(60 - extract(epoch from now() - window_started_at)))::integer else 0 end
$$;
