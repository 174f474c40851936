-- What a bridge of a custom channel, the older kind, kept with a message (metadata.headers of incoming_messages).
alter table messages add column custom_headers jsonb;
