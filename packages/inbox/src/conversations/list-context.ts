import { useQueries, useQueryClient } from '@tanstack/react-query'
import { useLayoutEffect, useMemo } from 'react'
import type { ListContext, Whereabouts } from '../actions/action.ts'
import { afterPaint } from '../ui/after-paint.ts'
import { viewPath } from '../views/view.ts'
import { list, useListState } from './list-state.ts'
import { conversationQuery, knownConversation } from './queries.ts'

/** What actions are for: the selection, else the open conversation, else the row that has the focus; and how to go on. */
export function useListContext({ pathname, view, conversationId, go }: Whereabouts): ListContext {
  const queryClient = useQueryClient()
  const selectedIds = useListState((state) => state.selectedIds)
  const focusedId = useListState((state) => state.focusedId)
  const openingId = useListState((state) => state.openingId)
  const openId = openingId ?? conversationId
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever page it is
  useLayoutEffect(list.arrive, [pathname])
  const soleId = openId ?? focusedId
  const ids = useMemo(() => (selectedIds.size > 0 ? [...selectedIds] : soleId ? [soleId] : []), [selectedIds, soleId])
  // each of them, so that nothing is done to what it was a while ago
  const known = useQueries({
    queries: ids.map((id) => ({ ...conversationQuery(id), enabled: false })),
    combine: (results) => results.map(({ data }) => data),
  })
  return useMemo(() => {
    const targets = ids.map((id, index) => known[index] ?? knownConversation(queryClient, id))
    const arrive = () => {
      const id = list.openingId()
      if (id && view) go(viewPath(view, id))
    }
    return {
      openId,
      targets: targets.filter((one) => one !== undefined),
      navigate: (path) => {
        list.arrive()
        go(path)
      },
      open: (id) => {
        list.open(id)
        afterPaint(() => list.openingId() === id && arrive())
      },
      arrive,
    }
  }, [queryClient, view, openId, ids, known, go])
}
