-- A teammate who was removed keeps the row, because messages and events name it; the address may be invited again.
alter table teammates add column removed_at timestamptz;
alter table teammates drop constraint teammates_company_id_email_key;
create unique index teammates_email on teammates (company_id, email) where removed_at is null;

-- A deleted channel keeps its row longer than an inbox does.
alter table channels alter column inbox_id drop not null;
alter table channels add check (inbox_id is not null or deleted_at is not null);
