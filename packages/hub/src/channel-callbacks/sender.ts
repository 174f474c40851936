import { channelsWithDueCallbacks } from './queries.ts'
import { type CallbackDeps, sendCallbacks } from './send.ts'
import { startSending } from './start-sending.ts'

/**
 * Starts the sender of callbacks, which notifies channel servers of imports and deletions. It delays nothing else: few attempts,
 * no order across them, no circuit breaker, its own connections, nothing shown to teammates.
 */
export function startCallbacks(deps: CallbackDeps & { report: (error: unknown) => void }) {
  return startSending({
    due: (limit) => channelsWithDueCallbacks(deps.db, limit),
    send: (channel, signal) => sendCallbacks(deps, channel, signal),
    report: deps.report,
  })
}
