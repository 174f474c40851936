-- Finds or creates the contact of (source, handle): by the handle, by the other form of a mobile number, or by the e-mail address.
-- The company's counter row is locked. A teammate's own contacts are ignored. A handle never moves to another contact; a name is set only
-- on a contact without one, and stored with the channel type that reported it: it is never sent to servers of another type.
create or replace function recognise_contact(p_company bigint, p_channel_type bigint, p_source text, p_handle text, p_name text, p_email text)
returns bigint language plpgsql as $$
declare
  contact bigint;
begin
  select h.contact_id into contact from contact_handles h where h.company_id = p_company and h.source = p_source and h.handle = p_handle and h.owner_id is null;
  if contact is null then
    if p_source = 'phone' then
      select h.contact_id into contact from contact_handles h
        where h.company_id = p_company and h.source = p_source and h.handle = other_form_of_mobile(p_handle) and h.owner_id is null;
    end if;
    if contact is null and p_email is not null then
      select h.contact_id into contact from contact_handles h
        where h.company_id = p_company and h.source = 'email' and h.handle = p_email and h.owner_id is null;
    end if;
    if contact is null then
      update counters set last_number = last_number + 1 where company_id = p_company returning last_number into contact;
      insert into contacts (company_id, id, name, named_by) values (p_company, contact, p_name, case when p_name is not null then p_channel_type end);
    end if;
    insert into contact_handles (company_id, source, handle, contact_id) values (p_company, p_source, p_handle, contact);
  end if;
  if p_email is not null then
    insert into contact_handles (company_id, source, handle, contact_id) values (p_company, 'email', p_email, contact)
      on conflict (company_id, source, handle, owner_id) do nothing;
  end if;
  if p_name is not null then
    update contacts c set name = p_name, named_by = p_channel_type where c.company_id = p_company and c.id = contact and c.name is null;
  end if;
  return contact;
end $$;

-- The other form of an E.164 mobile number; null when there is none. Networks write one in two ways: Mexico +52 1 … and +52 …, Argentina +54 9 … and +54 …, Brazil with and without its ninth
-- digit. Messages keep the form that their network gave.
create or replace function other_form_of_mobile(e164 text) returns text language sql immutable as $$
  select case
    when e164 ~ '^\+521[2-9]\d{9}$' then '+52' || substr(e164, 5)
    when e164 ~ '^\+52[2-9]\d{9}$' then '+521' || substr(e164, 4)
    when e164 ~ '^\+549[1-3]\d{9}$' then '+54' || substr(e164, 5)
    when e164 ~ '^\+54[1-3]\d{9}$' then '+549' || substr(e164, 4)
    when e164 ~ '^\+55[1-9]\d9[6-9]\d{7}$' then substr(e164, 1, 5) || substr(e164, 7)
    when e164 ~ '^\+55[1-9]\d[6-9]\d{7}$' then substr(e164, 1, 5) || '9' || substr(e164, 6)
  end
$$;

-- Says that a handle is a contact's. One that is another contact's stays there.
-- outcome: given | known | no_contact | other_contact
create or replace function give_handle(p_company bigint, p_contact bigint, p_source text, p_handle text) returns text language plpgsql as $$
declare
  owner bigint;
begin
  perform 1 from counters where company_id = p_company for update;
  select h.contact_id into owner from contact_handles h
    where h.company_id = p_company and h.source = p_source and h.handle = p_handle and h.owner_id is null;
  if owner is not null then
    return case when owner = p_contact then 'known' else 'other_contact' end;
  end if;
  if not exists (select from contacts c where c.company_id = p_company and c.id = p_contact) then
    return 'no_contact';
  end if;
  insert into contact_handles (company_id, source, handle, contact_id) values (p_company, p_source, p_handle, p_contact);
  return 'given';
end $$;
