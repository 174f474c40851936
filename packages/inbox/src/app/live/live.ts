import type { QueryClient } from '@tanstack/react-query'
import { hearOfDraft, rereadDrafts } from '../../drafts/drafts.ts'
import { wakeOutbox } from '../../outbox/outbox.ts'
import { myId } from '../../session/session.ts'
import { recentEvents } from '../../stream/recent-events.ts'
import { isLost, setLiveStatus } from '../../stream/status.ts'
import { followEvents, type LiveNews } from '../../stream/stream.ts'
import { announce } from './announcer.ts'
import { applyEvent } from './apply-event.ts'

let live: { join(after: number | undefined): void } | undefined

/** Listens to the browser's one stream. `join` once the first answer tells where it was read. */
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

/** The hub can be reached, perhaps again: drafts have no place among the events that are caught up with. */
function reached(): void {
  wakeOutbox()
  if (isLost()) rereadDrafts()
}

function take(queryClient: QueryClient, news: LiveNews): void {
  switch (news.kind) {
    case 'status':
      if (news.status === 'live') reached()
      setLiveStatus(news.status)
      break
    case 'signed_out':
      window.location.assign(`/app/sign-in?from=${encodeURIComponent(location.pathname.slice('/app'.length))}`)
      break
    case 'signed_in':
      // what is on this screen was another teammate's
      if (news.teammateId !== myId(queryClient)) window.location.reload()
      break
    case 'draft':
      hearOfDraft(news.conversationId, news.version)
      break
    case 'reset':
      void queryClient.invalidateQueries()
      rereadDrafts()
      break
    case 'event':
      recentEvents.add(news)
      applyEvent(queryClient, news.event, myId(queryClient))
      announce(news.event)
      break
  }
}
