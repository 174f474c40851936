-- Saves an author's draft in a place (a conversation, null: a new message) and returns it, unless it has another version than p_base by
-- now. Without a base it is saved whatever there is; with 0 also over one that was sent or thrown away: nobody's words, whoever did not
-- know of it. Its first save draws its id.
create or replace function store_draft(p_company bigint, p_author bigint, p_conversation bigint, p_channel bigint, p_recipient text,
  p_subject text, p_body text, p_set_aside text, p_base bigint, p_files bigint[], p_rich_content jsonb)
returns setof drafts language plpgsql as $$
declare
  number bigint;
  saved drafts;
begin
  if p_files is not null then
    perform 1 from counters k where k.company_id = p_company for update;
  end if;
  if not exists (select from drafts d
      where d.company_id = p_company and d.author_id = p_author and d.conversation_id is not distinct from p_conversation) then
    update counters k set last_number = k.last_number + 1 where k.company_id = p_company returning k.last_number into number;
    insert into drafts (company_id, id, author_id, conversation_id, channel_id, recipient, subject, body, rich_content, set_aside)
      values (p_company, number, p_author, p_conversation, p_channel, p_recipient, p_subject, p_body, p_rich_content, p_set_aside)
      on conflict (company_id, author_id, conversation_id) do nothing;
    if found then
      perform put_files_in_draft(p_company, p_author, number, p_files);
      return query select d.* from drafts d where d.company_id = p_company and d.id = number;
      return;
    end if;
  end if;
  update drafts d set channel_id = p_channel, recipient = p_recipient, subject = p_subject, body = p_body, rich_content = p_rich_content,
        set_aside = p_set_aside, version = d.version + 1, updated_at = now()
      where d.company_id = p_company and d.author_id = p_author and d.conversation_id is not distinct from p_conversation
        and (p_base is null or d.version = p_base or (p_base = 0 and d.body = '' and d.rich_content is null and d.recipient is null and d.subject is null
          and not has_files(d.company_id, 'draft', d.id)))
      returning d.* into saved;
  if saved.id is not null then
    perform put_files_in_draft(p_company, p_author, saved.id, p_files);
    return next saved;
  end if;
end $$;

-- The files of a draft are these, of those that its author may attach. Null: they stay. Whose place is taken is its uploader's for a day.
create or replace function put_files_in_draft(p_company bigint, p_author bigint, p_draft bigint, p_files bigint[]) returns void
language plpgsql as $$
begin
  if p_files is null then
    return;
  end if;
  perform release_attachments(p_company, array(
    select f from unnest(files_of(p_company, 'draft', array[p_draft])) f where f <> all(p_files)), :unused_file_seconds);
  -- a draft that loses a file is another version of it
  update drafts d set version = d.version + 1, updated_at = now()
    where d.company_id = p_company and d.author_id = p_author and d.id <> p_draft and d.id in (
      select a.owner_id from attachments a where a.company_id = p_company and a.id = any(p_files) and a.owner_kind = 'draft');
  perform own_attachments(p_company, array(
    select a.id from attachable_files(p_company, p_files, 'teammate', p_author) a order by array_position(p_files, a.id)), 'draft', p_draft);
end $$;
