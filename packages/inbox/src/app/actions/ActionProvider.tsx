import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter, useRouterState } from '@tanstack/react-router'
import { type ReactNode, useLayoutEffect, useMemo } from 'react'
import type { ActionContext } from '../../actions/action.ts'
import { ActionContextProvider } from '../../actions/context.tsx'
import { list, useListState } from '../../conversations/list-state.ts'
import { conversationQuery, knownConversation } from '../../conversations/queries.ts'
import { inboxesQuery } from '../../session/inboxes.ts'
import { useMe } from '../../session/session.ts'
import { afterPaint } from '../../ui/after-paint.ts'
import { placeOf } from '../../views/place.ts'
import { viewPath } from '../../views/view.ts'

export function ActionProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient()
  const router = useRouter()
  const me = useMe()
  const { data: inboxes = [] } = useQuery(inboxesQuery)
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const selectedIds = useListState((state) => state.selectedIds)
  const focusedId = useListState((state) => state.focusedId)
  const openingId = useListState((state) => state.openingId)
  const { view, conversationId } = useMemo(() => placeOf(pathname), [pathname])
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

  const context = useMemo<ActionContext>(() => {
    const targets = ids.map((id, index) => known[index] ?? knownConversation(queryClient, id))
    const navigate = (path: string) => void router.navigate({ to: path })
    const arrive = () => {
      const id = list.openingId()
      if (id && view) navigate(viewPath(view, id))
    }
    return {
      queryClient,
      me,
      inboxes,
      view,
      openId,
      targets: targets.filter((one) => one !== undefined),
      navigate: (path) => {
        list.arrive()
        navigate(path)
      },
      open: (id) => {
        list.open(id)
        afterPaint(() => list.openingId() === id && arrive())
      },
      arrive,
    }
  }, [queryClient, router, me, inboxes, view, openId, ids, known])
  return <ActionContextProvider value={context}>{children}</ActionContextProvider>
}
