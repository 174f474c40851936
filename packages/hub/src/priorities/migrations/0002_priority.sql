-- How soon the team must look at a conversation (priorities/priority.ts).
alter table conversations add column priority text not null default 'normal'
  constraint conversations_priority check (priority in ('low', 'normal', 'high', 'urgent'));

-- The lines of a timeline have one more type.
drop index events_timeline;
create index events_timeline on events (company_id, conversation_id, emitted_at, number)
  where type in ('assign', 'unassign', 'archive', 'reopen', 'trash', 'restore', 'prioritize');
