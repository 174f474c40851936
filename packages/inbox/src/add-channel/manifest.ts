import type { Manifest } from '../manifest/manifest.ts'
import { loadPage } from '../ui/pages/load-page.tsx'

export const addChannel: Manifest = {
  settings: {
    links: [],
    pages: {
      '/channels/new': loadPage(() => import('./AddChannelMenu.tsx'), 'AddChannelMenu'),
      '/channels/callback/$uid': loadPage(() => import('./CallbackPage.tsx'), 'CallbackPage'),
      '/channels/new/custom': loadPage(() => import('./AddCustomChannelPage.tsx'), 'AddCustomChannelPage'),
      '/channels/new/$uid': loadPage(() => import('./AddChannelPage.tsx'), 'AddChannelPage'),
    },
  },
}
