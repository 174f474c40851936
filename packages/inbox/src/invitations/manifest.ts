import { lazyRouteComponent } from '@tanstack/react-router'
import type { Manifest } from '../manifest/manifest.ts'
import { openInvitation } from './open.ts'

export const invitations: Manifest = {
  publicRoutes: [
    {
      path: '/invitation/$token',
      loader: ({ params }) => openInvitation(params.token ?? ''),
      component: lazyRouteComponent(() => import('./InvitationPage.tsx'), 'InvitationPage'),
    },
  ],
}
