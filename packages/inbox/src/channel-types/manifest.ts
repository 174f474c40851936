import { IconPlugConnected } from '@tabler/icons-react'
import { lazyRouteComponent } from '@tanstack/react-router'
import type { Manifest } from '../manifest/manifest.ts'
import { onEvent } from './on-event.ts'

export const channelTypes: Manifest = {
  settings: {
    links: [
      {
        group: 'developers',
        order: 1,
        to: '/settings/channel-types',
        name: 'channelTypes',
        icon: IconPlugConnected,
      },
    ],
    pages: {
      '/channel-types': lazyRouteComponent(() => import('./ChannelTypesPage.tsx'), 'ChannelTypesPage'),
      '/channel-types/new': lazyRouteComponent(() => import('./NewChannelTypePage.tsx'), 'NewChannelTypePage'),
      '/channel-types/$uid': lazyRouteComponent(() => import('./ChannelTypePage.tsx'), 'ChannelTypePage'),
    },
  },
  onEvent,
}
