import type { QueryClient } from '@tanstack/react-query'
import type { HubEvent } from '../api/types.ts'
import { meQuery } from '../session/session.ts'
import { invitationsQuery } from './invitations.ts'
import { teammatesQuery } from './queries.ts'

export function onEvent(queryClient: QueryClient, { type }: HubEvent): void {
  if (type === 'teammate') void rereadTeammates(queryClient)
}

/** Removes data for admins from the cache when the teammate is no longer an admin. */
async function rereadTeammates(queryClient: QueryClient): Promise<void> {
  void queryClient.invalidateQueries({ queryKey: teammatesQuery.queryKey })
  // joining uses an invitation up, and changed rights end links
  void queryClient.invalidateQueries({ queryKey: invitationsQuery.queryKey })
  const before = queryClient.getQueryData(meQuery.queryKey)
  await queryClient.refetchQueries({ queryKey: meQuery.queryKey }, { cancelRefetch: true })
  const me = queryClient.getQueryData(meQuery.queryKey)
  if (!before?.is_admin || me?.is_admin !== false) return
  void queryClient.resetQueries({ predicate: ({ meta }) => meta?.isForAdmins === true })
}
