/** SQL: whether one of its attempts may have arrived, where its state speaks of what was not sent. */
export const mayHaveArrived = (d: string) =>
  `(${d}.attempts > 0 and ${d}.state in ('failed', 'cancelled') and may_have_arrived(${d}.company_id, ${d}.message_id))`

/** SQL: until when its channel is left alone, by the breaker or because it asked; of one that could go otherwise. */
export const heldUntil = (d: string) => `case when ${d}.state = 'queued' then (
  select greatest(l.open_until, l.paused_until) from lanes l where l.company_id = ${d}.company_id and l.channel_id = ${d}.channel_id) end`
