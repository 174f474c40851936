-- The last messages as which the draft was sent, and the draft's version after each: another screen that has an older one did not
-- hear of it, and must not send the same words again.
alter table drafts alter column sent_as type bigint[] using array_remove(array[sent_as], null);
alter table drafts add column sent_versions bigint[];
update drafts set sent_versions = array_fill(version, array[cardinality(sent_as)]);
