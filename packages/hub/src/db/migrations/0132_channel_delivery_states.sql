-- One row a channel: its circuit breaker and its pauses. It was its in-flight lock too, and was called after that.
alter table lanes rename to channel_delivery_states;
alter table channel_delivery_states rename constraint lanes_pkey to channel_delivery_states_pkey;
alter table channel_delivery_states rename constraint lanes_company_id_channel_id_fkey to channel_delivery_states_company_id_channel_id_fkey;
alter index lanes_troubled rename to channel_delivery_states_troubled;
drop function if exists note_health(bigint, bigint, boolean, text, timestamptz, bigint);
