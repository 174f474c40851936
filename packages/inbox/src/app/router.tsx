import type { QueryClient } from '@tanstack/react-query'
import {
  type AnyRoute,
  createRootRouteWithContext,
  createRoute,
  createRouter,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { queryClient } from '../api/query-client.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { PageRoute } from '../manifest/page-route.ts'
import { inboxesQuery } from '../session/inboxes.ts'
import { ErrorPage, NotFoundPage } from '../ui/pages/ErrorPage.tsx'
import { requireSession } from './guard.ts'
import { manifests, views } from './manifests.ts'
import { settingsRoutes } from './settings/routes.tsx'
import { Shell } from './shell/Shell.tsx'

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({ component: Outlet })

/** Everything behind the sign-in. */
const appRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'app',
  beforeLoad: ({ context, location }) => requireSession(context.queryClient, location.href),
  component: Shell,
})

/** The first view there is: that of the first inbox, where there is an inbox. */
const homeRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/',
  beforeLoad: async ({ context }) => {
    const inboxes = await context.queryClient.ensureQueryData(inboxesQuery)
    const [first] = views.flatMap((view) => ('forInbox' in view ? inboxes.map(view.forInbox) : view))
    throw redirect({ to: first?.path ?? '/settings' })
  },
})

const listRoute = createRoute({
  getParentRoute: () => appRoute,
  id: 'list',
  component: pane('list'),
  // the list does not wait for the code of the thread
  onEnter: () => void pane('conversation')?.preload?.(),
})

/** The routes of a view: its list, and the open conversation beside it. */
const viewRoutes = views.map(({ path }) => {
  const route = createRoute({ getParentRoute: () => listRoute, path })
  return route.addChildren([
    createRoute({ getParentRoute: () => route, path: '/', component: pane('nothingOpen') }),
    createRoute({ getParentRoute: () => route, path: '/$conversationId', component: pane('conversation') }),
  ])
})

const routeTree = rootRoute.addChildren([
  ...manifests.flatMap(({ publicRoutes = [] }) => publicRoutes.map((page) => pageRoute(rootRoute, page))),
  appRoute.addChildren([
    homeRoute,
    listRoute.addChildren(viewRoutes),
    ...manifests.flatMap(({ routes = [] }) => routes.map((page) => pageRoute(appRoute, page))),
    ...settingsRoutes(appRoute),
  ]),
])

function pane(name: keyof NonNullable<Manifest['panes']>) {
  return manifests.flatMap(({ panes }) => panes?.[name] ?? [])[0]
}

function pageRoute(parent: AnyRoute, page: PageRoute): AnyRoute {
  return createRoute({ getParentRoute: () => parent, ...page } as Parameters<typeof createRoute>[0]) as AnyRoute
}

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
