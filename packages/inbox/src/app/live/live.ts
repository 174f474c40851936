import type { QueryClient } from '@tanstack/react-query'
import { wakeOutbox } from '../../outbox/outbox.ts'
import { myId } from '../../session/session.ts'
import { recentEvents } from '../../stream/recent-events.ts'
import { setLiveStatus } from '../../stream/status.ts'
import { followEvents, type LiveNews } from '../../stream/stream.ts'
import { manifests } from '../manifests.ts'
import { applyEvent } from './apply-event.ts'

let live: { join(after: number | undefined): void } | undefined

/** Subscribes to the browser's one stream. `join` once the first response has its event number. */
export function startLive(queryClient: QueryClient): { join(after: number | undefined): void } {
  live ??= once(followEvents('portico-live', (news) => take(queryClient, news)))
  return live
}

function once(stream: { join(after: number | undefined): void }) {
  let joined = false
  return {
    join(after: number | undefined) {
      if (!joined) stream.join(after)
      joined = true
    },
  }
}

function take(queryClient: QueryClient, news: LiveNews): void {
  for (const { onNews } of manifests) onNews?.(news)
  switch (news.kind) {
    case 'status':
      if (news.status === 'live') wakeOutbox()
      setLiveStatus(news.status)
      break
    case 'signed_out':
      window.location.assign(`/app/sign-in?from=${encodeURIComponent(location.pathname.slice('/app'.length))}`)
      break
    case 'signed_in':
      // the page shows another teammate's data
      if (news.teammateId !== myId(queryClient)) window.location.reload()
      break
    case 'reset':
      void queryClient.invalidateQueries()
      break
    case 'event':
      recentEvents.add(news)
      applyEvent(manifests, queryClient, news.event, myId(queryClient))
      break
  }
}
