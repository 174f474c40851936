-- When the channel says that a message was written. Those that come late are placed among the others by it, and the
-- conversation knows the newest, so that only they look.
alter table messages add column delivered_at timestamptz;
alter table conversations add column newest_delivered_at timestamptz;
alter type received_message add attribute delivered_at timestamptz, add attribute is_stray boolean;
