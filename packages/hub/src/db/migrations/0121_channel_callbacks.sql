-- What channel servers are told beside their messages, message_imported and delete, has the field's word. What waits goes on waiting.
alter table notices rename to channel_callbacks;
alter table channel_callbacks rename constraint notices_pkey to channel_callbacks_pkey;
alter table channel_callbacks rename constraint notices_kind_check to channel_callbacks_kind_check;
alter table channel_callbacks rename constraint notices_company_id_channel_id_fkey to channel_callbacks_company_id_channel_id_fkey;
drop index notices_due;
create index channel_callbacks_due on channel_callbacks (company_id, channel_id, next_attempt_at, id);
drop function if exists channels_with_due_notices(integer);
drop function if exists claim_notices(bigint, bigint, uuid, integer, integer);
drop function if exists settle_notices(bigint, bigint, uuid, jsonb);

-- Of every event up to here they were written with the event; the consumer goes on behind it.
insert into directory.consumers (name) values ('channel-callbacks');
insert into consumer_cursors (company_id, consumer, last_event) select company_id, 'channel-callbacks', last_event from counters;

alter type received_message drop attribute notice;
