-- A file, from the moment its bytes begin to arrive. It belongs to a message, a draft or a call recording, or to nobody yet: then it is its
-- uploader's, until expires_at.
create table attachments (
  company_id bigint not null references companies (company_id),
  id bigint not null,
  -- its name in the file storage, chosen by the hub
  storage_key text not null,
  filename text not null,
  -- as its uploader says, and as its first bytes say (null: nothing that is known)
  content_type text not null,
  sniffed_type text,
  -- null: the bytes are not all there
  size bigint,
  sha256 bytea,
  is_inline boolean not null default false,
  cid text,
  uploader_kind text not null check (uploader_kind in ('teammate', 'api_token', 'channel')),
  uploader_id bigint not null,
  owner_kind text check (owner_kind in ('message', 'draft', 'comment', 'call')),
  owner_id bigint,
  -- among the files of its owner
  position smallint not null default 0,
  created_at timestamptz not null default now(),
  -- when it is removed; null: it has an owner
  expires_at timestamptz,
  primary key (company_id, id),
  check ((owner_kind is null) = (owner_id is null) and (owner_kind is null) = (expires_at is not null)),
  check (owner_kind is null or (size is not null and sha256 is not null))
);
create index attachments_owned on attachments (company_id, owner_kind, owner_id, position) where owner_kind is not null;
create index attachments_expiring on attachments (company_id, expires_at) where expires_at is not null;

-- How many files a message has: of those without, none are looked for.
alter table messages add column attachment_count smallint not null default 0;

alter type message_to_create add attribute attachments jsonb;
alter type pushed_message add attribute attachments jsonb;

-- What a teammate may attach to a message of its channels; null: files of all types, up to what a message may have.
alter table channel_types add column attachments jsonb;

-- with the files of the message
create or replace view unsent_contents as
  select m.company_id, m.id as message_id, m.conversation_id, m.channel_id, (
      select json_agg(e.external_id order by e.id) from conversation_external_ids e
      where e.company_id = m.company_id and e.conversation_id = m.conversation_id) as external_ids,
    c.address as channel_address, m.replied_to_id, (
      select r.external_id from messages r
      where r.company_id = m.company_id and r.id between m.replied_to_id and m.replied_to_id order by r.id limit 1) as in_reply_to,
    m.author_id, m.contact_id, m.handle, m.name, m.sender_name, m.recipients, m.subject, m.body, m.body_format, m.blurb, f.text,
    (extract(epoch from m.sort_at) * 1000000)::bigint as sort_us, t.email, t.username, t.first_name, t.last_name, t.is_admin,
    t.is_available, t.is_blocked, m.template, case when m.attachment_count > 0 then (
      select json_agg(json_build_object('id', a.id, 'filename', a.filename, 'content_type', a.content_type, 'sniffed_type', a.sniffed_type,
        'size', a.size, 'is_inline', a.is_inline, 'cid', a.cid) order by a.position, a.id)
      from attachments a where a.company_id = m.company_id and a.owner_kind = 'message' and a.owner_id = m.id) end as attachments
  from messages m
  cross join lateral (select x.address from channels x where x.company_id = m.company_id and x.id = m.channel_id offset 0) c
  left join lateral (
    select x.text from html_forms x where x.company_id = m.company_id and x.message_id = m.id offset 0) f on true
  left join lateral (select x.* from teammates x where x.company_id = m.company_id and x.id = m.author_id offset 0) t on true;
