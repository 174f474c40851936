import { IconUsers } from '@tabler/icons-react'
import type { Manifest } from '../manifest/manifest.ts'
import { loadPage } from '../ui/pages/load-page.tsx'
import { onEvent } from './on-event.ts'

export const teammates: Manifest = {
  settings: {
    links: [{ group: 'company', order: 3, to: '/settings/teammates', name: 'teammates', icon: IconUsers }],
    pages: {
      '/teammates': loadPage(() => import('./TeammatesPage.tsx'), 'TeammatesPage'),
      '/teammates/invite': loadPage(() => import('./InvitePage.tsx'), 'InvitePage'),
      '/teammates/$teammateId/new-password': loadPage(() => import('./NewPasswordPage.tsx'), 'NewPasswordPage'),
      '/teammates/$teammateId/remove': loadPage(() => import('./RemovePage.tsx'), 'RemovePage'),
    },
  },
  onEvent,
}
