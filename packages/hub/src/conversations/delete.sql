-- Permanently deletes a conversation of the trash, with its messages and everything that refers to them. Its events stay, because their
-- numbers have no gaps; they have no text. An attempt in flight ends without a trace, because it is in no claim.
-- outcome: deleted | no_conversation | not_in_trash
create or replace function delete_conversation(p_company bigint, p_conversation bigint, p_public_id text, p_actor text,
  p_actor_id bigint)
returns text language plpgsql as $$
declare
  conv conversations;
  gone bigint[];
begin
  perform 1 from counters where company_id = p_company for update;
  select c.* into conv from conversations c where c.company_id = p_company and c.id = p_conversation;
  if not found then return 'no_conversation'; end if;
  if conv.status not in ('trashed', 'spam') then return 'not_in_trash'; end if;

  gone := array(select m.id from messages m where m.company_id = p_company and m.conversation_id = p_conversation);
  delete from delivery_attempts where company_id = p_company and message_id = any(gone);
  perform from delivery_queues q where q.company_id = p_company for update;
  perform erase_requests(p_company, gone);
  perform remove_from_claim(p_company, k.id, gone) from (
    select c.id from delivery_claims c where c.company_id = p_company and c.messages && gone) k;
  delete from outbox where company_id = p_company and conversation_id = p_conversation;
  delete from deliveries where company_id = p_company and message_id = any(gone);
  delete from channel_callbacks where company_id = p_company and message_id = any(gone);
  delete from idempotency_keys where company_id = p_company and message_id = any(gone);
  perform release_attachments(p_company, files_of(p_company, 'message', gone) || files_of(p_company, 'draft', array(
    select d.id from drafts d where d.company_id = p_company and d.conversation_id = p_conversation)), 0);
  delete from drafts where company_id = p_company and conversation_id = p_conversation;
  delete from seen_receipts where company_id = p_company and message_id = any(gone);
  perform release_attachments(p_company, files_of(p_company, 'call', array(
    select k.id from calls k where k.company_id = p_company and k.conversation_id = p_conversation)), 0);
  delete from messages where company_id = p_company and id = any(gone);
  -- also deletes its external ids and the read positions
  delete from conversations where company_id = p_company and id = p_conversation;

  perform write_event(p_company, 'conversation_deleted', p_actor, p_actor_id, conversation => conv.id, inbox => conv.inbox_id,
    target_kind => 'inbox', target => conv.inbox_id, data => jsonb_build_object('conversation_id', p_public_id));
  return 'deleted';
end $$;
