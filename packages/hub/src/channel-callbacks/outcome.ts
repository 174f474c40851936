import type { CallResult } from '../outbound-http/call.ts'
import type { Callback } from './queries.ts'

/** Seconds until the next attempt, after the first, the second and the third. */
export const RETRY_AFTER = [5, 60, 600]

/**
 * Seconds until a callback is retried; null when it is finished or given up. For an import every response counts. A deletion is
 * finished when the server confirms it, or does not know the channel.
 */
export function againAfter({ kind, attempts }: Pick<Callback, 'kind' | 'attempts'>, result: CallResult): number | null {
  const isHeard = result.kind === 'answer' && (kind === 'message_imported' || isFinal(result.status))
  return isHeard ? null : (RETRY_AFTER[attempts - 1] ?? null)
}

function isFinal(status: number): boolean {
  return status < 500 && status !== 408 && status !== 429
}
