-- Makes a company, its first team and its counter row. With p_only_first it makes one only while there is none, else it returns null (one of two concurrent set-ups succeeds).
create or replace function create_company(p_name text, p_is_demo boolean, p_only_first boolean)
returns bigint language plpgsql as $$
declare
  company bigint;
begin
  if p_only_first then
    lock table directory.companies in share row exclusive mode;
    if exists (select 1 from directory.companies) then
      return null;
    end if;
  end if;
  insert into directory.companies default values returning id into company;
  insert into companies (company_id, name, is_demo) values (company, p_name, p_is_demo);
  insert into teams (company_id, id, name) values (company, 1, p_name);
  insert into counters (company_id) values (company);
  insert into delivery_queues (company_id) values (company);
  perform schedule_timer(company, 'expired-rows', 0, now() + interval '1 day');
  return company;
end $$;
