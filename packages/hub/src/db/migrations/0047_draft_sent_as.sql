-- The message as which the draft was sent, while it is empty since: another screen that did not hear of it must not send it again.
alter table drafts add column sent_as bigint;
