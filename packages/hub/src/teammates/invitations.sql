create or replace function create_invitation(
  p_company bigint, p_email text, p_is_admin boolean, p_inboxes bigint[], p_invited_by bigint, p_hash bytea, p_expires_at timestamptz
) returns bigint language plpgsql as $$
declare
  n bigint;
begin
  select last_number into n from counters where company_id = p_company for update;
  insert into invitations (company_id, id, email, is_admin, inbox_ids, invited_by, expires_at)
    values (p_company, n + 1, p_email, p_is_admin, p_inboxes, p_invited_by, p_expires_at);
  insert into directory.invitations (token_hash, company_id, invitation_id) values (p_hash, p_company, n + 1);
  update counters set last_number = n + 1 where company_id = p_company;
  return n + 1;
end $$;

create or replace function delete_invitation(p_company bigint, p_invitation bigint) returns boolean language plpgsql as $$
begin
  delete from directory.invitations d where d.company_id = p_company and d.invitation_id = p_invitation;
  delete from invitations i where i.company_id = p_company and i.id = p_invitation;
  return found;
end $$;
