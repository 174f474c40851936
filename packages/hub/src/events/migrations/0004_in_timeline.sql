-- Whether an event is an entry of its conversation's timeline: write_event (events/write.sql) says so when it writes one. Null: its
-- type says it, of those that were written before, and of what a batch writes for messages, which are entries by themselves. So a
-- new type needs neither this index made anew nor stored events changed.
alter table events add column in_timeline boolean;

drop index events_timeline;
create index events_timeline on events (company_id, conversation_id, emitted_at, number)
  where coalesce(in_timeline, type in ('assign', 'unassign', 'archive', 'reopen', 'trash', 'restore', 'prioritize'));
