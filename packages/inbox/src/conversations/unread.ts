import { queryOptions } from '@tanstack/react-query'
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
