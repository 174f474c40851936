-- Gives a teammate a picture, or takes it away (p_name is null). The URL of the one before leads nowhere.
-- outcome: changed | no_teammate
create or replace function set_avatar(p_company bigint, p_teammate bigint, p_name text, p_bytes bytea, p_actor text, p_actor_id bigint)
returns text language plpgsql as $$
begin
  perform 1 from counters c where c.company_id = p_company for update;
  update teammates t set avatar = p_name where t.company_id = p_company and t.id = p_teammate and t.removed_at is null;
  if not found then return 'no_teammate'; end if;
  delete from avatars a where a.company_id = p_company and a.teammate_id = p_teammate;
  if p_name is not null then
    insert into avatars (company_id, teammate_id, name, bytes) values (p_company, p_teammate, p_name, p_bytes);
  end if;
  perform write_teammate_event(p_company, p_teammate, p_actor, p_actor_id);
  return 'changed';
end $$;
