import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter, useRouterState } from '@tanstack/react-router'
import { type ReactNode, useCallback, useDeferredValue, useMemo } from 'react'
import type { ActionContext } from '../../actions/action.ts'
import { ActionContextProvider } from '../../actions/context.tsx'
import { inboxesQuery } from '../../session/inboxes.ts'
import { useMe } from '../../session/session.ts'
import { currentView } from '../../views/current-view.ts'
import { manifests, views } from '../manifests.ts'

const [useListContext] = manifests.flatMap((feature) => feature.useListContext ?? [])

export function ActionProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient()
  const router = useRouter()
  const me = useMe()
  const { data: inboxes = noInboxes } = useQuery(inboxesQuery)
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const next = useMemo(() => currentView(pathname, views, inboxes), [pathname, inboxes])
  // a step from one conversation to another of a list is rendered in pieces, between which keys are handled
  const deferred = useDeferredValue(next.conversationId === null ? null : next)
  const isStep = deferred !== null && next.conversationId !== null && next.view?.key === deferred.view?.key
  const { view, conversationId } = isStep ? deferred : next
  const go = useCallback((path: string) => void router.navigate({ to: path }), [router])
  const ofList = useListContext?.({ view, conversationId, nextId: next.conversationId, go }) ?? noList
  const context = useMemo<ActionContext>(
    () => ({ queryClient, me, inboxes, view, navigate: go, ...ofList }),
    [queryClient, me, inboxes, view, go, ofList],
  )
  return <ActionContextProvider value={context}>{children}</ActionContextProvider>
}

const noInboxes: ActionContext['inboxes'] = []
const nothingOpen = { openId: null, targets: [] }
const noList = { ...nothingOpen, open: () => {}, arrive: () => {}, now: () => nothingOpen }
