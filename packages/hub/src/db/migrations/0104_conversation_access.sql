-- A conversation is in one inbox first, conversations.inbox_id, by whose index lists are read; it may be in others beside it.
create table conversation_inboxes (
  company_id bigint not null,
  conversation_id bigint not null,
  inbox_id bigint not null,
  primary key (company_id, conversation_id, inbox_id),
  foreign key (company_id, conversation_id) references conversations (company_id, id) on delete cascade,
  foreign key (company_id, inbox_id) references inboxes (company_id, id) on delete cascade
);
create index conversation_inboxes_inbox on conversation_inboxes (company_id, inbox_id, conversation_id);

-- Who was given one conversation, whatever inbox it is in.
create table conversation_teammates (
  company_id bigint not null,
  conversation_id bigint not null,
  teammate_id bigint not null,
  primary key (company_id, conversation_id, teammate_id),
  foreign key (company_id, conversation_id) references conversations (company_id, id) on delete cascade,
  foreign key (company_id, teammate_id) references teammates (company_id, id) on delete cascade
);
create index conversation_teammates_teammate on conversation_teammates (company_id, teammate_id, conversation_id);
