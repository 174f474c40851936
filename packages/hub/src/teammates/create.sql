-- The sign-in of a teammate: made, or given a new password, which ends its sessions. p_user: {id, account_id, password_hash}
create or replace function put_sign_in(p_company bigint, p_teammate bigint, p_email text, p_name text, p_user jsonb)
returns void language plpgsql as $$
declare
  known text;
begin
  select s.user_id into known from directory.sign_ins s where s.company_id = p_company and s.teammate_id = p_teammate;
  if found then
    update directory.accounts a set password = p_user->>'password_hash', updated_at = now()
      where a.user_id = known and a.provider_id = 'credential';
    delete from directory.sessions s where s.user_id = known;
    return;
  end if;
  insert into directory.users (id, name, email) values (p_user->>'id', p_name, p_email);
  insert into directory.accounts (id, account_id, provider_id, user_id, password)
    values (p_user->>'account_id', p_user->>'id', 'credential', p_user->>'id', p_user->>'password_hash');
  insert into directory.sign_ins (user_id, company_id, teammate_id) values (p_user->>'id', p_company, p_teammate);
end $$;

-- Makes a teammate, with a sign-in when p.user is set, and uses up an invitation when p.invitation is set; every other link
-- of the address ends. An existing teammate signs in again by an invitation: with a new password, and with their earlier rights.
-- p: {company, email, username, first_name, last_name, is_admin, inbox_ids: [], actor, actor_id|null,
--     user: {id, account_id, password_hash}|null, invitation: id|null}
-- outcome: created | email_taken | invitation_used
create or replace function create_teammate(p jsonb)
returns table (outcome text, teammate_id bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  company bigint := (p->>'company')::bigint;
  known teammates;
  who bigint;
  n bigint;
begin
  select last_number into n from counters where company_id = company for update;
  select t.* into known from teammates t where t.company_id = company and t.email = p->>'email' and t.removed_at is null;
  if (known.id is not null and p->>'invitation' is null)
    or (known.id is null and exists (select 1 from directory.users u where u.email = p->>'email')) then
    return query select 'email_taken', null::bigint; return;
  end if;
  if p->>'invitation' is not null then
    update invitations i set accepted_at = now()
      where i.company_id = company and i.id = (p->>'invitation')::bigint and i.email = p->>'email' and is_open_invitation(i);
    if not found then
      return query select 'invitation_used', null::bigint; return;
    end if;
  end if;
  perform end_invitations(company, p->>'email');

  who := coalesce(known.id, n + 1);
  if known.id is null then
    insert into teammates (company_id, id, email, username, first_name, last_name, is_admin, joined_at_number)
      values (company, who, p->>'email', p->>'username', p->>'first_name', p->>'last_name', (p->>'is_admin')::boolean, n);
    insert into inbox_teammates (company_id, inbox_id, teammate_id)
      select company, i.id, who from inboxes i
      where i.company_id = company and i.id in (select given.id::bigint from jsonb_array_elements_text(p->'inbox_ids') as given(id));
  end if;
  if jsonb_typeof(p->'user') = 'object' then
    perform put_sign_in(company, who, p->>'email', concat_ws(' ', p->>'first_name', p->>'last_name'), p->'user');
  end if;

  update counters set last_number = greatest(n, who) where company_id = company;
  perform write_teammate_event(company, who, p->>'actor', (p->>'actor_id')::bigint);
  return query select 'created', who;
end $$;

-- The caller holds the company's counter row.
create or replace function write_teammate_event(p_company bigint, p_teammate bigint, p_actor text, p_actor_id bigint)
returns void language sql as $$
  select write_event(p_company, 'teammate', p_actor, p_actor_id, target_kind => 'teammate', target => p_teammate,
    data => jsonb_build_object('teammate_id', p_teammate))
$$;
