import { IconMessages } from '@tabler/icons-react'
import type { Manifest } from '../manifest/manifest.ts'
import { loadPage } from '../ui/pages/load-page.tsx'
import { onEvent } from './on-event.ts'

export const channels: Manifest = {
  commandItems: () => import('./command-items.tsx'),
  details: () => import('./details.tsx'),
  settings: {
    links: [{ group: 'company', order: 1, to: '/settings/channels', name: 'channels', icon: IconMessages }],
    pages: {
      '/channels': loadPage(() => import('./ChannelsPage.tsx'), 'ChannelsPage'),
      '/channels/$channelId': loadPage(() => import('./ChannelPage.tsx'), 'ChannelPage'),
    },
  },
  onEvent,
}
