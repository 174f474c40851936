import { type Static, Type } from 'typebox'

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()])

/** An outbound message on its way (a Portico extension). Times are seconds since 1970. */
export const deliveryFields = {
  state: Type.Enum(['queued', 'waiting', 'sending', 'delayed', 'sent', 'failed', 'not_confirmed', 'cancelled']),
  undo_until: Nullable(Type.Number({ description: 'Until then Cancel takes it back unsent' })),
  next_attempt_at: Nullable(Type.Number()),
  held_until: Nullable(
    Type.Number({ description: 'Queued, but nothing is sent to its channel before; try_now ends that' }),
  ),
  error: Nullable(Type.Object({ code: Type.String(), message: Type.String() })),
  attempts: Type.Integer(),
  may_have_arrived: Type.Boolean({ description: 'It failed or was cancelled, after an attempt that may have arrived' }),
  is_dismissed: Type.Boolean({ description: 'It failed, and somebody has dealt with it' }),
  waits_for: Nullable(Type.String({ description: 'The message of its conversation that goes first' })),
  decided_by: Nullable(
    Type.String({ description: 'The teammate who cancelled it, took it for sent, or dismissed it' }),
  ),
  decided_by_type: Nullable(Type.Enum(['teammate', 'api'])),
}

export const DeliveryState = Type.Object(deliveryFields)
export type DeliveryState = Static<typeof DeliveryState>

const Attempt = Type.Object({
  number: Type.Integer(),
  started_at: Type.Number(),
  duration_ms: Nullable(Type.Integer()),
  status_code: Nullable(Type.Integer()),
  outcome: Type.Enum(['sent', 'failed', 'delayed', 'not_confirmed']),
  error: Nullable(Type.Object({ code: Type.String(), message: Type.String() })),
  response_excerpt: Nullable(Type.String()),
  detail: Nullable(Type.String({ description: 'The technical reason why there is no answer' })),
})
export type Attempt = Static<typeof Attempt>

export const DeliveryWithAttempts = Type.Object({
  ...deliveryFields,
  attempts_log: Type.Array(Attempt),
})
