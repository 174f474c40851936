-- Draws numbers that are needed before the row is written (to seal a secret, to send a channel server its channel id).
-- Returns the first of them. They are never drawn again, even when no row gets them.
create or replace function draw_numbers(p_company bigint, p_count integer) returns bigint language plpgsql as $$
declare
  first bigint;
begin
  update counters set last_number = last_number + p_count where company_id = p_company
    returning last_number - p_count + 1 into first;
  return first;
end $$;
