-- The status of a conversation in the trash is named as what it is, apart from what is deleted for ever and has no row. Front's
-- clients go on reading and writing `deleted`: conversations/status.ts translates.
alter table conversations drop constraint conversations_status_check;
update conversations set status = 'trashed' where status = 'deleted';
alter table conversations add constraint conversations_status_check check (status in ('open', 'archived', 'trashed', 'spam'));
