-- Custom channels, the older kind: they are of the one type of their company that says so. Their server gets the message alone.
alter table channel_types add column is_custom boolean not null default false;
