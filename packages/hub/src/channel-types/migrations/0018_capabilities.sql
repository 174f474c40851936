-- What a type's server can do beyond Front's protocol, by name (packages/protocol, capabilities.ts).
alter table channel_types add column capabilities text[] not null default '{}';
