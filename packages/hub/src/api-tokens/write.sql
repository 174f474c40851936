-- API tokens: the hash lies in the directory, because a token names no company; the rest is the company's.
create or replace function create_api_token(
  p_company bigint, p_name text, p_hash bytea, p_hint text, p_actor text, p_actor_id bigint
) returns bigint language plpgsql as $$
declare
  n bigint;
begin
  select last_number into n from counters where company_id = p_company for update;
  perform require_admin(p_company, p_actor, p_actor_id);
  insert into api_tokens (company_id, id, name, hint, created_by)
    values (p_company, n + 1, p_name, p_hint, responsible_for(p_company, p_actor, p_actor_id));
  insert into directory.api_tokens (token_hash, company_id, api_token_id) values (p_hash, p_company, n + 1);
  update counters set last_number = n + 1 where company_id = p_company;
  return n + 1;
end $$;

-- The one whose right a caller acts with: the teammate, or the maker of the token, or the token that made the token.
create or replace function responsible_for(p_company bigint, p_actor text, p_actor_id bigint) returns bigint language sql stable as $$
  select case p_actor when 'teammate' then p_actor_id
    when 'api' then (select t.created_by from api_tokens t where t.company_id = p_company and t.id = p_actor_id) end
$$;

create or replace function delete_api_token(p_company bigint, p_token bigint) returns boolean language plpgsql as $$
begin
  delete from directory.api_tokens d where d.company_id = p_company and d.api_token_id = p_token;
  delete from api_tokens t where t.company_id = p_company and t.id = p_token;
  return found;
end $$;
