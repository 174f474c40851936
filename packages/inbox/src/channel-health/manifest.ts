import type { Manifest } from '../manifest/manifest.ts'
import { loadPage } from '../ui/pages/load-page.tsx'
import { AdminBanner } from './AdminBanner.tsx'
import { onEvent } from './on-event.ts'

export const channelHealth: Manifest = {
  settings: {
    links: [],
    pages: { '/channels/$channelId/health': loadPage(() => import('./HealthPage.tsx'), 'HealthPage') },
  },
  Banner: AdminBanner,
  onEvent,
}
