-- A message in a claim may be in flight.

create or replace function is_sending(p_company bigint, p_message bigint) returns boolean language sql stable as $$
  select exists (select from delivery_claims k where k.company_id = p_company and p_message = any(k.messages))
$$;

-- Takes messages whose attempts have ended out of a claim. The company's counter row is held.
create or replace function remove_from_claim(p_company bigint, p_claim uuid, p_messages bigint[]) returns void
language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  remaining record;
begin
  select array_agg(u.message_id order by u.n) as messages, array_agg(u.conversation_id order by u.n) as conversations,
      array_agg(u.channel_id order by u.n) as channels into remaining
    from delivery_claims k
    cross join lateral unnest(k.messages, k.conversations, k.channels) with ordinality as u(message_id, conversation_id, channel_id, n)
    where k.company_id = p_company and k.id = p_claim and u.message_id not in (select unnest(p_messages));
  if remaining.messages is null then
    delete from delivery_claims k where k.company_id = p_company and k.id = p_claim;
  else
    update delivery_claims k
      set messages = remaining.messages, conversations = remaining.conversations, channels = remaining.channels
      where k.company_id = p_company and k.id = p_claim;
  end if;
end $$;
