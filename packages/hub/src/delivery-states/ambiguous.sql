-- The codes of attempts that may have arrived (db/constants.ts).
create or replace function is_ambiguous(code text) returns boolean language sql immutable as $$
  select code in (:ambiguous_codes)
$$;

-- Whether one of a message's attempts may have arrived.
create or replace function may_have_arrived(p_company bigint, p_message bigint) returns boolean language sql stable as $$
  select exists (select from delivery_attempts x where x.company_id = p_company and x.message_id = p_message and is_ambiguous(x.error_code))
$$;
