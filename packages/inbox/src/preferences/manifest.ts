import { IconAdjustments } from '@tabler/icons-react'
import { lazyRouteComponent } from '@tanstack/react-router'
import type { Manifest } from '../manifest/manifest.ts'
import { AccountMenu } from './AccountMenu.tsx'

export const preferences: Manifest = {
  sidebar: [{ section: 'foot', Entry: AccountMenu }],
  settings: {
    links: [{ group: 'own', order: 1, to: '/settings/preferences', name: 'preferences', icon: IconAdjustments }],
    pages: { '/preferences': lazyRouteComponent(() => import('./PreferencesPage.tsx'), 'PreferencesPage') },
  },
}
