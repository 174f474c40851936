-- is_after_lease: the result came when the lease of its claim had ended. stored_conversation_id: what the channel called the conversation before.
alter type finished_attempt rename attribute is_late to is_after_lease;
alter type finished_attempt rename attribute kept_conversation_id to stored_conversation_id;
