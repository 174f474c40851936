import { IconMessages } from '@tabler/icons-react'
import { lazyRouteComponent } from '@tanstack/react-router'
import type { Manifest } from '../manifest/manifest.ts'
import { onEvent } from './on-event.ts'

export const channels: Manifest = {
  names: () => import('./names.tsx'),
  details: () => import('./details.tsx'),
  settings: {
    links: [{ group: 'company', order: 1, to: '/settings/channels', name: 'channels', icon: IconMessages }],
    pages: {
      '/channels': lazyRouteComponent(() => import('./ChannelsPage.tsx'), 'ChannelsPage'),
      '/channels/$channelId': lazyRouteComponent(() => import('./ChannelPage.tsx'), 'ChannelPage'),
    },
  },
  onEvent,
}
