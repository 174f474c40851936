-- Tags and their changes. Each change that changes something writes one `tag_changed`; a deleted tag writes none for the conversations
-- that had it, which may be many.

-- outcome: created | name_taken | no_parent | too_deep. tag_id: the new one, or the one that has the name.
create or replace function create_tag(p_company bigint, p_actor text, p_actor_id bigint, p_team bigint, p_name text, p_description text,
  p_highlight text, p_is_visible boolean, p_parent bigint, out outcome text, out tag_id bigint) language plpgsql as $$
#variable_conflict use_variable
declare
  created_at timestamptz;
begin
  perform 1 from counters c where c.company_id = p_company for update;
  created_at := clock_timestamp();
  if p_parent is not null and not exists (select from tags t where t.company_id = p_company and t.id = p_parent) then
    outcome := 'no_parent';
    return;
  end if;
  select t.id into tag_id from tags t
    where t.company_id = p_company and coalesce(t.team_id, 0) = coalesce(p_team, 0) and lower(t.name) = lower(p_name);
  if found then
    outcome := 'name_taken';
    return;
  end if;
  if cardinality(ancestors_of_tag(p_company, p_parent)) >= :most_tag_levels then
    outcome := 'too_deep';
    return;
  end if;
  update counters c set last_number = c.last_number + 1 where c.company_id = p_company returning c.last_number into tag_id;
  insert into tags (company_id, id, team_id, name, description, highlight, is_visible_in_conversation_lists, parent_id, created_at, updated_at)
    values (p_company, tag_id, p_team, p_name, p_description, p_highlight, p_is_visible, p_parent, created_at, created_at);
  perform write_tag_event(p_company, tag_id, p_actor, p_actor_id);
  outcome := 'created';
end $$;

create or replace function write_tag_event(p_company bigint, p_tag bigint, p_actor text, p_actor_id bigint) returns void language sql as $$
  select write_event(p_company, 'tag_changed', p_actor, p_actor_id, target_kind => 'tag', target => p_tag)
$$;

-- A tag, its parent, the parent's parent and so on; empty for null.
create or replace function ancestors_of_tag(p_company bigint, p_tag bigint) returns bigint[] language sql stable as $$
  with recursive up as (
    select t.id, t.parent_id from tags t where t.company_id = p_company and t.id = p_tag
    union all
    select t.id, t.parent_id from up join tags t on t.company_id = p_company and t.id = up.parent_id)
  select coalesce(array_agg(up.id), array[]::bigint[]) from up
$$;

-- The number of levels from a tag down to its deepest descendant.
create or replace function levels_below_tag(p_company bigint, p_tag bigint) returns integer language sql stable as $$
  with recursive down as (
    select p_tag as id, 1 as level
    union all
    select t.id, down.level + 1 from down join tags t on t.company_id = p_company and t.parent_id = down.id)
  select max(down.level) from down
$$;

-- p_change: the fields that are set, with null where one is emptied: name, description, highlight, is_visible_in_conversation_lists, parent_id
-- outcome: changed | unchanged | no_tag | name_taken | no_parent | own_descendant | too_deep
create or replace function change_tag(p_company bigint, p_actor text, p_actor_id bigint, p_tag bigint, p_change jsonb) returns text
language plpgsql as $$
declare
  was tags;
  becomes tags;
  parents bigint[];
  changed_at timestamptz;
begin
  perform 1 from counters c where c.company_id = p_company for update;
  changed_at := clock_timestamp();
  perform require_admin(p_company, p_actor, p_actor_id);
  select t.* into was from tags t where t.company_id = p_company and t.id = p_tag;
  if not found then return 'no_tag'; end if;
  becomes := jsonb_populate_record(was, p_change);
  if becomes is not distinct from was then return 'unchanged'; end if;
  if exists (select from tags t where t.company_id = p_company and t.id <> p_tag
      and coalesce(t.team_id, 0) = coalesce(was.team_id, 0) and lower(t.name) = lower(becomes.name)) then
    return 'name_taken';
  end if;
  if becomes.parent_id is distinct from was.parent_id and becomes.parent_id is not null then
    parents := ancestors_of_tag(p_company, becomes.parent_id);
    if cardinality(parents) = 0 then return 'no_parent'; end if;
    if p_tag = any(parents) then return 'own_descendant'; end if;
    if cardinality(parents) + levels_below_tag(p_company, p_tag) > :most_tag_levels then return 'too_deep'; end if;
  end if;
  update tags t set name = becomes.name, description = becomes.description, highlight = becomes.highlight,
      is_visible_in_conversation_lists = becomes.is_visible_in_conversation_lists, parent_id = becomes.parent_id,
      updated_at = changed_at
    where t.company_id = p_company and t.id = p_tag;
  perform write_tag_event(p_company, p_tag, p_actor, p_actor_id);
  return 'changed';
end $$;

-- Its children get its parent.
-- outcome: deleted | no_tag
create or replace function delete_tag(p_company bigint, p_actor text, p_actor_id bigint, p_tag bigint) returns text language plpgsql as $$
declare
  was tags;
  changed_at timestamptz;
begin
  perform 1 from counters c where c.company_id = p_company for update;
  changed_at := clock_timestamp();
  perform require_admin(p_company, p_actor, p_actor_id);
  select t.* into was from tags t where t.company_id = p_company and t.id = p_tag;
  if not found then return 'no_tag'; end if;
  update tags t set parent_id = was.parent_id, updated_at = changed_at where t.company_id = p_company and t.parent_id = p_tag;
  delete from tags t where t.company_id = p_company and t.id = p_tag;
  perform write_tag_event(p_company, p_tag, p_actor, p_actor_id);
  return 'deleted';
end $$;

-- Adds and removes tags; those that there are not (any more) and those that it has, or has not, change nothing. One event each.
-- outcome: changed | unchanged | no_conversation
create or replace function tag_conversation(
  p_company bigint, p_conversation bigint, p_actor text, p_actor_id bigint, p_add bigint[], p_remove bigint[])
returns text language plpgsql as $$
declare
  was conversations := lock_conversation(p_company, p_conversation);
  tag record;
  has_changed boolean := false;
begin
  if was.id is null then return 'no_conversation'; end if;
  for tag in
    with removed as (
      delete from conversation_tags x where x.company_id = p_company and x.conversation_id = was.id and x.tag_id = any(p_remove)
      returning x.tag_id
    ), added as (
      insert into conversation_tags (company_id, conversation_id, tag_id)
        select p_company, was.id, t.id from tags t where t.company_id = p_company and t.id = any(p_add) and t.id <> all(p_remove)
        on conflict do nothing returning conversation_tags.tag_id
    )
    select 'untag' as event_type, t.id, t.name from removed join tags t on t.company_id = p_company and t.id = removed.tag_id
    union all
    select 'tag', t.id, t.name from added join tags t on t.company_id = p_company and t.id = added.tag_id
    order by 1 desc, 2
  loop
    has_changed := true;
    perform write_event(p_company, case when tag.event_type = 'tag' then 'tag' else 'untag' end, p_actor, p_actor_id,
      conversation => was.id, inbox => was.inbox_id, target_kind => 'tag', target => tag.id,
      data => jsonb_build_object('tag_name', tag.name));
  end loop;
  if not has_changed then return 'unchanged'; end if;
  update conversations c set updated_at = now() where c.company_id = p_company and c.id = was.id;
  return 'changed';
end $$;

-- Leaves a conversation with these tags and no others.
-- outcome: changed | unchanged | no_conversation
create or replace function set_conversation_tags(
  p_company bigint, p_conversation bigint, p_actor text, p_actor_id bigint, p_tags bigint[])
returns text language plpgsql as $$
begin
  perform 1 from counters c where c.company_id = p_company for update;
  return tag_conversation(p_company, p_conversation, p_actor, p_actor_id, p_tags, array(
    select x.tag_id from conversation_tags x
    where x.company_id = p_company and x.conversation_id = p_conversation and x.tag_id <> all(p_tags)));
end $$;
