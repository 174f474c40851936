import { useQueries, useQueryClient } from '@tanstack/react-query'
import { useDeferredValue, useLayoutEffect, useMemo, useRef } from 'react'
import type { ListContext, Whereabouts } from '../actions/action.ts'
import { afterPaint } from '../ui/after-paint.ts'
import { viewPath } from '../views/view.ts'
import { list, useListState } from './list-state.ts'
import { conversationQuery, knownConversation } from './queries.ts'

/** The targets of actions: the selection, else the open conversation, else the focused row; and how to continue. */
export function useListContext({ view, conversationId: openId, nextId, go }: Whereabouts): ListContext {
  const queryClient = useQueryClient()
  const latestId = useRef(nextId)
  latestId.current = nextId
  const selectedIds = useListState((state) => state.selectedIds)
  const soleId = useDeferredValue(useListState((state) => openId ?? state.focusedId))
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever page it is
  useLayoutEffect(() => {
    if (nextId !== null && nextId !== openId) list.expect(nextId)
    else list.arrive()
  }, [view?.key, openId, nextId])
  const ids = useMemo(() => targetIds(selectedIds, soleId), [selectedIds, soleId])
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
      targets: targets.filter((target) => target !== undefined),
      navigate: (path) => {
        list.arrive()
        go(path)
      },
      open: (id) => {
        list.open(id)
        afterPaint(() => list.openingId() === id && arrive())
      },
      arrive,
      now: () => {
        const openNow = list.openingId() ?? latestId.current
        const now = targetIds(list.selectedIds(), openNow ?? list.focusedId())
        return { openId: openNow, targets: now.flatMap((id) => knownConversation(queryClient, id) ?? []) }
      },
    }
  }, [queryClient, view, openId, ids, known, go])
}

function targetIds(selectedIds: ReadonlySet<string>, soleId: string | null): string[] {
  if (selectedIds.size > 0) return [...selectedIds]
  return soleId ? [soleId] : []
}
