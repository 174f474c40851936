-- An assignee sees the conversation: who does not have its inbox is given it alone (conversation_teammates). What was given
-- stays after another one is assigned, and ends when the teammate is removed.

-- Whether the assignee sees the conversation; the rule of events/audience.ts and inboxes/policy.ts for one teammate.
create or replace function assignee_sees(c conversations) returns boolean language sql stable as $$
  select exists (
    select from inboxes i
    where i.company_id = c.company_id
      and (i.id = c.inbox_id or exists (select from conversation_inboxes b
        where b.company_id = i.company_id and b.conversation_id = c.id and b.inbox_id = i.id))
      and (i.is_public or exists (select from inbox_teammates t
        where t.company_id = i.company_id and t.inbox_id = i.id and t.teammate_id = c.assignee_id)))
    or exists (select from conversation_teammates g
      where g.company_id = c.company_id and g.conversation_id = c.id and g.teammate_id = c.assignee_id)
$$;

-- Gives conversations to their assignees who do not see them. The caller holds the company's counter row, and writes an
-- event of each conversation (events/audience.ts).
create or replace function give_to_assignees(p_company bigint, p_conversations bigint[]) returns void language sql as $$
  insert into conversation_teammates (company_id, conversation_id, teammate_id)
    select c.company_id, c.id, c.assignee_id from conversations c
    where c.company_id = p_company and c.id = any(p_conversations) and c.assignee_id is not null and not assignee_sees(c)
$$;
