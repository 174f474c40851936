-- Creates many outbound messages, of one company or several, in one transaction: the counter row of a company is held until
-- commit, so one commit for each message would be one message for each write to the disk.
--   companies  every company in batch: their counter rows are locked first, in order
--   batch      parameters of create_outbound_message
create or replace function create_outbound_messages(companies bigint[], batch jsonb)
returns table (i integer, outcome text, message_id bigint, conversation_id bigint, channel_id bigint)
language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
begin
  perform 1 from counters c where c.company_id = any(companies) order by c.company_id for update;
  return query
    select x.i::integer - 1, o.outcome, o.message_id, o.conversation_id, o.channel_id
    from jsonb_array_elements(batch) with ordinality x(p, i)
    cross join lateral create_outbound_message(x.p) o;
end $$;
