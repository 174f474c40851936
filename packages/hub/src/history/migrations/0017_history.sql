-- Imported history (history/): its messages are of no channel's, teammate's or token's making, and an export reads conversations by their time.
alter table messages drop constraint messages_origin_check,
  add constraint messages_origin_check check (origin in ('channel', 'teammate', 'api', 'import'));
create index conversations_created on conversations (company_id, created_at, id);
