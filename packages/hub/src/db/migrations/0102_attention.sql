-- What one teammate does with a conversation, beside what is shared: a row for each of the two that has something to say. Today that
-- is how far they have read; to follow, to mute and to snooze for oneself are columns of this row when they are built. Without a row
-- everything is as it was when they joined.
alter table read_positions rename to attention;
alter table attention rename column message_id to read_up_to;
alter table attention rename constraint read_positions_pkey to attention_pkey;
alter table attention rename constraint read_positions_company_id_teammate_id_fkey to attention_company_id_teammate_id_fkey;
alter table attention rename constraint read_positions_company_id_conversation_id_fkey to attention_company_id_conversation_id_fkey;
