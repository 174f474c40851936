import type { AnswerOf } from '@portico/protocol/operations'
import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Teammate } from '../api/types.ts'
import { teammatesQuery } from './queries.ts'

export type TeammateDeletion = AnswerOf<'GET', `/teammates/${string}/deletion`>

/** The number of conversations that are assigned to a teammate now. */
export const teammateDeletionQuery = (teammateId: string) =>
  queryOptions({
    queryKey: ['teammate-deletion', teammateId],
    queryFn: async ({ signal }) => {
      const path = `/teammates/${teammateId}/deletion` as const
      return (await request('GET', path, { signal })).body
    },
    staleTime: 0,
    gcTime: 0,
    // fails without a connection instead of waiting for one
    networkMode: 'always',
  })

/** Removes a teammate; their conversations are assigned to `heir`, a teammate or "nobody". */
export async function removeTeammate(queryClient: QueryClient, { id }: Teammate, heir: string): Promise<void> {
  await request('DELETE', `/teammates/${id}?assign_to=${encodeURIComponent(heir)}`)
  queryClient.setQueryData(teammatesQuery.queryKey, (all) => all?.filter((teammate) => teammate.id !== id))
  for (const queryKey of [['conversations'], ['inbox-teammates'], ['invitations'], ['api-tokens']]) {
    void queryClient.invalidateQueries({ queryKey })
  }
}
