import { infiniteQueryOptions, type QueryClient } from '@tanstack/react-query'
import { nextToken } from '../api/paging.ts'
import { request } from '../api/request.ts'
import { recentEvents } from '../stream/recent-events.ts'
import { timelineKinds } from './kinds.ts'
import { knownDrafts } from './known-drafts.ts'
import type { TimelinePage, TimelinePages } from './pages.ts'

export function timelineQuery(conversationId: string) {
  return infiniteQueryOptions({
    queryKey: ['timeline', conversationId],
    queryFn: async ({ pageParam, signal }): Promise<TimelinePage> => {
      const query = { limit: 50, page_token: pageParam ?? undefined }
      const path = `/conversations/${conversationId}/timeline` as const
      const changes = knownDrafts.changes()
      const { body, cursor, draft } = await request('GET', path, { query, signal })
      knownDrafts.note(conversationId, draft, changes)
      const page = { entries: body._results, next: nextToken(body) }
      return pageParam === null && cursor !== null ? catchUp(page, conversationId, cursor) : page
    },
    initialPageParam: null as string | null,
    getNextPageParam: (oldest) => oldest.next,
    staleTime: 60_000,
  })
}

/** Applies the events since `cursor` to the newest page. */
async function catchUp(page: TimelinePage, conversationId: string, cursor: number): Promise<TimelinePage> {
  let pages: TimelinePages = { pages: [page], pageParams: [null] }
  for (const event of recentEvents.after(cursor)) {
    if (event.conversation?.id !== conversationId) continue
    for (const kind of timelineKinds()) pages = (await kind.catchUp?.(pages, event)) ?? pages
  }
  return pages.pages[0] ?? page
}

export function changeTimeline(
  queryClient: QueryClient,
  conversationId: string,
  change: (pages: TimelinePages) => TimelinePages,
): void {
  queryClient.setQueryData<TimelinePages>(timelineQuery(conversationId).queryKey, (pages) => pages && change(pages))
}
