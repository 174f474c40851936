-- Refuses (PT403) what is asked for as an admin who is none any more, or by an API token that is gone. The caller holds the
-- company's counter row, under which rights end: the door was passed before, and to wait for the row may take seconds.
create or replace function require_admin(p_company bigint, p_actor text, p_actor_id bigint) returns void language plpgsql as $$
begin
  if p_actor = 'teammate' and not exists (
      select from teammates t where t.company_id = p_company and t.id = p_actor_id and t.is_admin and not t.is_blocked)
    or p_actor = 'api' and not exists (select from api_tokens t where t.company_id = p_company and t.id = p_actor_id) then
    raise exception 'the right to do this has ended' using errcode = 'PT403';
  end if;
end $$;
