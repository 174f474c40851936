import { IconAdjustments } from '@tabler/icons-react'
import type { Manifest } from '../manifest/manifest.ts'
import { loadPage } from '../ui/pages/load-page.tsx'
import { AccountMenu } from './AccountMenu.tsx'

export const preferences: Manifest = {
  sidebar: [{ section: 'foot', Entry: AccountMenu }],
  settings: {
    links: [{ group: 'own', order: 1, to: '/settings/preferences', name: 'preferences', icon: IconAdjustments }],
    pages: { '/preferences': loadPage(() => import('./PreferencesPage.tsx'), 'PreferencesPage') },
  },
}
