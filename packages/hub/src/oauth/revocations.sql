-- Takes revocations that are due, of all companies, for a minute: of two hubs each gets others.
create or replace function claim_revocations(p_limit integer)
returns table (company_id bigint, grant_id bigint, generation integer, channel_type_id bigint, sealed_access_token bytea,
  sealed_refresh_token bytea, sealed_login bytea, attempts integer) language sql as $$
  update oauth_revocations r set attempts = r.attempts + 1, due_at = now() + interval '60 seconds'
    from (
      select d.company_id, d.grant_id, d.generation from oauth_revocations d
      where d.due_at <= now() order by d.due_at limit p_limit for update skip locked) x
    where r.company_id = x.company_id and r.grant_id = x.grant_id and r.generation = x.generation
    returning r.company_id, r.grant_id, r.generation, r.channel_type_id, r.sealed_access_token, r.sealed_refresh_token, r.sealed_login,
      r.attempts
$$;

-- p_again_seconds: null, it is done or given up, and the tokens are forgotten.
create or replace function settle_revocation(p_company bigint, p_grant bigint, p_generation integer, p_again_seconds double precision)
returns void language sql as $$
  update oauth_revocations r set due_at = now() + make_interval(secs => p_again_seconds)
    where r.company_id = p_company and r.grant_id = p_grant and r.generation = p_generation and p_again_seconds is not null;
  delete from oauth_revocations r
    where r.company_id = p_company and r.grant_id = p_grant and r.generation = p_generation and p_again_seconds is null
$$;
