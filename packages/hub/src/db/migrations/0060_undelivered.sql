-- What did not simply arrive, until somebody has dealt with it: the worst of a conversation marks its row, and they have a view of
-- their own. A failed one is dealt with when somebody has dismissed it; then that is decided_by.
alter table deliveries add column dismissed_at timestamptz;
create index deliveries_undelivered on deliveries (company_id, conversation_id)
  where state in ('failed', 'not_confirmed', 'delayed') and dismissed_at is null;
