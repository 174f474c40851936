-- Where the message's row lies in the outbox: it is looked up once.
alter type finished_attempt add attribute outbox_row tid;
