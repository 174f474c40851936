-- A teammate adds an emoji to a message, or takes it back. The channel is told what the company has on the message then.
-- outcome: changed | unchanged | no_message | removed | not_sent | in_trash | too_many
create or replace function react(p_company bigint, p_message bigint, p_teammate bigint, p_emoji text, p_is_on boolean, p_actor text,
  p_actor_id bigint)
returns text language plpgsql as $$
declare
  message messages;
  own text[];
  before text[];
begin
  perform 1 from counters c where c.company_id = p_company for update;
  select m.* into message from messages m where m.company_id = p_company and m.id = p_message;
  if not found then return 'no_message'; end if;
  if message.removed_at is not null then return 'removed'; end if;
  if exists (select from all_deliveries d where d.company_id = p_company and d.conversation_id = message.conversation_id
      and d.message_id = p_message and d.state in ('failed', 'cancelled')) then
    return 'not_sent';
  end if;
  perform 1 from conversations c where c.company_id = p_company and c.id = message.conversation_id and c.status in ('trashed', 'spam');
  if found then return 'in_trash'; end if;
  own := array(select e from reactions r cross join unnest(r.emojis) with ordinality u(e, i)
    where r.company_id = p_company and r.message_id = p_message and r.kind = 'teammate' and r.who = p_teammate::text order by i);
  if (p_emoji = any(own)) = p_is_on then return 'unchanged'; end if;
  before := reactions_on(p_company, p_message);
  own := case when p_is_on then own || p_emoji else array_remove(own, p_emoji) end;
  if cardinality(own) > :most_reactions_of_one
      or not put_reactions(p_company, p_message, 'teammate', p_teammate::text, null, own,
        reacted_now(p_company, p_message, 'teammate', p_teammate::text)) then
    return 'too_many';
  end if;
  perform queue_message_change(p_company, message.channel_id, p_message, null, 'reaction', '');
  return write_reactions_event(message, before, p_actor, p_actor_id);
end $$;

-- All that the company has on a message, the newest last, and the teammate who changed it last.
create or replace function company_reactions(p_company bigint, p_message bigint, out emojis text[], out author_id bigint)
language sql stable as $$
  select array(
      select e from reactions r cross join unnest(r.emojis) with ordinality u(e, i)
      where r.company_id = p_company and r.message_id = p_message and r.kind <> 'customer'
      group by e order by max(r.changed_at), max(i), e),
    (select r.who::bigint from reactions r where r.company_id = p_company and r.message_id = p_message and r.kind = 'teammate'
      order by r.changed_at desc, r.who limit 1)
$$;

-- The channel took a version of what teammates have on a message; what is newer than that is still on its way.
create or replace function take_reactions(p_company bigint, p_message bigint, p_version integer) returns void language sql as $$
  update reactions r set taken = r.emojis
    where r.company_id = p_company and r.message_id = p_message and r.kind = 'teammate' and exists (
      select from message_changes c
      where c.company_id = p_company and c.message_id = p_message and c.kind = 'reaction' and c.version = p_version)
$$;

-- What the channel did not take is given up.
create or replace function discard_reactions(p_company bigint, p_message bigint) returns void language sql as $$
  update reactions r set emojis = r.taken where r.company_id = p_company and r.message_id = p_message and r.kind = 'teammate'
$$;
