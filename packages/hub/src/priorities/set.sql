-- outcome: changed | unchanged | no_conversation
create or replace function set_conversation_priority(
  p_company bigint, p_conversation bigint, p_actor text, p_actor_id bigint, p_priority text)
returns text language plpgsql as $$
declare
  was conversations := lock_conversation(p_company, p_conversation);
begin
  if was.id is null then return 'no_conversation'; end if;
  if p_priority = was.priority then return 'unchanged'; end if;
  perform write_event(p_company, 'prioritize', p_actor, p_actor_id, conversation => was.id, inbox => was.inbox_id,
    data => jsonb_build_object('priority', p_priority));
  update conversations c set priority = p_priority, updated_at = now() where c.company_id = p_company and c.id = was.id;
  return 'changed';
end $$;
