import type { CallResult } from '../outbound-http/call.ts'
import type { Callback } from './queries.ts'

/** Seconds until the next attempt, after the first, the second and the third. */
export const RETRY_AFTER = [5, 60, 600]

/**
 * Seconds until a callback is tried again, null when it is done with or given up. For an import any answer will do.
 * A deletion was heard when the server says so, or that it does not know what is meant.
 */
export function againAfter({ kind, attempts }: Pick<Callback, 'kind' | 'attempts'>, result: CallResult): number | null {
  const isHeard = result.kind === 'answer' && (kind === 'message_imported' || isFinal(result.status))
  return isHeard ? null : (RETRY_AFTER[attempts - 1] ?? null)
}

function isFinal(status: number): boolean {
  return status < 500 && status !== 408 && status !== 429
}
