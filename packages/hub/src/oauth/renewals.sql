-- Access tokens are renewed before they expire, and when a server refused one. The lease in the row lets one hub at a time ask for
-- the next: a refresh token that is rotated works once.

-- Grants that are due, of all companies; read-only.
create or replace function due_renewals(p_limit integer) returns table (company_id bigint, grant_id bigint) language sql stable as $$
  select g.company_id, g.id from oauth_grants g
    where g.renew_at <= now() and (g.lease_until is null or g.lease_until < now()) order by g.renew_at limit p_limit
$$;

-- Of two hubs that claim at once the second finds the first one's lease. was_interrupted: a hub claimed before and never finished.
create or replace function claim_renewal(p_company bigint, p_grant bigint, p_claim uuid)
returns table (channel_type_id bigint, sealed_refresh_token bytea, sealed_login bytea, generation integer, failures integer, expired boolean,
  was_interrupted boolean) language plpgsql as $$
#variable_conflict use_column
declare
  before oauth_grants;
begin
  select g.* into before from oauth_grants g where g.company_id = p_company and g.id = p_grant for update;
  if not found or before.renew_at is null or before.renew_at > now() or before.lease_until > now() then
    return;
  end if;
  update oauth_grants g set claim_id = p_claim, lease_until = now() + interval '60 seconds'
    where g.company_id = p_company and g.id = p_grant;
  return query select before.channel_type_id, before.sealed_refresh_token, before.sealed_login, before.generation, before.failures,
    before.expires_at <= now(), before.claim_id is not null;
end $$;

-- Stores what a renewal brought. New tokens count also when the lease has ended meanwhile, as long as nobody else has brought any: the
-- old refresh token may be spent.
-- g: see save_grant, and {generation, claim, channels: see write_grant_events}. What it has no refresh_token or login for stays.
create or replace function finish_renewal(g jsonb) returns boolean language plpgsql as $$
declare
  company bigint := (g->>'company')::bigint;
  lifetime double precision := (g->>'lifetime')::double precision;
  had_trouble boolean;
begin
  perform 1 from counters where company_id = company for update;
  select x.failures > 0 or x.ended_at is not null into had_trouble from oauth_grants x
    where x.company_id = company and x.id = (g->>'id')::bigint
      and (x.generation = (g->>'generation')::integer or x.claim_id = (g->>'claim')::uuid) for update;
  if not found then
    return false;
  end if;
  update oauth_grants x set sealed_access_token = decode(g->>'access_token', 'hex'),
      sealed_refresh_token = coalesce(decode(g->>'refresh_token', 'hex'), x.sealed_refresh_token), generation = x.generation + 1,
      obtained_at = now(), expires_at = now() + make_interval(secs => lifetime), renew_at = renewal_of(now(), lifetime),
      claim_id = null, lease_until = null, failures = 0, last_error = null, ended_at = null
    where x.company_id = company and x.id = (g->>'id')::bigint;
  perform hasten_deliveries(company, (g->>'id')::bigint);
  if had_trouble then
    perform write_grant_events(company, g->'channels', 'system', null);
  end if;
  return true;
end $$;

-- A renewal that brought nothing. p_again_seconds: null, it has ended, and only a person can authorize again.
create or replace function fail_renewal(p_company bigint, p_grant bigint, p_claim uuid, p_error text, p_again_seconds double precision,
  p_channels jsonb) returns boolean language plpgsql as $$
declare
  is_news boolean;
begin
  perform 1 from counters where company_id = p_company for update;
  select g.failures = 0 or p_again_seconds is null into is_news from oauth_grants g
    where g.company_id = p_company and g.id = p_grant and g.claim_id = p_claim for update;
  if not found then
    return false;
  end if;
  update oauth_grants g set claim_id = null, lease_until = null, failures = g.failures + 1, last_error = p_error,
      renew_at = now() + make_interval(secs => p_again_seconds), ended_at = case when p_again_seconds is null then now() end
    where g.company_id = p_company and g.id = p_grant;
  if is_news then
    perform write_grant_events(p_company, p_channels, 'system', null);
  end if;
  return true;
end $$;

-- A server refused the token of this generation: it is renewed now, unless that has just failed. Returns whether it is.
create or replace function refuse_token(p_company bigint, p_grant bigint, p_generation integer) returns boolean language sql as $$
  with refused as (
    update oauth_grants g set renew_at = now()
      where g.company_id = p_company and g.id = p_grant and g.generation = p_generation and g.failures = 0 and g.ended_at is null
        and g.claim_id is null and (g.renew_at is null or g.renew_at > now())
      returning 1)
  select exists (select from refused)
$$;

-- The channels of a grant show how it stands. The caller holds the company's counter row.
-- p_channels: their public ids, by number
create or replace function write_grant_events(p_company bigint, p_channels jsonb, p_actor text, p_actor_id bigint) returns void language sql as $$
  select write_event(p_company, 'channel', p_actor, p_actor_id, inbox => c.inbox_id, data => jsonb_build_object('channel_id', x.value))
    from jsonb_each_text(p_channels) x join channels c on c.company_id = p_company and c.id = x.key::bigint and c.deleted_at is null
$$;
