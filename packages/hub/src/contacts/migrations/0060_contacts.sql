-- What people and integrations write of a contact (contacts/contacts.sql).
alter table contacts
  add column description text,
  add column links text[] not null default '{}',
  -- made by a teammate or through the API, not by a message: everybody in the company sees it
  add column is_made_by_hand boolean not null default false,
  add column updated_at timestamptz not null default now();
