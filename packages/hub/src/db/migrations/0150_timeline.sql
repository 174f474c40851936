-- The events that are lines of a timeline (events/catalogue.ts), in its order. Messages, which are most of a conversation's
-- events, are not in it.
create index events_timeline on events (company_id, conversation_id, emitted_at, number)
  where type in ('assign', 'unassign', 'archive', 'reopen', 'trash', 'restore');
