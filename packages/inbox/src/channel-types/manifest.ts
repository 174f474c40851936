import { IconPlugConnected } from '@tabler/icons-react'
import type { Manifest } from '../manifest/manifest.ts'
import { loadPage } from '../ui/pages/load-page.tsx'
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
      '/channel-types': loadPage(() => import('./ChannelTypesPage.tsx'), 'ChannelTypesPage'),
      '/channel-types/new': loadPage(() => import('./NewChannelTypePage.tsx'), 'NewChannelTypePage'),
      '/channel-types/$uid': loadPage(() => import('./ChannelTypePage.tsx'), 'ChannelTypePage'),
    },
  },
  onEvent,
}
