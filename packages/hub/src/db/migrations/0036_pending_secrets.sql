-- A new secret verifies at once, and signs when somebody says so: a server that checks signatures is told of it first.
alter table channel_type_secrets add column pending boolean not null default false;
