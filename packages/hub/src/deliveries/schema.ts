import { type Static, Type } from 'typebox'
import { Delivery } from '../delivery-states/schema.ts'

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()])

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
  ...Delivery.properties,
  attempts_log: Type.Array(Attempt),
})
