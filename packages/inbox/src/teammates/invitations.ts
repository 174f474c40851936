import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'

export interface Invitation {
  id: string
  /** What the link does: it makes a teammate, or lets one choose a new password. */
  purpose: 'join' | 'new_password'
  email: string
  is_admin: boolean
  inbox_ids: string[]
  created_at: number
  expires_at: number
}

/** The link is in this answer and nowhere else. */
export interface IssuedInvitation {
  id: string
  url: string
  expires_at: number
}

export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  meta: { isForAdmins: true },
  queryFn: async ({ signal }) => (await request('GET', '/invitations', { signal })).body._results,
  staleTime: 10_000,
})

export async function invite(
  queryClient: QueryClient,
  invitation: Pick<Invitation, 'email' | 'is_admin' | 'inbox_ids'>,
): Promise<IssuedInvitation> {
  const { body } = await request('POST', '/invitations', { body: invitation })
  void queryClient.invalidateQueries({ queryKey: invitationsQuery.queryKey })
  return body
}

/** The row goes at once, and comes back when the hub does not agree. */
export async function takeBack(queryClient: QueryClient, { id }: Invitation): Promise<void> {
  queryClient.setQueryData(invitationsQuery.queryKey, (all) => all?.filter((one) => one.id !== id))
  try {
    await request('DELETE', `/invitations/${id}`)
  } finally {
    void queryClient.invalidateQueries({ queryKey: invitationsQuery.queryKey })
  }
}
