-- Spends single-use tokens, TokenToSpend[] (token.ts). Returns the i of tokens that were spent before and of tokens that have
-- expired. Expiry is by the database's clock: by a slower clock a token whose row was deleted here would pass once more. Deletes
-- rows of tokens that expired longer ago than a call can take.
create or replace function spend_single_use_tokens(tokens json, out replayed integer[], out expired integer[]) language plpgsql as $$
declare
  clock timestamptz := clock_timestamp();
  t record;
begin
  replayed := '{}';
  expired := '{}';
  for t in
    select * from json_to_recordset(tokens) as t(i integer, company_id bigint, channel_id bigint, jti text, exp float8)
    order by company_id, i
  loop
    if to_timestamp(t.exp) < clock - interval ':token_leeway_seconds seconds' then
      expired := expired || t.i;
      continue;
    end if;
    delete from channel_token_uses
      where company_id = t.company_id and channel_id = t.channel_id and expires_at < clock - interval '5 minutes';
    insert into channel_token_uses (company_id, channel_id, jti, expires_at)
      select c.company_id, c.id, t.jti, to_timestamp(t.exp) from channels c where c.company_id = t.company_id and c.id = t.channel_id
      on conflict (company_id, channel_id, jti) do nothing;
    if not found then
      replayed := replayed || t.i;
    end if;
  end loop;
end $$;
