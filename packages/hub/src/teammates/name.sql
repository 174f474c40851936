-- The current name of a teammate.
create or replace function teammate_name(company bigint, teammate bigint) returns text language sql stable as $$
  select concat_ws(' ', nullif(t.first_name, ''), nullif(t.last_name, '')) from teammates t where t.company_id = company and t.id = teammate
$$;
