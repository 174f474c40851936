import { type AnyRoute, createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'

/** Below this width the list of settings and a page do not fit beside each other. */
const wide = '(min-width: 700px)'

/** The settings pages, each loaded when it is opened. */
export function settingsRoutes(parent: AnyRoute): AnyRoute[] {
  const frame = createRoute({
    getParentRoute: () => parent,
    path: '/settings',
    component: lazyRouteComponent(() => import('./SettingsFrame.tsx'), 'SettingsFrame'),
  })
  const index = createRoute({
    getParentRoute: () => frame,
    path: '/',
    beforeLoad: () => {
      if (matchMedia(wide).matches) throw redirect({ to: '/settings/channels', replace: true })
    },
    component: lazyRouteComponent(() => import('./SettingsIndex.tsx'), 'SettingsIndex'),
  })
  const pages = Object.entries(components).map(([path, component]) =>
    createRoute({ getParentRoute: () => frame, path, component }),
  )
  return [frame.addChildren([index, ...pages])]
}

const components = {
  '/channels': lazyRouteComponent(() => import('../../channels/ChannelsPage.tsx'), 'ChannelsPage'),
  '/channels/new': lazyRouteComponent(() => import('../../add-channel/AddChannelMenu.tsx'), 'AddChannelMenu'),
  '/channels/new/$uid': lazyRouteComponent(() => import('../../add-channel/AddChannelPage.tsx'), 'AddChannelPage'),
  '/channels/$channelId': lazyRouteComponent(() => import('../../channels/ChannelPage.tsx'), 'ChannelPage'),
  '/inboxes': lazyRouteComponent(() => import('../../inboxes/InboxesPage.tsx'), 'InboxesPage'),
  '/inboxes/new': lazyRouteComponent(() => import('../../inboxes/NewInboxPage.tsx'), 'NewInboxPage'),
  '/inboxes/$inboxId': lazyRouteComponent(() => import('../../inboxes/InboxPage.tsx'), 'InboxPage'),
  '/teammates': lazyRouteComponent(() => import('../../teammates/TeammatesPage.tsx'), 'TeammatesPage'),
  '/teammates/invite': lazyRouteComponent(() => import('../../teammates/InvitePage.tsx'), 'InvitePage'),
  '/teammates/$teammateId/new-password': lazyRouteComponent(
    () => import('../../teammates/NewPasswordPage.tsx'),
    'NewPasswordPage',
  ),
  '/teammates/$teammateId/remove': lazyRouteComponent(() => import('../../teammates/RemovePage.tsx'), 'RemovePage'),
  '/channel-types': lazyRouteComponent(() => import('../../channel-types/ChannelTypesPage.tsx'), 'ChannelTypesPage'),
  '/channel-types/new': lazyRouteComponent(
    () => import('../../channel-types/NewChannelTypePage.tsx'),
    'NewChannelTypePage',
  ),
  '/channel-types/$uid': lazyRouteComponent(() => import('../../channel-types/ChannelTypePage.tsx'), 'ChannelTypePage'),
  '/api-tokens': lazyRouteComponent(() => import('../../api-tokens/ApiTokensPage.tsx'), 'ApiTokensPage'),
  '/api-tokens/new': lazyRouteComponent(() => import('../../api-tokens/NewApiTokenPage.tsx'), 'NewApiTokenPage'),
  '/preferences': lazyRouteComponent(() => import('../../preferences/PreferencesPage.tsx'), 'PreferencesPage'),
}
