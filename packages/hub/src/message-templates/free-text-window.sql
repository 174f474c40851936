-- Whether a conversation takes free text at a moment: so many hours from the customer's newest message on, by its place in the thread.
-- It reads no message that is older.
create or replace function takes_free_text(p_company bigint, p_conversation bigint, p_hours integer, p_at timestamptz)
returns boolean language sql stable as $$
  select coalesce((
    select true from messages m
    where m.company_id = p_company and m.conversation_id = p_conversation and m.is_inbound
      and m.sort_at > p_at - make_interval(hours => p_hours)
    order by m.sort_at desc, m.id desc limit 1), false)
$$;
