import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'

/** Unread conversations per inbox, and the event number they were counted at. */
export const unreadQuery = queryOptions({
  queryKey: ['unread'],
  queryFn: async ({ signal }) => {
    const { body, cursor } = await request('GET', '/unread', { signal })
    return { ...body, cursor }
  },
  staleTime: 30_000,
})

export type Counts = Awaited<ReturnType<NonNullable<(typeof unreadQuery)['queryFn']>>>

let isRecounting = false

/** Counts are the hub's; a burst of events asks for them once. */
export function recountSoon(queryClient: QueryClient): void {
  if (isRecounting) return
  isRecounting = true
  setTimeout(() => {
    isRecounting = false
    void queryClient.invalidateQueries({ queryKey: unreadQuery.queryKey })
  }, 250)
}
