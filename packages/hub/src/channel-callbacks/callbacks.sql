-- Callbacks to channel servers beside their messages. No request waits for them: they take no company lock, keep no order across
-- retries, and give up soon.

-- Writes the callbacks of a batch of events: an import leads to message_imported, if the channel wants it; a deleted channel gets
-- only its delete request. An event of an import is caused by its channel (one that is written again after a merge is not), and
-- has the same time as its message.
create or replace function queue_channel_callbacks(p_company bigint, p_after bigint, p_up_to bigint) returns void
language plpgsql as $$
begin
  insert into channel_callbacks (company_id, id, channel_id, kind, message_id, next_attempt_at)
    select p_company, e.message_id, c.id, 'message_imported', m.id, e.emitted_at
    from events e
    join channels c on c.company_id = p_company and c.id = e.actor_id and c.deleted_at is null
    join channel_types t on t.company_id = p_company and t.id = c.channel_type_id and t.wants_message_imported
    left join united_ids u on u.company_id = p_company and u.id = e.message_id
    join messages m on m.company_id = p_company and m.id = coalesce(u.into_id, e.message_id)
    where e.company_id = p_company and e.number > p_after and e.number <= p_up_to
      and e.type in ('inbound', 'outbound', 'out_reply') and e.actor = 'channel' and e.cause = 'channel';

  delete from channel_callbacks b using events e, channels c
    where e.company_id = p_company and e.number > p_after and e.number <= p_up_to and e.type = 'channel'
      and c.company_id = p_company and c.deleted_at = e.emitted_at
      and b.company_id = p_company and b.channel_id = c.id;
  insert into channel_callbacks (company_id, id, channel_id, kind)
    select p_company, c.id, c.id, 'delete'
    from events e
    join channels c on c.company_id = p_company and c.deleted_at = e.emitted_at
    join channel_types t on t.company_id = p_company and t.id = c.channel_type_id and t.wants_delete
    where e.company_id = p_company and e.number > p_after and e.number <= p_up_to and e.type = 'channel';
end $$;

-- Limits due times to ten minutes ahead, the longest lease or delay (outcome.ts): later ones are from a clock that was set back.
create or replace function is_of_other_clock(next_attempt_at timestamptz) returns boolean language sql stable as $$
  select next_attempt_at > now() + interval '10 minutes 1 second'
$$;

-- Channels that have a due callback, the longest waiting first. Read-only, across companies.
create or replace function channels_with_due_callbacks(p_limit integer)
returns table (company_id bigint, channel_id bigint) language sql stable as $$
  with recursive waiting(company_id, channel_id, due) as (
    (select b.company_id, b.channel_id, b.next_attempt_at from channel_callbacks b
      order by b.company_id, b.channel_id, b.next_attempt_at limit 1)
    union all
    select f.company_id, f.channel_id, f.next_attempt_at from waiting l cross join lateral (
      select b.company_id, b.channel_id, b.next_attempt_at from channel_callbacks b
      where (b.company_id, b.channel_id) > (l.company_id, l.channel_id)
      order by b.company_id, b.channel_id, b.next_attempt_at limit 1) f
  )
  select l.company_id, l.channel_id from waiting l where l.due <= now() or is_of_other_clock(l.due) order by l.due limit p_limit
$$;

-- Claims a few due callbacks of one channel until their lease ends. Those of imports that were not claimed within a quarter of
-- an hour are dropped as outdated.
create or replace function claim_callbacks(
  p_company bigint, p_channel bigint, p_claim uuid, p_limit integer, p_lease_seconds integer
) returns table (id bigint, kind text, message_id bigint, attempts integer) language plpgsql as $$
#variable_conflict use_column
declare
  ids bigint[];
begin
  delete from channel_callbacks b where b.company_id = p_company and b.channel_id = p_channel
    and b.next_attempt_at < now() - interval '15 minutes' and b.kind = 'message_imported';
  update channel_callbacks b set next_attempt_at = now()
    where b.company_id = p_company and b.channel_id = p_channel and is_of_other_clock(b.next_attempt_at);
  select array_agg(x.id) into ids from (
    select b.id from channel_callbacks b
    where b.company_id = p_company and b.channel_id = p_channel and b.next_attempt_at <= now()
    order by b.next_attempt_at, b.id limit p_limit for update skip locked) x;
  return query update channel_callbacks b
    set claim_id = p_claim, attempts = b.attempts + 1, next_attempt_at = now() + make_interval(secs => p_lease_seconds)
    where b.company_id = p_company and b.id = any(ids)
    returning b.id, b.kind, b.message_id, b.attempts;
end $$;

-- Ends a claim: finished callbacks are removed, the others are due again after their delay. Once a server was notified of its
-- channel's deletion, the credential is removed.
-- p_settled: SettledCallback[] (queries.ts)
create or replace function settle_callbacks(p_company bigint, p_channel bigint, p_claim uuid, p_settled jsonb)
returns void language plpgsql as $$
declare
  done bigint[];
begin
  update channel_callbacks b set claim_id = null, next_attempt_at = now() + make_interval(secs => x.again_seconds)
    from jsonb_to_recordset(p_settled) x(id bigint, again_seconds integer)
    where b.company_id = p_company and b.id = x.id and b.claim_id = p_claim and x.again_seconds is not null;
  select array_agg(b.id) into done
    from channel_callbacks b join jsonb_to_recordset(p_settled) x(id bigint, again_seconds integer) on x.id = b.id
    where b.company_id = p_company and b.claim_id = p_claim and x.again_seconds is null;
  perform forget_credential(p_company, p_channel) where exists (
    select 1 from channel_callbacks b where b.company_id = p_company and b.id = any(done) and b.kind = 'delete');
  delete from channel_callbacks b where b.company_id = p_company and b.id = any(done);
end $$;
