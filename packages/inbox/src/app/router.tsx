import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { queryClient } from '../api/query-client.ts'
import { ConversationList } from '../conversations/ConversationList.tsx'
import { NothingOpen } from '../conversations/NothingOpen.tsx'
import { conversationQuery } from '../conversations/queries.ts'
import { inboxesQuery } from '../session/inboxes.ts'
import { ErrorPage, NotFoundPage } from '../ui/pages/ErrorPage.tsx'
import { plainViews, viewPath } from '../views/view.ts'
import { requireSession } from './guard.ts'
import { settingsRoutes } from './settings/routes.tsx'
import { Shell } from './shell/Shell.tsx'
import { signInRoutes } from './sign-in-routes.tsx'

/** No list waits for it; it comes while the list is looked at. */
const Thread = lazyRouteComponent(() => import('../thread/Thread.tsx'), 'Thread')

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({ component: Outlet })

/** Everything behind the sign-in. */
const appRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'app',
  beforeLoad: ({ context, location }) => requireSession(context.queryClient, location.href),
  component: Shell,
})

const homeRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/',
  beforeLoad: async ({ context }) => {
    const [first] = await context.queryClient.ensureQueryData(inboxesQuery)
    throw redirect({ to: first ? viewPath({ kind: 'inbox', inboxId: first.id }) : '/assigned' })
  },
})

const listRoute = createRoute({
  getParentRoute: () => appRoute,
  id: 'list',
  component: ConversationList,
  onEnter: () => void Thread.preload?.(),
})

const inboxRoute = createRoute({ getParentRoute: () => listRoute, path: '/inboxes/$inboxId' })
const plainViewRoutes = plainViews.map((name) => {
  const route = createRoute({ getParentRoute: () => listRoute, path: `/${name}` })
  return route.addChildren([
    createRoute({ getParentRoute: () => route, path: '/', component: NothingOpen }),
    createRoute({ getParentRoute: () => route, path: '/$conversationId', component: Thread }),
  ])
})

/** A conversation's own address, for links from outside: opens in the inbox it is in now. */
const conversationRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/conversations/$conversationId',
  beforeLoad: async ({ context, params }) => {
    const conversation = await context.queryClient.ensureQueryData(conversationQuery(params.conversationId))
    throw redirect({ to: viewPath({ kind: 'inbox', inboxId: conversation.inbox_id }, conversation.id) })
  },
})

const newMessageRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/new',
  component: lazyRouteComponent(() => import('../composer/NewMessage.tsx'), 'NewMessage'),
})

const routeTree = rootRoute.addChildren([
  ...signInRoutes(rootRoute),
  appRoute.addChildren([
    homeRoute,
    listRoute.addChildren([
      inboxRoute.addChildren([
        createRoute({ getParentRoute: () => inboxRoute, path: '/', component: NothingOpen }),
        createRoute({ getParentRoute: () => inboxRoute, path: '/$conversationId', component: Thread }),
      ]),
      ...plainViewRoutes,
    ]),
    conversationRoute,
    newMessageRoute,
    ...settingsRoutes(appRoute),
  ]),
])

export const router = createRouter({
  routeTree,
  basepath: '/app',
  context: { queryClient },
  defaultErrorComponent: ErrorPage,
  defaultNotFoundComponent: () => <NotFoundPage />,
  defaultPreload: false,
  scrollRestoration: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
