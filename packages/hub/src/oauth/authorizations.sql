-- Admins who were sent to an authorization server. A state works once, for ten minutes, in the session that began it.

-- p: {company, id, state_hash, session_id, teammate, channel_type, channel|null, inbox, name, undo_send_time, verifier} (hex, where bytes)
create or replace function begin_authorization(p jsonb) returns void language plpgsql as $$
begin
  delete from channel_authorizations a
    where a.company_id = (p->>'company')::bigint and a.expires_at < now() - interval '1 hour';
  insert into channel_authorizations (company_id, id, state_hash, teammate_id, session_id, channel_type_id, channel_id, inbox_id, name,
      undo_send_time, sealed_verifier, expires_at)
    values ((p->>'company')::bigint, (p->>'id')::bigint, decode(p->>'state_hash', 'hex'), (p->>'teammate')::bigint, p->>'session_id',
      (p->>'channel_type')::bigint, (p->>'channel')::bigint, (p->>'inbox')::bigint, p->>'name', (p->>'undo_send_time')::integer,
      decode(p->>'verifier', 'hex'), now() + interval '10 minutes');
end $$;

-- Takes the authorization of a state, if this teammate began it in this session: nobody takes it again.
create or replace function take_authorization(p_company bigint, p_state_hash bytea, p_teammate bigint, p_session text)
returns setof channel_authorizations language sql as $$
  update channel_authorizations a set used_at = now()
    where a.company_id = p_company and a.state_hash = p_state_hash and a.teammate_id = p_teammate and a.session_id = p_session
      and a.used_at is null and a.expires_at > now()
    returning a.*
$$;

-- New tokens for a channel that exists, after its server has agreed. Its grant keeps its id; the tokens before them are revoked
-- where the type asks for it.
-- p: {company, channel, grant: see save_grant, grant_id, channel_type, webhook_url, channels: see write_grant_events, actor, actor_id|null}
-- outcome: authorized | no_channel
create or replace function authorize_again(p jsonb) returns text language plpgsql as $$
declare
  company bigint := (p->>'company')::bigint;
  saved bigint;
begin
  perform 1 from counters where company_id = company for update;
  perform 1 from channels c where c.company_id = company and c.id = (p->>'channel')::bigint and c.deleted_at is null;
  if not found then
    return 'no_channel';
  end if;
  perform plan_revocation(company, (p->'grant'->>'id')::bigint) from channel_types t
    where t.company_id = company and t.id = (p->>'channel_type')::bigint and (t.oauth2->>'revokes_replaced')::boolean;
  saved := save_grant(p->'grant', (p->>'channel_type')::bigint);
  update channels c set oauth_grant_id = saved, webhook_url = p->>'webhook_url'
    where c.company_id = company and c.id = (p->>'channel')::bigint;
  perform hasten_deliveries(company, saved);
  perform write_grant_events(company, p->'channels', p->>'actor', (p->>'actor_id')::bigint);
  return 'authorized';
end $$;
