-- Reactions to messages (reactions/reactions.sql). A row has all emojis of one person on one message; an empty one remembers when the
-- last was taken back, so that an older report changes nothing.
create table reactions (
  company_id bigint not null,
  message_id bigint not null,
  -- channel: the company's own app, beside Portico
  kind text not null check (kind in ('customer', 'teammate', 'channel')),
  -- a customer's handle, a teammate's number; empty for the channel
  who text not null,
  name text,
  -- the newest last
  emojis text[] not null,
  changed_at timestamptz not null,
  -- of a teammate: what the channel's server took
  taken text[] not null default '{}',
  primary key (company_id, message_id, kind, who),
  foreign key (company_id, message_id) references messages (company_id, id) on delete cascade
);
