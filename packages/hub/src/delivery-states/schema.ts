import { type Static, Type } from 'typebox'

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()])

/** The delivery of an outbound message to the channel's server (a Portico extension). Times are seconds since 1970. */
export const Delivery = Type.Object(
  {
    state: Type.Enum(['queued', 'waiting', 'sending', 'delayed', 'sent', 'failed', 'not_confirmed', 'cancelled']),
    undo_until: Nullable(Type.Number({ description: 'Until then Cancel leaves it unsent' })),
    next_attempt_at: Nullable(Type.Number()),
    held_until: Nullable(
      Type.Number({ description: 'Queued, but nothing is sent to its channel before; try_now ends that' }),
    ),
    error: Nullable(Type.Object({ code: Type.String(), message: Type.String() })),
    attempts: Type.Integer(),
    may_have_arrived: Type.Boolean({
      description: 'It failed or was cancelled, after an attempt that may have arrived',
    }),
    is_dismissed: Type.Boolean({ description: 'It failed, and somebody has dealt with it' }),
    waits_for: Nullable(Type.String({ description: 'The message of its conversation that goes first' })),
    decided_by: Nullable(
      Type.String({ description: 'The teammate who cancelled it, took it for sent, or dismissed it' }),
    ),
    decided_by_type: Nullable(Type.Enum(['teammate', 'api'])),
  },
  { $id: 'Delivery' },
)
export type Delivery = Static<typeof Delivery>
