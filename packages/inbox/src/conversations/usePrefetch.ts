import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { timelineQuery } from '../timeline/queries.ts'
import { conversationQuery, knownConversation } from './queries.ts'

/** Loads a thread before it is asked for, so that opening it shows no spinner. */
export function usePrefetch(): (conversationId: string) => void {
  const queryClient = useQueryClient()
  return useCallback(
    (conversationId) => {
      const known = knownConversation(queryClient, conversationId)
      if (known) queryClient.setQueryData(conversationQuery(conversationId).queryKey, (alone) => alone ?? known)
      void queryClient.prefetchInfiniteQuery(timelineQuery(conversationId))
    },
    [queryClient],
  )
}
