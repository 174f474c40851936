import { queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Unread } from '../api/types.ts'

/** Unread conversations per inbox, and the event number they were counted at. */
export const unreadQuery = queryOptions({
  queryKey: ['unread'],
  queryFn: async ({ signal }) => {
    const { body, cursor } = await request<Unread>('GET', '/unread', { signal })
    return { ...body, cursor }
  },
  staleTime: 30_000,
})
