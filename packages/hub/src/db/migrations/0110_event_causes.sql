-- What an event's target is, and what made the event happen.
alter table events
  -- message (its id is message_id) | teammate | inbox (of a move: the one that was left)
  add column target_kind text,
  -- teammate | api_token | channel | system: the actor, by hand or by itself. Otherwise what made it happen though the actor did
  -- something else: message (one that came, was sent with it, failed or was taken back), channel (moved or deleted), inbox
  -- (deleted), teammate (removed). What comes: rule | macro | application | import
  add column cause text,
  add column cause_id bigint;
update events set
  target_kind = case
    when message_id is not null then 'message'
    when type in ('assign', 'unassign', 'teammate') then 'teammate'
    when type in ('move', 'conversation_deleted', 'inbox') then 'inbox' end,
  target_id = case type
    when 'conversation_deleted' then inbox_id
    when 'inbox' then (data->>'inbox_id')::bigint
    else target_id end,
  cause = case actor when 'api' then 'api_token' else actor end,
  cause_id = actor_id;
