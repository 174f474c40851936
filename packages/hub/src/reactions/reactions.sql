-- Who reacted to a message, and with what. Reactions change their message alone: its conversation keeps its place in lists, its status
-- and whether it is read.

-- Takes a channel's report of all that one person has on a message; of nobody, it is the company's own app. A report that is older
-- than the last change of that person changes nothing.
-- p: ReportedReactions (reactions/report.ts)
-- outcome: changed | unchanged | no_channel | capability_off | no_message | too_many
create or replace function report_reactions(p_company bigint, p_channel bigint, p_conversation_external_id text, p_external_id text, p jsonb)
returns text language plpgsql as $$
declare
  message messages;
  at timestamptz := 'epoch'::timestamptz + (p->>'occurred_at')::float8 * interval '1 second';
  kind text := case when p->>'handle' is null then 'channel' else 'customer' end;
  emojis text[] := array(select jsonb_array_elements_text(p->'emojis'));
  capabilities text[];
  before text[];
begin
  perform 1 from counters c where c.company_id = p_company for update;
  select t.capabilities into capabilities from channels c
    join channel_types t on t.company_id = c.company_id and t.id = c.channel_type_id
    where c.company_id = p_company and c.id = p_channel and c.deleted_at is null;
  if not found then return 'no_channel'; end if;
  if 'reactions' <> all(capabilities) then return 'capability_off'; end if;
  select m.* into message from messages m
    where m.company_id = p_company and m.id = find_by_external_id(p_company, p_channel, p_external_id)
      and exists (select from conversation_external_ids e
        where e.company_id = p_company and e.channel_id = p_channel and e.conversation_id = m.conversation_id
          and e.external_id = p_conversation_external_id);
  if not found then return 'no_message'; end if;
  before := reactions_on(p_company, message.id);
  at := coalesce(at, reacted_now(p_company, message.id, kind, coalesce(p->>'handle', '')));
  if kind = 'channel' then
    emojis := unite_own_reactions(p_company, message.id, emojis, at);
  end if;
  if not put_reactions(p_company, message.id, kind, coalesce(p->>'handle', ''), p->>'name', emojis, at) then return 'too_many'; end if;
  return write_reactions_event(message, before, 'channel', p_channel);
end $$;

-- Of what the company's app shows, that which no teammate put there. What a teammate put there and it does not show was taken back.
create or replace function unite_own_reactions(p_company bigint, p_message bigint, p_emojis text[], p_at timestamptz)
returns text[] language plpgsql as $$
begin
  update reactions r set emojis = x.left, taken = x.left
    from (select o.who, array(select e from unnest(o.emojis) with ordinality u(e, i) where e = any(p_emojis) order by i) as left
      from reactions o where o.company_id = p_company and o.message_id = p_message and o.kind = 'teammate') x
    where r.who = x.who and r.company_id = p_company and r.message_id = p_message and r.kind = 'teammate'
      -- reports may count in whole seconds
      and date_trunc('second', r.changed_at) <= p_at;
  return array(select e from unnest(p_emojis) with ordinality u(e, i) where not exists (
      select from reactions r
      where r.company_id = p_company and r.message_id = p_message and r.kind = 'teammate' and e = any(r.emojis))
    order by i);
end $$;

-- The time of a change that says none. Not now(): a transaction that waited for the company's lock began before changes that are stored by
-- now, and would be taken for an older one.
create or replace function reacted_now(p_company bigint, p_message bigint, p_kind text, p_who text) returns timestamptz language sql as $$
  select greatest(clock_timestamp(), (select r.changed_at from reactions r
    where r.company_id = p_company and r.message_id = p_message and r.kind = p_kind and r.who = p_who))
$$;

-- Stores all that one person has on a message, unless a later change is known. False: the message would have too many.
create or replace function put_reactions(p_company bigint, p_message bigint, p_kind text, p_who text, p_name text, p_emojis text[],
  p_at timestamptz) returns boolean language plpgsql as $$
begin
  if cardinality(p_emojis) > 0 and cardinality(p_emojis) + (
      select coalesce(sum(cardinality(r.emojis)), 0) from reactions r
      where r.company_id = p_company and r.message_id = p_message and (r.kind, r.who) <> (p_kind, p_who)) > :most_reactions then
    return false;
  end if;
  -- what is only remembered makes room
  delete from reactions r where r.company_id = p_company and r.message_id = p_message and r.emojis = '{}'
    and (select count(*) from reactions o where o.company_id = p_company and o.message_id = p_message) >= 2 * :most_reactions;
  insert into reactions as r (company_id, message_id, kind, who, name, emojis, changed_at)
    values (p_company, p_message, p_kind, p_who, p_name, p_emojis, p_at)
    on conflict (company_id, message_id, kind, who) do update
      set name = coalesce(excluded.name, r.name), emojis = excluded.emojis, changed_at = excluded.changed_at
      where r.changed_at <= excluded.changed_at;
  return true;
end $$;

-- Each reaction to a message, as who and what.
create or replace function reactions_on(p_company bigint, p_message bigint) returns text[] language sql stable as $$
  select coalesce(array_agg(r.kind || ' ' || r.who || ' ' || e order by r.kind, r.who, e), '{}')
  from reactions r cross join unnest(r.emojis) e where r.company_id = p_company and r.message_id = p_message
$$;

-- Writes the event of what changed since `before`, if anything did.
-- outcome: changed | unchanged
create or replace function write_reactions_event(message messages, before text[], p_actor text, p_actor_id bigint) returns text
language plpgsql as $$
begin
  if reactions_on(message.company_id, message.id) = before then return 'unchanged'; end if;
  perform write_event(message.company_id, 'reaction', p_actor, p_actor_id, conversation => c.id, inbox => c.inbox_id, message => message.id)
    from conversations c where c.company_id = message.company_id and c.id = message.conversation_id;
  return 'changed';
end $$;
