-- Makes, changes and deletes channel types, and rotates their secrets. Teammates see a type's name and icon on its channels, so
-- each function writes a `channel` event, which names no inbox.

-- p: {company, fields: the whole row but company_id and created_at, secret_id, sealed (hex), actor, actor_id|null}
-- outcome: created | alias_taken | window_without_templates
create or replace function create_channel_type(p jsonb) returns text language plpgsql as $$
declare
  company bigint := (p->>'company')::bigint;
  fresh channel_types := jsonb_populate_record(null::channel_types, p->'fields');
begin
  perform 1 from counters where company_id = company for update;
  if is_numeric_alias_taken(company, fresh.id, fresh.numeric_alias) then
    return 'alias_taken';
  end if;
  if fresh.free_text_window_hours is not null and not fresh.message_templates then
    return 'window_without_templates';
  end if;
  fresh.company_id := company;
  fresh.created_at := now();
  fresh.capabilities := coalesce(fresh.capabilities, '{}');
  fresh.wants_list_addresses := coalesce(fresh.wants_list_addresses, false);
  fresh.is_custom := coalesce(fresh.is_custom, false);
  insert into channel_types select fresh.*;
  insert into channel_type_secrets (company_id, channel_type_id, id, sealed)
    values (company, fresh.id, (p->>'secret_id')::bigint, decode(p->>'sealed', 'hex'));
  perform write_channel_type_event(company, fresh.uid, p->>'actor', (p->>'actor_id')::bigint);
  return 'created';
end $$;

-- p: {company, channel_type, fields: the columns to change, actor, actor_id|null}
-- outcome: changed | unchanged | no_channel_type | alias_taken | window_without_templates | in_use (its channels depend on the kind of credential and contact)
create or replace function update_channel_type(p jsonb) returns text language plpgsql as $$
declare
  company bigint := (p->>'company')::bigint;
  was channel_types;
  now_is channel_types;
begin
  perform 1 from counters where company_id = company for update;
  select t.* into was from channel_types t
    where t.company_id = company and t.id = (p->>'channel_type')::bigint and t.deleted_at is null;
  if not found then
    return 'no_channel_type';
  end if;
  now_is := jsonb_populate_record(was, p->'fields');
  if is_numeric_alias_taken(company, now_is.id, now_is.numeric_alias) then
    return 'alias_taken';
  end if;
  if now_is.free_text_window_hours is not null and not now_is.message_templates then
    return 'window_without_templates';
  end if;
  if (now_is.auth_type <> was.auth_type or now_is.contact_type <> was.contact_type
      or (now_is.oauth2->>'grant', now_is.oauth2->>'credentials_mode') is distinct from (was.oauth2->>'grant', was.oauth2->>'credentials_mode'))
    and has_channels(company, now_is.id) then
    return 'in_use';
  end if;
  if now_is = was then
    return 'unchanged';
  end if;
  update channel_types t set name = now_is.name, description = now_is.description, icon = now_is.icon, server_url = now_is.server_url,
      auth_type = now_is.auth_type, oauth2 = now_is.oauth2, sealed_client_secret = now_is.sealed_client_secret,
      wants_list_addresses = now_is.wants_list_addresses, contact_type = now_is.contact_type, allow_compose = now_is.allow_compose,
      allow_reply = now_is.allow_reply, composer = now_is.composer, wants_delete = now_is.wants_delete,
      wants_message_imported = now_is.wants_message_imported, idempotent = now_is.idempotent, single_use_tokens = now_is.single_use_tokens, max_in_flight = now_is.max_in_flight,
      numeric_alias = now_is.numeric_alias, message_templates = now_is.message_templates,
      free_text_window_hours = now_is.free_text_window_hours, capabilities = now_is.capabilities, attachments = now_is.attachments
    where t.company_id = company and t.id = now_is.id;
  -- with another secret or address, what failed may succeed
  update oauth_grants g set renew_at = now(), failures = 0
    where g.company_id = company and g.channel_type_id = now_is.id and g.failures > 0 and g.ended_at is null;
  perform write_channel_type_event(company, now_is.uid, p->>'actor', (p->>'actor_id')::bigint);
  return 'changed';
end $$;

-- The row stays, because deleted channels name it; so do its secrets, which sign delete requests still on their way.
-- outcome: deleted | no_channel_type | in_use
create or replace function delete_channel_type(p_company bigint, p_type bigint, p_actor text, p_actor_id bigint)
returns text language plpgsql as $$
declare
  kind_uid text;
begin
  perform 1 from counters where company_id = p_company for update;
  if has_channels(p_company, p_type) then
    return 'in_use';
  end if;
  update channel_types t set deleted_at = now()
    where t.company_id = p_company and t.id = p_type and t.deleted_at is null
    returning t.uid into kind_uid;
  if not found then
    return 'no_channel_type';
  end if;
  perform write_channel_type_event(p_company, kind_uid, p_actor, p_actor_id);
  return 'deleted';
end $$;

-- Makes a pending secret, which verifies and does not sign yet. It replaces one that is pending already.
create or replace function rotate_channel_type_secret(p_company bigint, p_type bigint, p_secret bigint, p_sealed bytea)
returns boolean language plpgsql as $$
begin
  perform 1 from channel_types t where t.company_id = p_company and t.id = p_type and t.deleted_at is null for update;
  if not found then
    return false;
  end if;
  perform drop_pending_secret(p_company, p_type);
  insert into channel_type_secrets (company_id, channel_type_id, id, sealed, pending)
    values (p_company, p_type, p_secret, p_sealed, true);
  return true;
end $$;

-- Activates the pending secret. The one before it verifies for another p_overlap_seconds, older ones end at
-- once. Returns when the one before it ends, or null when no secret is pending.
create or replace function sign_with_pending_secret(p_company bigint, p_type bigint, p_overlap_seconds integer)
returns timestamptz language plpgsql as $$
declare
  ends timestamptz := now() + make_interval(secs => p_overlap_seconds);
begin
  perform 1 from channel_types t where t.company_id = p_company and t.id = p_type and t.deleted_at is null for update;
  if not exists (select 1 from channel_type_secrets s
      where s.company_id = p_company and s.channel_type_id = p_type and s.pending) then
    return null;
  end if;
  perform end_previous_secrets(p_company, p_type);
  update channel_type_secrets s set pending = false, expires_at = case when s.pending then null else ends end
    where s.company_id = p_company and s.channel_type_id = p_type;
  return ends;
end $$;

create or replace function drop_pending_secret(p_company bigint, p_type bigint) returns void language sql as $$
  delete from channel_type_secrets s where s.company_id = p_company and s.channel_type_id = p_type and s.pending
$$;

-- Ends the overlap of a rotation now.
create or replace function end_previous_secrets(p_company bigint, p_type bigint) returns void language sql as $$
  delete from channel_type_secrets s
    where s.company_id = p_company and s.channel_type_id = p_type and s.expires_at is not null
$$;

create or replace function is_numeric_alias_taken(p_company bigint, p_type bigint, p_alias bigint)
returns boolean language sql stable as $$
  select exists (select 1 from channel_types t
    where t.company_id = p_company and t.numeric_alias = p_alias and t.id <> p_type and t.deleted_at is null)
$$;

create or replace function has_channels(p_company bigint, p_type bigint) returns boolean language sql stable as $$
  select exists (select 1 from channels c
    where c.company_id = p_company and c.channel_type_id = p_type and c.deleted_at is null)
$$;

-- The caller holds the company's counter row.
create or replace function write_channel_type_event(p_company bigint, p_uid text, p_actor text, p_actor_id bigint)
returns void language sql as $$
  select write_event(p_company, 'channel', p_actor, p_actor_id, data => jsonb_build_object('channel_type_uid', p_uid))
$$;
