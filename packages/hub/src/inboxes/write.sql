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

-- The caller holds the company's counter row.
create or replace function write_inbox_event(p_company bigint, p_inbox bigint, p_actor text, p_actor_id bigint)
returns void language sql as $$
  select write_event(p_company, 'inbox', p_actor, p_actor_id, target_kind => 'inbox', target => p_inbox,
    data => jsonb_build_object('inbox_id', p_inbox))
$$;
