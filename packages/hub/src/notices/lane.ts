import { StorageUnavailable } from '../db/failures.ts'
import type { Bus } from '../events/bus.ts'
import { type NoticeDeps, sendNotices } from './batch.ts'
import { type ChannelKey, channelsWithDueNotices } from './queries.ts'

const POLL_MS = 1_000
/** However often it is woken: notices may wait a moment, and then go in batches. */
const BREATH_MS = 50
const MAX_CHANNELS = 64

/**
 * Starts the lane that tells channel servers of imports and deletions. It is nobody's turn but its own: few attempts, no
 * order, no breaker, connections of its own, nothing shown to teammates. `stop` waits for what is under way (7 s at most).
 */
export function startNotices(deps: NoticeDeps & { bus: Pick<Bus, 'on'>; report: (error: unknown) => void }) {
  const stopping = new AbortController()
  const busy = new Map<string, Promise<void>>()
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> | undefined
  let isWanted = false

  const wake = () => {
    isWanted = true
    if (!looking) plan(BREATH_MS)
  }
  const plan = (ms: number) => {
    clearTimeout(timer)
    if (!stopping.signal.aborted) timer = setTimeout(look, ms)
  }
  const look = () => {
    isWanted = false
    looking = begin()
      .catch(report)
      .finally(() => {
        looking = undefined
        plan(isWanted ? BREATH_MS : POLL_MS)
      })
  }
  const begin = async () => {
    const due = await channelsWithDueNotices(deps.db, MAX_CHANNELS + busy.size)
    for (const channel of due) {
      const key = `${channel.company_id} ${channel.channel_id}`
      if (busy.size < MAX_CHANNELS && !busy.has(key))
        busy.set(
          key,
          tell(channel).finally(() => busy.delete(key)),
        )
    }
  }
  const tell = async (channel: ChannelKey) => {
    const hasMore = await sendNotices(deps, channel, stopping.signal).catch(report)
    if (hasMore) wake()
  }
  // an absent database is the readiness page's matter
  const report = (error: unknown) => {
    if (!(error instanceof StorageUnavailable)) deps.report(error)
  }

  const unhear = deps.bus.on('notices', wake)
  look()
  return {
    async stop(): Promise<void> {
      unhear()
      stopping.abort()
      clearTimeout(timer)
      await looking
      clearTimeout(timer)
      await Promise.all(busy.values())
    },
  }
}
