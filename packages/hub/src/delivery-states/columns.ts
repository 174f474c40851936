import { limits } from '@portico/protocol'
import { sqlList, waitingStates } from '../db/constants.ts'

/** SQL: whether one of its attempts may have arrived, where its state speaks of what was not sent. */
const mayHaveArrived =
  "(d.attempts > 0 and d.state in ('failed', 'cancelled') and may_have_arrived(d.company_id, d.message_id))"

/** SQL: until when its channel is left alone, by the breaker or because it asked; of one that could go otherwise. */
const heldUntil = `case when d.state = 'queued' then (
  select greatest(l.open_until, l.paused_until) from channel_delivery_states l where l.company_id = d.company_id and l.channel_id = d.channel_id) end`

/** SQL: the message of its conversation that goes before it. */
export const waitsFor = `case when not d.is_next and d.state in (${sqlList(waitingStates)}) then (
  select max(w.message_id) from outbox w
  where w.company_id = d.company_id and w.conversation_id = d.conversation_id and w.message_id < d.message_id) end`

/** SQL: a message's delivery as `d`, settled or not; by its whole key (offset 0), because a view of two tables is joined by reading both. */
export const joinDelivery = (company: string, conversation: string, message: string) => `
  left join lateral (
    select v.* from all_deliveries v
    where v.company_id = ${company} and v.conversation_id = ${conversation} and v.message_id = ${message} offset 0) d on true`

/** SQL: a DeliveryRow out of `d`, null where there is none. */
export const deliveryColumn = (waitsForId: string) => `case when d.message_id is not null then jsonb_build_object(
    'state', d.state, 'is_next', d.is_next, 'due_at', d.due_at, 'attempts', d.attempts,
    'error_code', d.error_code, 'error_message', left(d.error_message, ${limits.reason}),
    'dismissed_at', d.dismissed_at, 'decided_by', d.decided_by, 'may_have_arrived', ${mayHaveArrived}, 'held_until', ${heldUntil},
    'waits_for_id', ${waitsForId}) end as delivery`
