-- A draft counts its changes, so that who saves one can name what they saw. One that was sent or emptied stays as an empty row:
-- its count must not begin anew. `set_aside`: words typed on another screen, kept beside those that are shown.
alter table drafts add column version bigint not null default 1;
alter table drafts add column set_aside text;
