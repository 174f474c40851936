-- The lane of notices. Nobody waits for it: it takes no company lock, keeps no order, and gives up soon.

-- Channels that have a due notice, the longest waiting first. Read-only, across companies.
create or replace function channels_with_due_notices(p_limit integer)
returns table (company_id bigint, channel_id bigint) language sql stable as $$
  with recursive lane(company_id, channel_id, due) as (
    (select n.company_id, n.channel_id, n.next_attempt_at from notices n
      order by n.company_id, n.channel_id, n.next_attempt_at limit 1)
    union all
    select f.company_id, f.channel_id, f.next_attempt_at from lane l cross join lateral (
      select n.company_id, n.channel_id, n.next_attempt_at from notices n
      where (n.company_id, n.channel_id) > (l.company_id, l.channel_id)
      order by n.company_id, n.channel_id, n.next_attempt_at limit 1) f
  )
  select l.company_id, l.channel_id from lane l where l.due <= now() order by l.due limit p_limit
$$;

-- Claims a few due notices of one channel until their lease ends. Those of imports that nobody came to in a quarter of
-- an hour are dropped: the channel has moved on.
create or replace function claim_notices(
  p_company bigint, p_channel bigint, p_claim uuid, p_limit integer, p_lease_seconds integer
) returns table (id bigint, kind text, message_id bigint, attempts integer) language plpgsql as $$
#variable_conflict use_column
declare
  ids bigint[];
begin
  delete from notices n where n.company_id = p_company and n.channel_id = p_channel
    and n.next_attempt_at < now() - interval '15 minutes' and n.kind = 'message_imported';
  select array_agg(x.id) into ids from (
    select n.id from notices n
    where n.company_id = p_company and n.channel_id = p_channel and n.next_attempt_at <= now()
    order by n.next_attempt_at limit p_limit for update skip locked) x;
  return query update notices n
    set claim_id = p_claim, attempts = n.attempts + 1, next_attempt_at = now() + make_interval(secs => p_lease_seconds)
    where n.company_id = p_company and n.id = any(ids)
    returning n.id, n.kind, n.message_id, n.attempts;
end $$;

-- Ends a claim: what is done (or given up) goes, the rest is due again after its delay. A server that was told of its
-- channel's end needs the credential no more, and so do we.
-- p: [{id, again_seconds: number|null}]
create or replace function settle_notices(p_company bigint, p_channel bigint, p_claim uuid, p jsonb)
returns void language plpgsql as $$
declare
  done bigint[];
begin
  update notices n set claim_id = null, next_attempt_at = now() + make_interval(secs => x.again_seconds)
    from jsonb_to_recordset(p) x(id bigint, again_seconds integer)
    where n.company_id = p_company and n.id = x.id and n.claim_id = p_claim and x.again_seconds is not null;
  select array_agg(n.id) into done
    from notices n join jsonb_to_recordset(p) x(id bigint, again_seconds integer) on x.id = n.id
    where n.company_id = p_company and n.claim_id = p_claim and x.again_seconds is null;
  update channels c set sealed_credential = null where c.company_id = p_company and c.id = p_channel and exists (
    select 1 from notices n where n.company_id = c.company_id and n.id = any(done) and n.kind = 'delete');
  delete from notices n where n.company_id = p_company and n.id = any(done);
end $$;
