-- Files of a company: rows here, bytes in the file storage (file-storage/). The row is inserted before the bytes are
-- stored, so that the storage has no bytes without a row. A file without an owner is removed when it expires (the timer 'attachments').
-- Callers that change owner_kind and owner_id hold the lock on the company's counter row.

-- Makes the row of a file whose bytes begin to arrive, and returns its number.
create or replace function begin_attachment(p_company bigint, p_storage_key text, p_filename text, p_content_type text,
  p_uploader_kind text, p_uploader bigint) returns bigint language plpgsql as $$
declare
  number bigint;
begin
  update counters k set last_number = k.last_number + 1 where k.company_id = p_company returning k.last_number into number;
  insert into attachments (company_id, id, storage_key, filename, content_type, uploader_kind, uploader_id, expires_at)
    values (p_company, number, p_storage_key, p_filename, p_content_type, p_uploader_kind, p_uploader,
      now() + make_interval(secs => :unused_file_seconds));
  insert into timers (company_id, kind, subject, due_at)
    values (p_company, 'attachments', 0, now() + make_interval(secs => :unused_file_seconds)) on conflict do nothing;
  return number;
end $$;

-- Files that the caller may attach: whole, and uploaded by them and not used yet, or in a draft of theirs, or in a message of theirs that
-- was cancelled.
create or replace function attachable_files(p_company bigint, p_ids bigint[], p_kind text, p_caller bigint)
returns setof attachments language sql stable as $$
  select a.* from unnest(p_ids) asked(id) cross join lateral (
    select x.* from attachments x where x.company_id = p_company and x.id = asked.id offset 0) a
  where a.size is not null and case
    when a.owner_kind is null then a.uploader_kind = p_kind and a.uploader_id = p_caller and a.expires_at > now()
    when p_kind <> 'teammate' then false
    when a.owner_kind = 'draft' then exists (
      select from drafts d where d.company_id = p_company and d.id = a.owner_id and d.author_id = p_caller)
    when a.owner_kind = 'message' then exists (
      select from deliveries v join messages m on m.company_id = v.company_id and m.id = v.message_id
      where v.company_id = p_company and v.message_id = a.owner_id and v.state = 'cancelled' and m.author_id = p_caller)
    else false end
$$;

-- Gives files to an owner, in this order. Decrements the attachment_count of a cancelled message from which one is taken.
create or replace function own_attachments(p_company bigint, p_ids bigint[], p_kind text, p_owner bigint) returns void
language plpgsql as $$
begin
  if exists (select from attachments a where a.company_id = p_company and a.id = any(p_ids) and a.owner_kind = 'message') then
    update messages m set attachment_count = m.attachment_count - n.count
      from (select a.owner_id, count(*)::smallint as count from attachments a
        where a.company_id = p_company and a.id = any(p_ids) and a.owner_kind = 'message' group by a.owner_id) n
      where m.company_id = p_company and m.id = n.owner_id and not (p_kind = 'message' and n.owner_id = p_owner);
  end if;
  update attachments a set owner_kind = p_kind, owner_id = p_owner, position = o.place, expires_at = null
    from unnest(p_ids) with ordinality as o(id, place)
    where a.company_id = p_company and a.id = o.id;
end $$;

-- Gives files, a list of numbers, to a message that has just been made. Fails where one is gone, or another message of the same batch took it.
create or replace function attach_files(p_company bigint, p_files jsonb, p_message bigint) returns void language plpgsql as $$
declare
  ids bigint[] := array(select f.value::bigint from jsonb_array_elements_text(p_files) with ordinality f(value, place) order by f.place);
begin
  if cardinality(ids) <> (
      select count(*) from attachments a
      where a.company_id = p_company and a.id = any(ids) and a.size is not null and (a.expires_at is null or a.expires_at > now())
        and (a.owner_kind is distinct from 'message' or exists (
          select from deliveries v where v.company_id = p_company and v.message_id = a.owner_id and v.state = 'cancelled'))) then
    raise exception 'a file of the message is gone';
  end if;
  perform own_attachments(p_company, ids, 'message', p_message);
end $$;

-- Whether the caller may attach all of them.
create or replace function are_attachable(p_company bigint, p_files jsonb, p_kind text, p_caller bigint) returns boolean
language sql stable as $$
  select count(*) = jsonb_array_length(p_files) from attachable_files(p_company,
    array(select f::bigint from jsonb_array_elements_text(p_files) f), p_kind, p_caller)
$$;

-- Takes files from their owner, and returns how many: they are their uploader's again for p_seconds; with 0 they are removed at once.
create or replace function release_attachments(p_company bigint, p_ids bigint[], p_seconds integer) returns integer
language plpgsql as $$
declare
  released integer;
begin
  update attachments a set owner_kind = null, owner_id = null, expires_at = now() + make_interval(secs => p_seconds)
    where a.company_id = p_company and a.id = any(p_ids);
  get diagnostics released = row_count;
  if released > 0 then
    insert into timers as t (company_id, kind, subject, due_at)
      values (p_company, 'attachments', 0, now() + make_interval(secs => p_seconds))
      on conflict (company_id, kind, subject) do update set due_at = least(t.due_at, excluded.due_at);
  end if;
  return released;
end $$;

-- All files of such owners.
create or replace function files_of(p_company bigint, p_kind text, p_owners bigint[]) returns bigint[] language sql stable as $$
  select array(select a.id from unnest(p_owners) o(id) join attachments a
    on a.company_id = p_company and a.owner_kind = p_kind and a.owner_id = o.id)
$$;

create or replace function has_files(p_company bigint, p_kind text, p_owner bigint) returns boolean language sql stable as $$
  select coalesce((select true from attachments a
    where a.company_id = p_company and a.owner_kind = p_kind and a.owner_id = p_owner limit 1), false)
$$;

-- Expires at once those of these files that have no owner, for the timer to remove; returns their number.
create or replace function drop_unused_attachments(p_company bigint, p_ids bigint[]) returns integer language plpgsql as $$
declare
  unused bigint[];
begin
  -- without the lock: nearly always a message owns them all
  if not exists (select from attachments a where a.company_id = p_company and a.id = any(p_ids) and a.owner_kind is null) then
    return 0;
  end if;
  perform 1 from counters where company_id = p_company for update;
  unused := array(select a.id from attachments a
    where a.company_id = p_company and a.id = any(p_ids) and a.owner_kind is null and a.expires_at > now());
  return release_attachments(p_company, unused, 0);
end $$;
