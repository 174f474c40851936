-- The id of a message or conversation that turned out to be another one, and was united with it, keeps leading there: it was
-- given to the channel, and to readers.
create table united_ids (
  company_id bigint not null references companies (company_id),
  id bigint not null,
  into_id bigint not null,
  primary key (company_id, id)
);

-- What the channel called the conversation of this message when that id stayed with another one: its reports name it so.
alter table deliveries add column external_conversation_id text;
