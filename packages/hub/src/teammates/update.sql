-- Changes a teammate; null leaves a field as it is. Other rights end the links for the teammate; fewer end what the teammate
-- made as an admin, too; blocking ends the sign-ins. A company keeps one admin who can sign in.
-- p: {company, teammate, username, first_name, last_name, is_available, is_admin, is_blocked, preferences, actor, actor_id}
-- outcome: changed | no_teammate | last_admin
create or replace function update_teammate(p jsonb) returns text language plpgsql as $$
declare
  company bigint := (p->>'company')::bigint;
  who bigint := (p->>'teammate')::bigint;
  before teammates;
  now_is teammates;
begin
  perform 1 from counters where company_id = company for update;
  if p ? 'is_admin' or p ? 'is_blocked' then
    perform require_admin(company, p->>'actor', (p->>'actor_id')::bigint);
  end if;
  select t.* into before from teammates t where t.company_id = company and t.id = who and t.removed_at is null;
  if not found then
    return 'no_teammate';
  end if;
  if ((p->>'is_admin')::boolean = false or (p->>'is_blocked')::boolean)
    and exists (select 1 from teammates t where t.company_id = company and t.id = who and t.is_admin)
    and not exists (select 1 from teammates t where t.company_id = company and t.id <> who and t.is_admin and not t.is_blocked) then
    return 'last_admin';
  end if;
  update teammates t set
      username = coalesce(p->>'username', t.username),
      first_name = coalesce(p->>'first_name', t.first_name),
      last_name = coalesce(p->>'last_name', t.last_name),
      is_available = coalesce((p->>'is_available')::boolean, t.is_available),
      is_admin = coalesce((p->>'is_admin')::boolean, t.is_admin),
      is_blocked = coalesce((p->>'is_blocked')::boolean, t.is_blocked),
      preferences = t.preferences || coalesce(nullif(p->'preferences', 'null'), '{}')
    where t.company_id = company and t.id = who returning t.* into now_is;
  if (p->>'is_admin')::boolean <> before.is_admin or (p->>'is_blocked')::boolean <> before.is_blocked then
    perform end_invitations(company, before.email);
  end if;
  if (p->>'is_blocked')::boolean or (p->>'is_admin')::boolean = false then
    perform end_grants_of(company, who);
  end if;
  if (p->>'is_blocked')::boolean then
    delete from directory.sessions s using directory.sign_ins l
      where l.company_id = company and l.teammate_id = who and s.user_id = l.user_id;
  end if;
  if now_is <> before then
    perform write_teammate_event(company, who, p->>'actor', (p->>'actor_id')::bigint);
  end if;
  return 'changed';
end $$;
