import type { ConversationAddition } from '../conversations/additions.ts'
import { LastCall } from './schema.ts'

const seconds = (time: string) => `floor(extract(epoch from ${time}) * 1000) / 1000`

/** Lists show it where it is newer than the last message. */
export const lastCallOfConversation: ConversationAddition = {
  schema: LastCall,
  sql: `case when c.last_call_id is not null then (
    select jsonb_build_object('at', ${seconds('r.listed_at')}, 'direction', r.direction, 'state', r.state,
      'answered_at', ${seconds('g.answered_at')}, 'ended_at', ${seconds('g.ended_at')})
    from calls l join calls r on r.company_id = l.company_id and r.id = l.root_id
    cross join lateral (
      select min(x.answered_at) as answered_at, case when bool_and(x.ended_at is not null) then max(x.ended_at) end as ended_at
      from calls x where x.company_id = r.company_id and x.root_id = r.id) g
    where l.company_id = c.company_id and l.id = c.last_call_id) end`,
}
