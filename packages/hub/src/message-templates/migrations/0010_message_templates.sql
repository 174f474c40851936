-- Message templates that a channel's server syncs (message-templates/), and how long a channel takes free text.
alter table channel_types
  add column message_templates boolean not null default false,
  -- after the customer's last message; null: always
  add column free_text_window_hours integer constraint channel_types_free_text_window
    check (free_text_window_hours is null or (free_text_window_hours between 1 and 8760 and message_templates));

create table message_templates (
  company_id bigint not null,
  id bigint not null,
  channel_id bigint not null,
  external_id text not null,
  name text not null,
  blurb text not null,
  is_disabled boolean not null,
  status text not null check (status in ('PENDING', 'APPROVED', 'REJECTED')),
  -- [{"uid","name","type"}], as the channel gave them
  variables jsonb not null,
  -- HTML as the channel gave it, and what may be shown of it
  preview text not null,
  html text not null,
  -- counts its changes: a message is made of the version that was read
  version bigint not null default 1,
  updated_at timestamptz not null default now(),
  primary key (company_id, id),
  unique (company_id, channel_id, external_id),
  foreign key (company_id, channel_id) references channels (company_id, id)
);

-- The template that a message was made of, as it was then: {"external_id","name","variables":[{"uid","name","type","value"}]}
alter table messages add column template json;

alter type message_to_create add attribute template_id bigint, add attribute template_version bigint, add attribute template json;

create or replace view unsent_contents as
  select m.company_id, m.id as message_id, m.conversation_id, m.channel_id, (
      select json_agg(e.external_id order by e.id) from conversation_external_ids e
      where e.company_id = m.company_id and e.conversation_id = m.conversation_id) as external_ids,
    c.address as channel_address, m.replied_to_id, (
      select r.external_id from messages r
      where r.company_id = m.company_id and r.id between m.replied_to_id and m.replied_to_id order by r.id limit 1) as in_reply_to,
    m.author_id, m.contact_id, m.handle, m.name, m.sender_name, m.recipients, m.subject, m.body, m.body_format, m.blurb, f.text,
    (extract(epoch from m.sort_at) * 1000000)::bigint as sort_us, t.email, t.username, t.first_name, t.last_name, t.is_admin,
    t.is_available, t.is_blocked, m.template
  from messages m
  cross join lateral (select x.address from channels x where x.company_id = m.company_id and x.id = m.channel_id offset 0) c
  left join lateral (
    select x.text from html_forms x where x.company_id = m.company_id and x.message_id = m.id offset 0) f on true
  left join lateral (select x.* from teammates x where x.company_id = m.company_id and x.id = m.author_id offset 0) t on true;
