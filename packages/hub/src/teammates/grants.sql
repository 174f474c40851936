-- Ends every link that waits for an address of the company.
create or replace function end_invitations(p_company bigint, p_email text) returns void language sql as $$
  update invitations i set ended_at = now()
    where i.company_id = p_company and i.email = p_email and i.accepted_at is null and i.ended_at is null
$$;

-- Ends what a teammate made as an admin: links that wait, and API tokens, which may do everything.
create or replace function end_grants_of(p_company bigint, p_teammate bigint) returns void language plpgsql as $$
begin
  update invitations i set ended_at = now()
    where i.company_id = p_company and i.invited_by = p_teammate and i.accepted_at is null and i.ended_at is null;
  delete from directory.api_tokens d using api_tokens t
    where t.company_id = p_company and t.created_by = p_teammate and d.company_id = p_company and d.api_token_id = t.id;
  delete from api_tokens t where t.company_id = p_company and t.created_by = p_teammate;
end $$;

-- Whether a link is still valid for its purpose: to join while no teammate has that address, or the password of that teammate,
-- while address and rights are unchanged.
create or replace function is_open_invitation(i invitations) returns boolean language sql stable as $$
  select i.accepted_at is null and i.ended_at is null and i.expires_at > now() and case
    when i.teammate_id is null
      then not exists (select 1 from teammates t where t.company_id = i.company_id and t.email = i.email and t.removed_at is null)
    else exists (select 1 from teammates t where t.company_id = i.company_id and t.id = i.teammate_id
      and t.email = i.email and t.is_admin = i.is_admin and not t.is_blocked) end
$$;
