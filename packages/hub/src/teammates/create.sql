-- Makes a teammate, with a sign-in when p.user is set, and uses up an invitation when p.invitation is set.
-- p: {company, email, username, first_name, last_name, is_admin, inbox_ids: [], actor, actor_id|null,
--     user: {id, account_id, password_hash}|null, invitation: id|null}
-- outcome: created | email_taken | invitation_used
create or replace function create_teammate(p jsonb)
returns table (outcome text, teammate_id bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  co bigint := (p->>'company')::bigint;
  n bigint;
  ev bigint;
begin
  select last_number, last_event into n, ev from counters where company_id = co for update;

  if p->>'invitation' is not null then
    update invitations i set accepted_at = now()
      where i.company_id = co and i.id = (p->>'invitation')::bigint and i.accepted_at is null and i.expires_at > now();
    if not found then
      return query select 'invitation_used', null::bigint; return;
    end if;
  end if;
  if exists (select 1 from teammates t where t.company_id = co and t.email = p->>'email')
    or exists (select 1 from directory.users u where u.email = p->>'email') then
    return query select 'email_taken', null::bigint; return;
  end if;

  insert into teammates (company_id, id, email, username, first_name, last_name, is_admin, joined_at_number)
    values (co, n + 1, p->>'email', p->>'username', p->>'first_name', p->>'last_name', (p->>'is_admin')::boolean, n);
  insert into inbox_teammates (company_id, inbox_id, teammate_id)
    select co, i.id, n + 1 from inboxes i
    where i.company_id = co and i.id in (select id::bigint from jsonb_array_elements_text(p->'inbox_ids') id);

  if jsonb_typeof(p->'user') = 'object' then
    insert into directory.users (id, name, email)
      values (p#>>'{user,id}', concat_ws(' ', p->>'first_name', p->>'last_name'), p->>'email');
    insert into directory.accounts (id, account_id, provider_id, user_id, password)
      values (p#>>'{user,account_id}', p#>>'{user,id}', 'credential', p#>>'{user,id}', p#>>'{user,password_hash}');
    insert into directory.sign_ins (user_id, company_id, teammate_id) values (p#>>'{user,id}', co, n + 1);
  end if;

  insert into events (company_id, number, type, actor, actor_id, target_id, data)
    values (co, ev + 1, 'teammate', p->>'actor', (p->>'actor_id')::bigint, n + 1, jsonb_build_object('teammate_id', n + 1));
  update counters set last_number = n + 1, last_event = ev + 1 where company_id = co;
  return query select 'created', n + 1;
end $$;
