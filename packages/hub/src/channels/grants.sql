-- The tokens that an authorization server issued for one channel, or for several that share them.

-- A token is renewed five minutes before its end, and a short-lived one when two thirds of its time have passed.
create or replace function renewal_of(p_obtained timestamptz, p_lifetime double precision) returns timestamptz language sql immutable as $$
  select p_obtained + make_interval(secs => p_lifetime - least(300, p_lifetime / 3))
$$;

-- Stores a grant: a new one, or new tokens of one that exists: that with the id, or that of the same owner (p_type's channels share it).
-- Returns its id.
-- g: {company, id, access_token, refresh_token|null, login|null (hex), lifetime|null, owner_id|null, owner_name|null}
create or replace function save_grant(g jsonb, p_type bigint) returns bigint language plpgsql as $$
declare
  company bigint := (g->>'company')::bigint;
  lifetime double precision := (g->>'lifetime')::double precision;
begin
  insert into oauth_grants as x (company_id, id, channel_type_id, sealed_access_token, sealed_refresh_token, sealed_login, owner_id,
      owner_name, expires_at, renew_at)
    values (company, (g->>'id')::bigint, p_type, decode(g->>'access_token', 'hex'), decode(g->>'refresh_token', 'hex'),
      decode(g->>'login', 'hex'), g->>'owner_id', g->>'owner_name', now() + make_interval(secs => lifetime), renewal_of(now(), lifetime))
    on conflict (company_id, id) do update set sealed_access_token = excluded.sealed_access_token,
      sealed_refresh_token = excluded.sealed_refresh_token, sealed_login = excluded.sealed_login, owner_name = excluded.owner_name,
      generation = x.generation + 1, obtained_at = now(), expires_at = excluded.expires_at, renew_at = excluded.renew_at,
      claim_id = null, lease_until = null, failures = 0, last_error = null, ended_at = null;
  return (g->>'id')::bigint;
end $$;

-- Messages that waited for a token are sent as soon as every hub reads the new one (deliveries/targets.ts).
create or replace function hasten_deliveries(p_company bigint, p_grant bigint) returns void language sql as $$
  update outbox o set due_at = least(o.due_at, now() + interval '1100 milliseconds') from channels c
    where c.company_id = p_company and c.oauth_grant_id = p_grant and c.deleted_at is null
      and o.company_id = c.company_id and o.channel_id = c.id and o.state = 'delayed' and o.due_at > now()
      and o.error_code in ('token_refused', 'not_authorized')
$$;

-- The tokens of a grant are to be revoked at the authorization server, where the type has an address for that (oauth/revocations.ts).
create or replace function plan_revocation(p_company bigint, p_grant bigint) returns void language sql as $$
  insert into oauth_revocations (company_id, grant_id, generation, channel_type_id, sealed_access_token, sealed_refresh_token, sealed_login)
    select g.company_id, g.id, g.generation, g.channel_type_id, g.sealed_access_token, g.sealed_refresh_token, g.sealed_login
    from oauth_grants g join channel_types t on t.company_id = g.company_id and t.id = g.channel_type_id
    where g.company_id = p_company and g.id = p_grant and t.oauth2->>'revocation_url' <> ''
    on conflict do nothing
$$;

-- The credential of a channel that is deleted and whose server was told, or is not told. A grant goes with its last channel,
-- and its tokens are revoked.
create or replace function forget_credential(p_company bigint, p_channel bigint) returns void language plpgsql as $$
declare
  p_grant bigint;
begin
  select c.oauth_grant_id into p_grant from channels c where c.company_id = p_company and c.id = p_channel;
  -- of two that go at once the second sees that the first has gone
  perform from oauth_grants g where g.company_id = p_company and g.id = p_grant for update;
  update channels c set sealed_credential = null, oauth_grant_id = null where c.company_id = p_company and c.id = p_channel;
  if exists (select from channels c where c.company_id = p_company and c.oauth_grant_id = p_grant) then
    return;
  end if;
  perform plan_revocation(p_company, p_grant);
  delete from oauth_grants g where g.company_id = p_company and g.id = p_grant;
end $$;
