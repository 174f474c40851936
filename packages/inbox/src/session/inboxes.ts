import { queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'

export const inboxesQuery = queryOptions({
  queryKey: ['inboxes'],
  queryFn: async ({ signal }) => (await request('GET', '/inboxes', { signal })).body._results,
  staleTime: 5 * 60_000,
})

/** The teammates who have an inbox. */
export const inboxTeammatesQuery = (inboxId: string) =>
  queryOptions({
    queryKey: ['inbox-teammates', inboxId],
    meta: { isForAdmins: true },
    queryFn: async ({ signal }) => (await request('GET', `/inboxes/${inboxId}/teammates`, { signal })).body._results,
    staleTime: 10_000,
  })
