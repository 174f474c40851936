-- What a message said before, what it says now, and what it is to say (edits/). A message that was never edited or removed has none.
create table message_versions (
  company_id bigint not null,
  message_id bigint not null,
  -- 1: as it was first written
  number integer not null,
  body text not null,
  body_format text not null,
  blurb text not null,
  -- the converted forms of an HTML body
  forms jsonb,
  author text not null constraint message_versions_author_check check (author in ('teammate', 'api', 'channel')),
  author_id bigint,
  written_at timestamptz not null default now(),
  state text not null constraint message_versions_state_check check (state in ('pending', 'taken', 'superseded', 'discarded')),
  -- the version of the change that takes it to the channel
  change_version integer,
  primary key (company_id, message_id, number),
  foreign key (company_id, message_id) references messages (company_id, id) on delete cascade
);

-- The version that the customer has, and since when; null: as it was first written.
alter table messages add column body_version integer, add column edited_at timestamptz;
-- A removed message keeps its place, without its words. removed_by: a teammate, 0 an API token, null its channel.
alter table messages add column removed_at timestamptz, add column removed_by bigint;
