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

const restMs = 250
const latestMs = 1_000

let timer: ReturnType<typeof setTimeout> | undefined
let since = 0

/** Reads the counts again: once for a burst of changes, when it ends or after a second. */
export function recountSoon(queryClient: QueryClient): void {
  const now = Date.now()
  if (timer === undefined) since = now
  clearTimeout(timer)
  timer = setTimeout(
    () => {
      timer = undefined
      void queryClient.invalidateQueries({ queryKey: unreadQuery.queryKey })
    },
    Math.max(0, Math.min(restMs, since + latestMs - now)),
  )
}
