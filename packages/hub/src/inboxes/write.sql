-- Inboxes: made, changed, shared. Each writes one `inbox` event; it names no inbox in its column, because readers who lose
-- the inbox must get it too.
create or replace function create_inbox(
  p_company bigint, p_name text, p_is_public boolean, p_teammates bigint[], p_actor text, p_actor_id bigint
) returns bigint language plpgsql as $$
declare
  n bigint;
begin
  update counters set last_number = last_number + 1 where company_id = p_company returning last_number into n;
  insert into inboxes (company_id, id, name, is_public) values (p_company, n, p_name, p_is_public);
  insert into inbox_teammates (company_id, inbox_id, teammate_id)
    select p_company, n, t.id from teammates t where t.company_id = p_company and t.id = any(p_teammates);
  perform write_inbox_event(p_company, n, p_actor, p_actor_id);
  return n;
end $$;

-- null leaves a field as it is. false: there is no such inbox.
create or replace function change_inbox(
  p_company bigint, p_inbox bigint, p_name text, p_is_public boolean, p_remote_images text, p_actor text, p_actor_id bigint
) returns boolean language plpgsql as $$
declare
  was inboxes;
begin
  perform 1 from counters where company_id = p_company for update;
  perform require_admin(p_company, p_actor, p_actor_id);
  select i.* into was from inboxes i where i.company_id = p_company and i.id = p_inbox;
  if not found then
    return false;
  end if;
  if (coalesce(p_name, was.name), coalesce(p_is_public, was.is_public), coalesce(p_remote_images, was.remote_images))
      <> (was.name, was.is_public, was.remote_images) then
    update inboxes i set name = coalesce(p_name, i.name), is_public = coalesce(p_is_public, i.is_public),
        remote_images = coalesce(p_remote_images, i.remote_images)
      where i.company_id = p_company and i.id = p_inbox;
    perform write_inbox_event(p_company, p_inbox, p_actor, p_actor_id);
  end if;
  return true;
end $$;

-- Gives (or takes) access to teammates. false: there is no such inbox.
create or replace function share_inbox(
  p_company bigint, p_inbox bigint, p_teammates bigint[], p_grant boolean, p_actor text, p_actor_id bigint
) returns boolean language plpgsql as $$
begin
  perform 1 from counters where company_id = p_company for update;
  perform require_admin(p_company, p_actor, p_actor_id);
  if not exists (select 1 from inboxes i where i.company_id = p_company and i.id = p_inbox) then
    return false;
  end if;
  if p_grant then
    insert into inbox_teammates (company_id, inbox_id, teammate_id)
      select p_company, p_inbox, t.id from teammates t where t.company_id = p_company and t.id = any(p_teammates)
      on conflict do nothing;
  else
    delete from inbox_teammates m
      where m.company_id = p_company and m.inbox_id = p_inbox and m.teammate_id = any(p_teammates);
  end if;
  if found then
    perform write_inbox_event(p_company, p_inbox, p_actor, p_actor_id);
  end if;
  return true;
end $$;

-- Unassigns some conversations of an inbox from teammates who do not see them any more (p_teammates null: whoever they are),
-- each with its event. Returns how many; none are left when fewer than p_limit.
create or replace function unassign_without_access(
  p_company bigint, p_inbox bigint, p_teammates bigint[], p_limit integer, p_actor text, p_actor_id bigint
) returns integer language plpgsql as $$
declare
  found_ones conversations[];
begin
  perform 1 from counters where company_id = p_company for update;
  select array_agg(x) into found_ones from (
    select c.* from teammates t
      join conversations c on c.company_id = t.company_id and c.assignee_id = t.id and c.inbox_id = p_inbox
      where t.company_id = p_company and t.removed_at is null and (p_teammates is null or t.id = any(p_teammates))
        and not assignee_sees(c) limit p_limit) x;
  update conversations c set assignee_id = null, updated_at = now() from unnest(found_ones) was
    where c.company_id = p_company and c.id = was.id;
  perform write_event(p_company, 'unassign', p_actor, p_actor_id, conversation => was.id, inbox => p_inbox,
      target_kind => 'teammate', target => was.assignee_id, cause => 'inbox', cause_id => p_inbox,
      data => jsonb_build_object('teammate_name', teammate_name(p_company, was.assignee_id)))
    from unnest(found_ones) was;
  return coalesce(cardinality(found_ones), 0);
end $$;

-- The caller holds the company's counter row.
create or replace function write_inbox_event(p_company bigint, p_inbox bigint, p_actor text, p_actor_id bigint)
returns void language sql as $$
  select write_event(p_company, 'inbox', p_actor, p_actor_id, target_kind => 'inbox', target => p_inbox,
    data => jsonb_build_object('inbox_id', p_inbox))
$$;
