import { StorageUnavailable } from '../db/failures.ts'
import type { ChannelKey } from './queries.ts'

const POLL_MS = 1_000
/** However often it is woken: what is sent beside messages may wait a moment, and then goes in batches. */
const DEBOUNCE_MS = 50
const MAX_CHANNELS = 64

interface Sending {
  /** The channels that have something due, the longest waiting first. */
  due(limit: number): Promise<ChannelKey[]>
  /** Sends some of what is due, and returns whether there may be more. After `signal` nothing further is sent. */
  send(channel: ChannelKey, signal: AbortSignal): Promise<boolean>
  report(error: unknown): void
}

/**
 * Starts a sender of requests beside messages: channel by channel, at most 64 at a time. `wake` says that there may be more to
 * send; `stop` waits for requests in flight.
 */
export function startSending(sending: Sending) {
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
    const due = await sending.due(MAX_CHANNELS + busy.size)
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
    const hasMore = await sending.send(channel, stopping.signal).catch(report)
    if (hasMore) wake()
  }
  // an absent database is the readiness page's matter
  const report = (error: unknown) => {
    if (!(error instanceof StorageUnavailable)) sending.report(error)
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
