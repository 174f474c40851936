-- Functions that no hub calls any more. One whose signature changes gets a new name, because hubs of two versions may run on one
-- database during an upgrade: the old one stays until no hub that calls it can be running.
do $$
declare
  unused text;
begin
  for unused in
    select oid::regprocedure from pg_proc where pronamespace = current_schema::regnamespace and proname in (
      'create_outbound_message', 'promote_next', 'tell_united', 'update_conversation', 'cancel_timer',
      'channels_with_due_notices', 'claim_notices', 'settle_notices')
  loop
    execute 'drop function ' || unused;
  end loop;
end $$;
