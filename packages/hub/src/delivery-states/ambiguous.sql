-- The codes of attempts that may have arrived (`ambiguousCodes` of judge.ts).
create or replace function is_ambiguous(code text) returns boolean language sql immutable as $$
  select code in ('timeout', 'connection_reset', 'unreadable_answer', 'interrupted', 'server_error', 'invalid_response')
$$;

-- Whether one of a message's attempts may have arrived.
create or replace function may_have_arrived(co bigint, message bigint) returns boolean language sql stable as $$
  select exists (select from delivery_attempts x where x.company_id = co and x.message_id = message and is_ambiguous(x.error_code))
$$;
