import { redirect } from '@tanstack/react-router'
import { queryClient } from '../api/query-client.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { inboxesQuery } from '../session/inboxes.ts'
import { teammatesQuery } from '../teammates/queries.ts'
import { DialogLoadFailed } from '../ui/dialogs/DialogLoadFailed.tsx'
import { lazyWithFallback } from '../ui/lazy-with-fallback.tsx'
import { viewPath } from '../views/view.ts'
import { conversationActions } from './actions.ts'
import { ConversationList } from './ConversationList.tsx'
import { DocumentTitle } from './DocumentTitle.tsx'
import { useListContext } from './list-context.ts'
import { NothingOpen } from './NothingOpen.tsx'
import { changesCounts, onEvent } from './on-event.ts'
import { conversationQuery } from './queries.ts'
import { changeHandler } from './verbs.ts'
import { conversationViews, openHomeOf } from './views.ts'

const loadAssignPanel = () => import('./AssignPanel.tsx')

export const conversations: Manifest = {
  panes: { list: ConversationList, nothingOpen: NothingOpen },
  views: conversationViews,
  routes: [
    {
      // a conversation's own address, for links from outside: opens in the inbox it is in now
      path: '/conversations/$conversationId',
      async beforeLoad({ context, params }) {
        const [conversation, inboxes] = await Promise.all([
          context.queryClient.ensureQueryData(conversationQuery(params.conversationId ?? '')),
          context.queryClient.ensureQueryData(inboxesQuery),
        ])
        throw redirect({ to: viewPath(openHomeOf(conversation, inboxes), conversation.id) })
      },
    },
  ],
  actions: Object.values(conversationActions),
  commandItems: () => import('./command-items.tsx'),
  details: () => import('./details.tsx'),
  dialogs: { assign: lazyWithFallback(loadAssignPanel, DialogLoadFailed) },
  preload: () => Promise.all([loadAssignPanel(), queryClient.prefetchQuery(teammatesQuery)]),
  Effects: DocumentTitle,
  outboxHandlers: { change: changeHandler },
  useListContext,
  changesCounts,
  onEvent,
}
