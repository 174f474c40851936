import { lazyRouteComponent } from '@tanstack/react-router'
import type { Manifest } from '../manifest/manifest.ts'

export const addChannel: Manifest = {
  settings: {
    links: [],
    pages: {
      '/channels/new': lazyRouteComponent(() => import('./AddChannelMenu.tsx'), 'AddChannelMenu'),
      '/channels/new/$uid': lazyRouteComponent(() => import('./AddChannelPage.tsx'), 'AddChannelPage'),
    },
  },
}
