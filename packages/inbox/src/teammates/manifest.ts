import { IconUsers } from '@tabler/icons-react'
import { lazyRouteComponent } from '@tanstack/react-router'
import type { Manifest } from '../manifest/manifest.ts'
import { onEvent } from './on-event.ts'

export const teammates: Manifest = {
  settings: {
    links: [{ group: 'company', order: 3, to: '/settings/teammates', name: 'teammates', icon: IconUsers }],
    pages: {
      '/teammates': lazyRouteComponent(() => import('./TeammatesPage.tsx'), 'TeammatesPage'),
      '/teammates/invite': lazyRouteComponent(() => import('./InvitePage.tsx'), 'InvitePage'),
      '/teammates/$teammateId/new-password': lazyRouteComponent(
        () => import('./NewPasswordPage.tsx'),
        'NewPasswordPage',
      ),
      '/teammates/$teammateId/remove': lazyRouteComponent(() => import('./RemovePage.tsx'), 'RemovePage'),
    },
  },
  onEvent,
}
