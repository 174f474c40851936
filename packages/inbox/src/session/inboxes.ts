import { queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'

export const inboxesQuery = queryOptions({
  queryKey: ['inboxes'],
  queryFn: async ({ signal }) => (await request('GET', '/inboxes', { signal })).body._results,
  staleTime: 5 * 60_000,
})
