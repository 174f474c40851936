import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { isStatus } from '../api/errors.ts'
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

/** The response with the link, which is returned only here. */
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
  // no event reports a change
  refetchOnWindowFocus: true,
})

export async function invite(
  queryClient: QueryClient,
  invitation: Pick<Invitation, 'email' | 'is_admin' | 'inbox_ids'>,
): Promise<IssuedInvitation> {
  const { body } = await request('POST', '/invitations', { body: invitation })
  void queryClient.invalidateQueries({ queryKey: invitationsQuery.queryKey })
  return body
}

/** Removes the row at once, and restores it when the result is unknown. Returns false when the link had ended before. */
export async function revoke(queryClient: QueryClient, invitation: Invitation): Promise<boolean> {
  const without = (all: Invitation[] | undefined) => all?.filter(({ id }) => id !== invitation.id)
  queryClient.setQueryData(invitationsQuery.queryKey, without)
  try {
    await request('DELETE', `/invitations/${invitation.id}`)
    return true
  } catch (error) {
    if (isStatus(error, 404)) return false
    queryClient.setQueryData(invitationsQuery.queryKey, (all) => [...(without(all) ?? []), invitation])
    throw error
  } finally {
    void queryClient.invalidateQueries({ queryKey: invitationsQuery.queryKey })
  }
}
