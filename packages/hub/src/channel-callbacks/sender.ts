import { StorageUnavailable } from '../db/failures.ts'
import { type ChannelKey, channelsWithDueCallbacks } from './queries.ts'
import { type CallbackDeps, sendCallbacks } from './send.ts'

const POLL_MS = 1_000
/** However often it is woken: callbacks may wait a moment, and then go in batches. */
const DEBOUNCE_MS = 50
const MAX_CHANNELS = 64

/**
 * Starts the sender of callbacks, which notifies channel servers of imports and deletions. It delays nothing else: few attempts,
 * no order across them, no circuit breaker, its own connections, nothing shown to teammates. `wake` says that there may be more
 * to send; `stop` waits for requests in flight (7 s at most).
 */
export function startCallbacks(deps: CallbackDeps & { report: (error: unknown) => void }) {
  const stopping = new AbortController()
  const busy = new Map<string, Promise<void>>()
  let timer: NodeJS.Timeout | undefined
  let polling: Promise<void> | undefined
  let isWanted = false

  const wake = () => {
    if (isWanted) return
    isWanted = true
    if (!polling) plan(DEBOUNCE_MS)
  }
  const plan = (ms: number) => {
    clearTimeout(timer)
    if (!stopping.signal.aborted) timer = setTimeout(poll, ms)
  }
  const poll = () => {
    isWanted = false
    polling = begin()
      .catch(report)
      .finally(() => {
        polling = undefined
        plan(isWanted ? DEBOUNCE_MS : POLL_MS)
      })
  }
  const begin = async () => {
    const due = await channelsWithDueCallbacks(deps.db, MAX_CHANNELS + busy.size)
    for (const channel of due) {
      const key = `${channel.company_id} ${channel.channel_id}`
      if (busy.size < MAX_CHANNELS && !busy.has(key))
        busy.set(
          key,
          sendAll(channel).finally(() => busy.delete(key)),
        )
    }
  }
  const sendAll = async (channel: ChannelKey) => {
    const hasMore = await sendCallbacks(deps, channel, stopping.signal).catch(report)
    if (hasMore) wake()
  }
  // an absent database is the readiness page's matter
  const report = (error: unknown) => {
    if (!(error instanceof StorageUnavailable)) deps.report(error)
  }

  poll()
  return {
    wake,
    async stop(): Promise<void> {
      stopping.abort()
      clearTimeout(timer)
      await polling
      clearTimeout(timer)
      await Promise.all(busy.values())
    },
  }
}
