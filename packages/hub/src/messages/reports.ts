import { Type } from 'typebox'
import { ApiError } from '../http/api-error.ts'

/** The address of what a channel reports of a message, by its own ids. */
export const ReportParams = Type.Object({
  channel_id: Type.String(),
  conversation_external_id: Type.String(),
  message_external_id: Type.String(),
})

const DAY_MS = 86_400_000

/** When it happened, in seconds; now by default, and never later than that. Throws invalid_body. */
export function reportedAt(occurredAt: number | null | undefined): Date {
  const at = occurredAt == null ? Date.now() : occurredAt * 1000
  if (at > Date.now() + DAY_MS) {
    throw new ApiError('invalid_body', undefined, ['body.occurred_at: is more than a day ahead; it counts seconds'])
  }
  return new Date(Math.min(at, Date.now()))
}
