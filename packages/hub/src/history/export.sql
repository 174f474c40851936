-- The id that an export gives a conversation or message without one of a channel: made of its content, so that the same
-- content has the same id in every hub, and its import finds it (import.sql).
create or replace function history_id_of_conversation(c conversations) returns text language sql stable as $$
  select coalesce(
    (select min(e.external_id collate "C") from conversation_external_ids e
      where e.company_id = c.company_id and e.conversation_id = c.id),
    'portico:' || encode(sha256(convert_to(concat_ws(' ', history_time(c.created_at), c.recipient_handle), 'UTF8')), 'hex'))
$$;

create or replace function history_id_of_message(conversation text, m messages) returns text language sql stable as $$
  select 'portico:' || encode(sha256(convert_to(
    concat_ws(' ', conversation, history_time(m.sort_at), m.is_inbound, coalesce(
      -- as it was first written: an edited or removed message keeps its id
      case when m.body_version is not null or m.removed_at is not null then (select v.body from message_versions v
        where v.company_id = m.company_id and v.message_id = m.id and v.number = 1) end, m.body)), 'UTF8')), 'hex')
$$;

create or replace function history_time(at timestamptz) returns text language sql stable as $$
  select to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;
