-- Calls (calls/calls.sql). Each leg of a call is a row; the legs that a transfer made have the first one as their root, and the
-- whole call is one entry of its conversation's timeline.
create table calls (
  company_id bigint not null,
  id bigint not null,
  channel_id bigint not null,
  external_id text not null,
  root_id bigint not null,
  -- as the channel names it; the parent may be created later
  parent_external_id text,
  -- null, with all that follows: something came of the call before it was created
  conversation_id bigint,
  direction text check (direction in ('inbound', 'outbound')),
  handle text,
  name text,
  contact_id bigint,
  started_at timestamptz,
  -- its place in the timeline
  sort_at timestamptz,
  -- of this leg, out of its updates
  status text check (status in ('queued', 'ringing', 'connected', 'hold', 'hangup', 'abandoned', 'missed', 'transferred')),
  answered_at timestamptz,
  ended_at timestamptz,
  agent_id bigint,
  agent_email text,
  summary text,
  -- of the whole call, kept with its root
  state text,
  -- the place that it gave its conversation in lists
  listed_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (company_id, id),
  unique (company_id, channel_id, external_id),
  foreign key (company_id, channel_id) references channels (company_id, id),
  foreign key (company_id, conversation_id) references conversations (company_id, id) on delete cascade
);
create index calls_timeline on calls (company_id, conversation_id, sort_at, id);
create index calls_legs on calls (company_id, root_id);
create index calls_parent on calls (company_id, channel_id, parent_external_id) where parent_external_id is not null;
create index calls_not_created on calls (company_id, channel_id, created_at) where conversation_id is null;

-- What the channel said of a leg. Number 0 is its initial status, which is before all others.
create table call_updates (
  company_id bigint not null,
  call_id bigint not null,
  number integer not null,
  status text not null,
  occurred_at timestamptz not null,
  -- the channel said when; otherwise it is the time of arrival
  is_timed boolean not null,
  agent_email text,
  primary key (company_id, call_id, number),
  foreign key (company_id, call_id) references calls (company_id, id) on delete cascade
);

create table call_transcripts (
  company_id bigint not null,
  call_id bigint not null,
  -- TranscriptLine[], sorted by start
  lines jsonb not null,
  line_count integer not null,
  primary key (company_id, call_id),
  foreign key (company_id, call_id) references calls (company_id, id) on delete cascade
);

-- The conversation of the last call between a channel and a contact: the next call is in it, too.
create table call_conversations (
  company_id bigint not null,
  channel_id bigint not null,
  contact_id bigint not null,
  conversation_id bigint not null,
  primary key (company_id, channel_id, contact_id),
  foreign key (company_id, conversation_id) references conversations (company_id, id) on delete cascade
);
create index call_conversations_conversation on call_conversations (company_id, conversation_id);

alter table conversations
  -- the newest call, where it is newer than all messages when it comes
  add column last_call_id bigint,
  -- a number drawn when a call was missed last; unread for a teammate = greater than the read position
  add column last_missed_call bigint not null default 0;
