-- The teammate who cancelled a message, or took it for sent.
alter table deliveries add column decided_by bigint;
