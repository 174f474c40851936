-- What people and integrations change of contacts. Each change writes one `contact_changed`. Whoever writes is recognised by
-- recognise_contact (recognise.sql), which takes the same lock.

-- p_sources, p_handles: of each handle, each once
-- outcome: created | handle_taken (contact_id: the one that has a handle)
create or replace function create_contact(p_company bigint, p_actor text, p_actor_id bigint, p_name text, p_description text, p_links text[],
  p_sources text[], p_handles text[], out outcome text, out contact_id bigint) language plpgsql as $$
#variable_conflict use_column
begin
  perform 1 from counters c where c.company_id = p_company for update;
  select h.contact_id into contact_id from unnest(p_sources, p_handles) as x(source, handle)
    join contact_handles h on h.company_id = p_company and h.source = x.source and h.handle = x.handle and h.owner_id is null limit 1;
  if contact_id is not null then
    outcome := 'handle_taken';
    return;
  end if;
  update counters c set last_number = c.last_number + 1 where c.company_id = p_company returning c.last_number into contact_id;
  insert into contacts (company_id, id, name, description, links, is_made_by_hand, created_at, updated_at)
    values (p_company, create_contact.contact_id, p_name, p_description, p_links, true, clock_timestamp(), clock_timestamp());
  insert into contact_handles (company_id, source, handle, contact_id)
    select p_company, x.source, x.handle, create_contact.contact_id from unnest(p_sources, p_handles) as x(source, handle);
  perform write_contact_event(p_company, p_actor, p_actor_id);
  outcome := 'created';
end $$;

create or replace function write_contact_event(p_company bigint, p_actor text, p_actor_id bigint) returns void language sql as $$
  select write_event(p_company, 'contact_changed', p_actor, p_actor_id)
$$;

-- p_change: the fields that are set: name, description, links. A name of theirs is nobody's report: channel servers are not told it.
-- outcome: changed | unchanged | no_contact
create or replace function change_contact(p_company bigint, p_actor text, p_actor_id bigint, p_contact bigint, p_change jsonb) returns text
language plpgsql as $$
declare
  was contacts;
  becomes contacts;
  changed_at timestamptz;
begin
  perform 1 from counters c where c.company_id = p_company for update;
  changed_at := clock_timestamp();
  select c.* into was from contacts c where c.company_id = p_company and c.id = p_contact;
  if not found then return 'no_contact'; end if;
  becomes := jsonb_populate_record(was, p_change);
  if (becomes.name, becomes.description, becomes.links) is not distinct from (was.name, was.description, was.links) then
    return 'unchanged';
  end if;
  update contacts c set name = becomes.name, description = becomes.description, links = becomes.links, updated_at = changed_at,
      named_by = case when becomes.name is distinct from was.name then null else c.named_by end
    where c.company_id = p_company and c.id = p_contact;
  perform write_contact_event(p_company, p_actor, p_actor_id);
  return 'changed';
end $$;

-- Its conversations stay, with the handle and name that they have; who writes again becomes a contact anew.
-- outcome: deleted | no_contact
create or replace function delete_contact(p_company bigint, p_actor text, p_actor_id bigint, p_contact bigint) returns text
language plpgsql as $$
begin
  perform 1 from counters c where c.company_id = p_company for update;
  if not exists (select from contacts c where c.company_id = p_company and c.id = p_contact) then return 'no_contact'; end if;
  update conversations c set contact_id = null where c.company_id = p_company and c.contact_id = p_contact;
  delete from contacts c where c.company_id = p_company and c.id = p_contact;
  perform write_contact_event(p_company, p_actor, p_actor_id);
  return 'deleted';
end $$;

-- outcome: given | known | no_contact | other_contact
create or replace function add_contact_handle(p_company bigint, p_actor text, p_actor_id bigint, p_contact bigint, p_source text, p_handle text)
returns text language plpgsql as $$
declare
  outcome text := give_handle(p_company, p_contact, p_source, p_handle);
  changed_at timestamptz := clock_timestamp();
begin
  if outcome = 'given' then
    update contacts c set updated_at = changed_at where c.company_id = p_company and c.id = p_contact;
    perform write_contact_event(p_company, p_actor, p_actor_id);
  end if;
  return outcome;
end $$;

-- p_force: the last handle goes with the contact.
-- outcome: removed | deleted | no_handle | last_handle | no_contact
create or replace function remove_contact_handle(p_company bigint, p_actor text, p_actor_id bigint, p_contact bigint, p_source text,
  p_handle text, p_force boolean) returns text language plpgsql as $$
declare
  handles integer;
  changed_at timestamptz;
begin
  perform 1 from counters c where c.company_id = p_company for update;
  changed_at := clock_timestamp();
  if not exists (select from contacts c where c.company_id = p_company and c.id = p_contact) then return 'no_contact'; end if;
  if not exists (select from contact_handles h where h.company_id = p_company and h.contact_id = p_contact and h.source = p_source
      and h.handle = p_handle and h.owner_id is null) then
    return 'no_handle';
  end if;
  select count(*) into handles from contact_handles h where h.company_id = p_company and h.contact_id = p_contact;
  if handles = 1 then
    if not p_force then return 'last_handle'; end if;
    return delete_contact(p_company, p_actor, p_actor_id, p_contact);
  end if;
  delete from contact_handles h where h.company_id = p_company and h.contact_id = p_contact and h.source = p_source
    and h.handle = p_handle and h.owner_id is null;
  update contacts c set updated_at = changed_at where c.company_id = p_company and c.id = p_contact;
  perform write_contact_event(p_company, p_actor, p_actor_id);
  return 'removed';
end $$;
