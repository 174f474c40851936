-- What the request of an outbound message is built from, before it has one. Asked for by company and message; rows are looked up one by
-- one (offset 0): in tables that PostgreSQL has not looked at, all of a company look as few as one.
create view unsent_contents as
  select m.company_id, m.id as message_id, m.conversation_id, m.channel_id, (
      select json_agg(e.external_id order by e.id) from conversation_external_ids e
      where e.company_id = m.company_id and e.conversation_id = m.conversation_id) as external_ids,
    c.address as channel_address, m.replied_to_id, (
      select r.external_id from messages r
      where r.company_id = m.company_id and r.id between m.replied_to_id and m.replied_to_id order by r.id limit 1) as in_reply_to,
    m.author_id, m.contact_id, m.handle, m.name, m.sender_name, m.recipients, m.subject, m.body, m.body_format, m.blurb, f.text,
    (extract(epoch from m.sort_at) * 1000000)::bigint as sort_us, t.email, t.username, t.first_name, t.last_name, t.is_admin,
    t.is_available, t.is_blocked
  from messages m
  cross join lateral (select x.address from channels x where x.company_id = m.company_id and x.id = m.channel_id offset 0) c
  left join lateral (
    select x.text from html_forms x where x.company_id = m.company_id and x.message_id = m.id offset 0) f on true
  left join lateral (select x.* from teammates x where x.company_id = m.company_id and x.id = m.author_id offset 0) t on true;
