-- Changes of sent messages on their way to the channel's server (message-changes/): one row for each thing that changes, with the
-- version that holds now. A 0.2.0 hub on this database knows nothing of them.
create table message_changes (
  company_id bigint not null,
  id bigint not null,
  channel_id bigint not null,
  -- what is changed: a message, or a conversation
  message_id bigint,
  conversation_id bigint,
  kind text not null,
  -- tells changes of one kind apart: of a reaction, whose it is
  part text not null default '',
  version integer not null,
  state text not null default 'pending' constraint message_changes_state_check check (state in ('pending', 'done', 'failed', 'dropped')),
  -- since when it is pending: of one message, the one that is pending for longest goes first
  since timestamptz not null default now(),
  retries integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  claim_id uuid,
  error_code text,
  error_message text,
  -- an attempt of a version that was not confirmed
  may_have_arrived boolean not null default false,
  primary key (company_id, id),
  constraint message_changes_target check (num_nonnulls(message_id, conversation_id) = 1),
  foreign key (company_id, channel_id) references channels (company_id, id),
  foreign key (company_id, message_id) references messages (company_id, id) on delete cascade,
  foreign key (company_id, conversation_id) references conversations (company_id, id) on delete cascade
);
create unique index message_changes_of_message on message_changes (company_id, message_id, kind, part) where message_id is not null;
create unique index message_changes_of_conversation on message_changes (company_id, conversation_id, kind, part)
  where conversation_id is not null;
create index message_changes_due on message_changes (company_id, channel_id, next_attempt_at) where state = 'pending';

-- Whether a message has such rows: most have none, and nobody looks for them.
alter table messages add column has_changes boolean not null default false;
