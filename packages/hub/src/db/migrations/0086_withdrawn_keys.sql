-- null: the request was taken back before it came; no message will be made of it.
alter table idempotency_keys alter column message_id drop not null;
