import type { HubEvent } from '../api/types.ts'
import { electLeader } from './leader.ts'

export type LiveStatus = 'connecting' | 'live' | 'reconnecting' | 'offline'

export type LiveNews =
  | { kind: 'event'; number: number; event: HubEvent }
  /** A draft of this teammate has a new version; without a conversation it is that of a new message. */
  | { kind: 'draft'; conversationId: string | null; version: number }
  /** A customer writes in a conversation, or stopped. */
  | { kind: 'typing'; conversationId: string; sender: { handle: string; name: string | null }; isTyping: boolean }
  /** The cursor is too old: everything shown must be read again. */
  | { kind: 'reset'; number: number }
  | { kind: 'status'; status: LiveStatus }
  /** The session has ended. */
  | { kind: 'signed_out' }
  /** The teammate of the session, after a reconnect. */
  | { kind: 'signed_in'; teammateId: string }

/**
 * Subscribes to the hub's events. One tab of the browser has the connection and passes events to the others. A tab first
 * subscribes, then reads its lists, then starts at the event number of its first response, so that it misses nothing.
 */
export function followEvents(name: string, onNews: (news: LiveNews) => void) {
  let cursor: number | undefined
  const tabs = new BroadcastChannel(name)
  const receive = (news: LiveNews) => {
    if (news.kind === 'event' && cursor !== undefined && news.number <= cursor) return
    if (news.kind === 'event' || news.kind === 'reset') cursor = news.number
    onNews(news)
  }
  const publish = (news: LiveNews) => {
    receive(news)
    tabs.postMessage(news)
  }
  tabs.onmessage = ({ data }: MessageEvent<LiveNews | { kind: 'status_wanted' }>) => {
    if (data.kind !== 'status_wanted') receive(data)
  }
  return {
    join(after: number | undefined): void {
      cursor ??= after
      tabs.postMessage({ kind: 'status_wanted' })
      electLeader(name, () => connect(name, () => cursor, publish))
    },
  }
}

const retryAfterMs = [500, 1000, 2000, 5000, 10_000]

function connect(name: string, cursor: () => number | undefined, publish: (news: LiveNews) => void): void {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let status: LiveStatus = 'connecting'
  const newcomers = new BroadcastChannel(name)
  newcomers.onmessage = ({ data }) => data.kind === 'status_wanted' && newcomers.postMessage({ kind: 'status', status })

  const become = (next: LiveStatus) => {
    if (status === next) return
    status = next
    publish({ kind: 'status', status })
  }
  const open = () => {
    clearTimeout(timer)
    source?.close()
    const after = cursor()
    source = new EventSource(after === undefined ? '/stream' : `/stream?after=${after}`)
    source.onopen = () => {
      failures = 0
      become('live')
    }
    source.onmessage = ({ data, lastEventId }) =>
      publish({ kind: 'event', number: Number(lastEventId), event: JSON.parse(data) })
    source.addEventListener('draft', ({ data }) => {
      const { conversation_id, version } = JSON.parse(data)
      publish({ kind: 'draft', conversationId: conversation_id, version })
    })
    source.addEventListener('typing', ({ data }) => {
      const { conversation_id, sender, is_typing } = JSON.parse(data)
      publish({ kind: 'typing', conversationId: conversation_id, sender, isTyping: is_typing })
    })
    source.addEventListener('reset', ({ lastEventId }) => publish({ kind: 'reset', number: Number(lastEventId) }))
    source.onerror = () => {
      source?.close()
      become(navigator.onLine ? 'reconnecting' : 'offline')
      timer = setTimeout(reopen, retryAfterMs[Math.min(failures++, retryAfterMs.length - 1)])
    }
  }
  // EventSource does not report why it failed: an ended session would fail for ever, and the next may be another teammate's
  const reopen = async () => {
    const answer = await fetch('/me/teammate', { credentials: 'same-origin' }).catch(() => null)
    if (answer?.ok) publish({ kind: 'signed_in', teammateId: (await answer.json()).id })
    if (answer?.status === 401) publish({ kind: 'signed_out' })
    else open()
  }
  window.addEventListener('online', () => {
    failures = 0
    void reopen()
  })
  window.addEventListener('offline', () => become('offline'))
  open()
}
