-- A handle is one contact's in its scope: the company's (owner_id null), or a teammate's own, beside it. Whoever writes is recognised in the
-- company's. The scope is part of the key now, while every handle is the company's.
alter table contact_handles add column owner_id bigint;
alter table contact_handles drop constraint contact_handles_pkey;
alter table contact_handles add unique nulls not distinct (company_id, source, handle, owner_id);
alter table contact_handles add foreign key (company_id, owner_id) references teammates (company_id, id);
