-- The name of a teammate's picture in its URL, which nobody can guess; null: none. Another picture has another name.
alter table teammates add column avatar text;

create table avatars (
  company_id bigint not null,
  teammate_id bigint not null,
  name text not null,
  -- WebP
  bytes bytea not null,
  primary key (company_id, teammate_id),
  foreign key (company_id, teammate_id) references teammates (company_id, id) on delete cascade
);

-- with the author's picture, and with what the channel's type can do where that decides what is sent
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
      from attachments a where a.company_id = m.company_id and a.owner_kind = 'message' and a.owner_id = m.id) end as attachments,
    m.rich_content, (
      select y.capabilities from channels x join channel_types y on y.company_id = x.company_id and y.id = x.channel_type_id
      where x.company_id = m.company_id and x.id = m.channel_id
        and (m.rich_content is not null or 'teammate_profiles' = any(y.capabilities))) as capabilities,
    t.avatar
  from messages m
  cross join lateral (select x.address from channels x where x.company_id = m.company_id and x.id = m.channel_id offset 0) c
  left join lateral (
    select x.text from html_forms x where x.company_id = m.company_id and x.message_id = m.id offset 0) f on true
  left join lateral (select x.* from teammates x where x.company_id = m.company_id and x.id = m.author_id offset 0) t on true;
