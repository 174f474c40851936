-- The contact behind (source, handle): found, linked by e-mail address, or created. The company's counter row is already ours.
-- A handle that another contact holds is never taken from it; a name is only given to a contact that has none.
create or replace function recognise_contact(co bigint, src text, who text, called text, mail text)
returns bigint language plpgsql as $$
declare
  contact bigint;
begin
  select h.contact_id into contact from contact_handles h where h.company_id = co and h.source = src and h.handle = who;
  if contact is null then
    if mail is not null then
      select h.contact_id into contact from contact_handles h
        where h.company_id = co and h.source = 'email' and h.handle = mail;
    end if;
    if contact is null then
      update counters set last_number = last_number + 1 where company_id = co returning last_number into contact;
      insert into contacts (company_id, id, name) values (co, contact, called);
    end if;
    insert into contact_handles (company_id, source, handle, contact_id) values (co, src, who, contact);
  end if;
  if mail is not null then
    insert into contact_handles (company_id, source, handle, contact_id) values (co, 'email', mail, contact)
      on conflict (company_id, source, handle) do nothing;
  end if;
  if called is not null then
    update contacts c set name = called where c.company_id = co and c.id = contact and c.name is null;
  end if;
  return contact;
end $$;
