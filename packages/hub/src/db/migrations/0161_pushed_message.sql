-- A message pushed by a channel while receive_pushed_messages() works on it. Its columns are filled by name, in this order.
-- (received_message is the type of the hub before.)
create type pushed_message as (
  i integer, company_id bigint, channel_id bigint, external_id text, external_conversation_id text, referenced_external_id text,
  is_inbound boolean, source text, handle text, name text, email text, sender_name text, author_id bigint, recipients jsonb,
  subject text, body text, body_format text, blurb text, delivered_at timestamptz, sort_at timestamptz, outcome text,
  first_message_id bigint, contact_id bigint, replied_to_id bigint, conversation_id bigint, inbox_id bigint, is_answer boolean,
  needs_preparation boolean, is_late boolean, id bigint, event_number bigint
);
