import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'

export interface Invitation {
  id: string
  /** The effect of the link: it makes a teammate, or lets one choose a new password. */
  purpose: 'join' | 'new_password'
  email: string
  is_admin: boolean
  inbox_ids: string[]
  created_at: number
  expires_at: number
}

/** The answer with the link, which is given only here. */
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

/** Removes the row at once, and restores it when the hub refuses. */
export async function takeBack(queryClient: QueryClient, { id }: Invitation): Promise<void> {
  queryClient.setQueryData(invitationsQuery.queryKey, (all) => all?.filter((one) => one.id !== id))
  try {
    await request('DELETE', `/invitations/${id}`)
  } finally {
    void queryClient.invalidateQueries({ queryKey: invitationsQuery.queryKey })
  }
}
