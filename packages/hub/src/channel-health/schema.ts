import { type Static, Type } from 'typebox'
import { SecretState } from '../channel-types/schema.ts'

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()])
const Seconds = Type.Number({ description: 'Seconds' })

const Counts = {
  sent: Type.Integer(),
  failed: Type.Integer(),
  not_confirmed: Type.Integer(),
  delayed: Type.Integer({ description: 'Attempts after which the message is tried again' }),
}

export const HealthQuery = Type.Object({
  period: Type.Optional(Type.Enum(['24h', '30d'], { description: 'Default: 24h, by hours; 30d: by days' })),
})

const TokenFailure = Type.Enum(
  [
    ...(['invalid_token', 'wrong_issuer', 'token_expired', 'token_not_yet_valid', 'token_lifetime_too_long'] as const),
    'token_replayed',
  ],
  { description: 'The code of the answer; wrong_issuer: an invalid_token that is signed well' },
)

export const ChannelHealthReport = Type.Object({
  period: Type.Enum(['24h', '30d']),
  counts: Type.Object(Counts),
  success_rate: Nullable(
    Type.Number({ description: 'Sent, of what was sent, failed or not confirmed: 0 to 1. Null: there was nothing' }),
  ),
  latency: Type.Object({
    median_below_ms: Nullable(
      Type.Integer({ description: 'Half of the responses came within this; null: no response, or slower' }),
    ),
    p95_below_ms: Nullable(Type.Integer({ description: '95 of 100 came within this' })),
  }),
  buckets: Type.Array(Type.Object({ start: Seconds, ...Counts }), {
    description: 'One for each hour or day, oldest first',
  }),
  backlog: Type.Object({
    waiting: Type.Integer({ description: 'Messages that wait to be sent' }),
    oldest_at: Nullable(Type.Number({ description: 'When the oldest of them was written. Seconds' })),
  }),
  undelivered: Type.Object({
    failed: Type.Integer(),
    not_confirmed: Type.Integer(),
  }),
  stopped_at: Nullable(Type.Number({ description: 'Since when an admin has stopped the deliveries. Seconds' })),
  last_errors: Type.Array(
    Type.Object({
      message_id: Type.String(),
      conversation_id: Type.String(),
      at: Seconds,
      state: Type.Enum(['failed', 'not_confirmed', 'delayed']),
      code: Type.String(),
      message: Type.String(),
    }),
    { description: 'The newest of those that failed, were not confirmed or are delayed; 10 at most' },
  ),
  clocks: Type.Array(
    Type.Object({
      measured_by: Type.Enum(['answers', 'tokens'], {
        description:
          'answers: the Date header of its answers, which a proxy may set; tokens: the iat of its newest token',
      }),
      ahead_seconds: Type.Number({
        description: "How far the clock of its server is ahead of Portico's, at least; below 0 it is behind",
      }),
      at: Seconds,
    }),
    { description: 'Empty: nothing was seen yet. Signatures are refused beyond 300 s, tokens from 60 s on' },
  ),
  token_failures: Type.Array(Type.Object({ code: TokenFailure, count: Type.Integer(), last_at: Seconds }), {
    description: 'Requests in this period that were refused for a token that names the channel, the newest first',
  }),
  secrets: Type.Array(SecretState, { description: "The channel type's secrets" }),
})
export type ChannelHealthReport = Static<typeof ChannelHealthReport>

export const LogQuery = Type.Object({
  limit: Type.Optional(Type.String({ description: '1 to 100' })),
  page_token: Type.Optional(Type.String()),
  message_id: Type.Optional(Type.String({ description: 'Only this message' })),
  state: Type.Optional(Type.Enum(['sent', 'failed', 'not_confirmed', 'cancelled', ''])),
  error: Type.Optional(Type.String({ maxLength: 200, description: 'A part of the error code or of its message' })),
  after: Type.Optional(Type.String({ description: 'Settled at or after. Seconds' })),
  before: Type.Optional(Type.String({ description: 'Settled before. Seconds' })),
})

export const LoggedDelivery = Type.Object({
  message_id: Type.String(),
  conversation_id: Type.String(),
  preview: Type.String({ description: 'The beginning of the message; of one without text, the names of its files' }),
  state: Type.Enum(['sent', 'failed', 'not_confirmed', 'cancelled']),
  settled_at: Seconds,
  attempts: Type.Integer(),
  status_code: Nullable(Type.Integer({ description: 'Of the last attempt' })),
  duration_ms: Nullable(Type.Integer()),
  error: Nullable(Type.Object({ code: Type.String(), message: Type.String() })),
  is_dismissed: Type.Boolean(),
})
export type LoggedDelivery = Static<typeof LoggedDelivery>

export const ReplayBody = Type.Object({
  message_ids: Type.Array(Type.String({ maxLength: 40 }), {
    minItems: 1,
    maxItems: 200,
    description:
      'Failed and unconfirmed messages of the channel. They are sent again in the order in which they were written',
  }),
})

export const Replayed = Type.Object({
  message_ids: Type.Array(Type.String(), { description: 'Those that are sent again' }),
  skipped: Type.Array(Type.String(), { description: 'Those that neither failed nor are unconfirmed, any more' }),
})
