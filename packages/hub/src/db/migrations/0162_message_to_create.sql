-- A message of ours while create_messages() works on it. Its columns are filled by name, in this order. (outbound_message is the
-- type of the hub before.)
create type message_to_create as (
  i integer, company_id bigint, is_reply boolean, conversation_id bigint, inbox_id bigint, channel_id bigint, undo_seconds integer,
  author_id bigint, origin text, actor_id bigint, source text, handle text, name text, contact_id bigint, recipients jsonb,
  sender_name text, subject text, body text, body_format text, blurb text, status text, replied_to_id bigint, draft_version bigint,
  caller text, route text, key text, request_hash bytea, outcome text, first_message_id bigint, needs_conversation boolean,
  is_next boolean, changes_status boolean, id bigint, event_number bigint
);
