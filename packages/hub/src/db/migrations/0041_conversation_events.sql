-- A conversation's events are listed with those of its messages.
drop index events_conversation;
create index events_conversation on events (company_id, conversation_id, number);
