import type { Manifest } from '../manifest/manifest.ts'
import { loadPage } from '../ui/pages/load-page.tsx'
import { openInvitation } from './open.ts'

export const invitations: Manifest = {
  publicRoutes: [
    {
      path: '/invitation/$token',
      loader: ({ params }) => openInvitation(params.token ?? ''),
      component: loadPage(() => import('./InvitationPage.tsx'), 'InvitationPage'),
    },
  ],
}
