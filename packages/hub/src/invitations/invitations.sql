-- Makes the one link that an address has in the company. A person who is not a teammate becomes one by it; a teammate chooses a
-- new password and keeps the rights. The second kind can take over an account, so it ends soon.
-- p: {company, email, is_admin, inbox_ids: [], actor, actor_id|null, hash (hex), seconds_to_join, seconds_to_return}
-- outcome: created | email_taken
create or replace function create_invitation(p jsonb)
returns table (outcome text, id bigint, expires_at timestamptz) language plpgsql as $$
#variable_conflict use_column
declare
  company bigint := (p->>'company')::bigint;
  known teammates;
  n bigint;
  until timestamptz;
begin
  select last_number into n from counters where company_id = company for update;
  perform require_admin(company, p->>'actor', (p->>'actor_id')::bigint);
  select t.* into known from teammates t where t.company_id = company and t.email = p->>'email' and t.removed_at is null;
  if known.is_blocked or (known.id is null and exists (select 1 from directory.users u where u.email = p->>'email')) then
    return query select 'email_taken', null::bigint, null::timestamptz; return;
  end if;
  until := now() + make_interval(secs => (p->>case when known.id is null then 'seconds_to_join' else 'seconds_to_return' end)::float8);
  perform end_invitations(company, p->>'email');
  insert into invitations (company_id, id, email, teammate_id, is_admin, inbox_ids, invited_by, expires_at)
    values (company, n + 1, p->>'email', known.id, coalesce(known.is_admin, (p->>'is_admin')::boolean),
      array(select jsonb_array_elements_text(p->'inbox_ids')::bigint), responsible_for(company, p->>'actor', (p->>'actor_id')::bigint), until);
  insert into directory.invitations (token_hash, company_id, invitation_id) values (decode(p->>'hash', 'hex'), company, n + 1);
  update counters set last_number = n + 1 where company_id = company;
  return query select 'created', n + 1, until;
end $$;

-- Keeps accepted invitations, so that their link still reports that it was used.
create or replace function delete_invitation(p_company bigint, p_invitation bigint) returns boolean language plpgsql as $$
begin
  delete from invitations i where i.company_id = p_company and i.id = p_invitation and i.accepted_at is null;
  if not found then
    return false;
  end if;
  delete from directory.invitations d where d.company_id = p_company and d.invitation_id = p_invitation;
  return true;
end $$;
