-- Refuses (PT403) a caller who is no longer an admin, or a deleted API token. The caller holds the company's counter row, under which
-- rights end: authentication was earlier, and waiting for the row may take seconds.
create or replace function require_admin(p_company bigint, p_actor text, p_actor_id bigint) returns void language plpgsql as $$
begin
  if p_actor = 'teammate' and not exists (
      select from teammates t where t.company_id = p_company and t.id = p_actor_id and t.is_admin and not t.is_blocked)
    or p_actor = 'api' and not exists (select from api_tokens t where t.company_id = p_company and t.id = p_actor_id) then
    raise exception 'the right to do this has ended' using errcode = 'PT403';
  end if;
end $$;
