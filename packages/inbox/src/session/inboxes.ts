import { queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Inbox, Page } from '../api/types.ts'

export const inboxesQuery = queryOptions({
  queryKey: ['inboxes'],
  queryFn: async ({ signal }) => (await request<Page<Inbox>>('GET', '/inboxes', { signal })).body._results,
  staleTime: 5 * 60_000,
})
