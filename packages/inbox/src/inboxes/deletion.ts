import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Inbox } from '../api/types.ts'
import { inboxesQuery } from '../session/inboxes.ts'

/** The content of an inbox now. */
export const inboxDeletionQuery = (inboxId: string) =>
  queryOptions({
    queryKey: ['inbox-deletion', inboxId],
    queryFn: async ({ signal }) => (await request('GET', `/inboxes/${inboxId}/deletion`, { signal })).body,
    staleTime: 0,
    gcTime: 0,
    // fails without a connection instead of waiting for one
    networkMode: 'always',
  })

/** Deletes an inbox; its content moves to `heir`. */
export async function deleteInbox(queryClient: QueryClient, inbox: Inbox, heir: Inbox | undefined): Promise<void> {
  await request('DELETE', `/inboxes/${inbox.id}${heir ? `?move_to=${heir.id}` : ''}`)
  queryClient.setQueryData(inboxesQuery.queryKey, (all) => all?.filter((other) => other.id !== inbox.id))
  for (const queryKey of [['inboxes'], ['channels'], ['conversations']]) {
    void queryClient.invalidateQueries({ queryKey })
  }
}
