import { IconApi } from '@tabler/icons-react'
import type { Manifest } from '../manifest/manifest.ts'
import { loadPage } from '../ui/pages/load-page.tsx'

export const apiTokens: Manifest = {
  settings: {
    links: [{ group: 'developers', order: 2, to: '/settings/api-tokens', name: 'apiTokens', icon: IconApi }],
    pages: {
      '/api-tokens': loadPage(() => import('./ApiTokensPage.tsx'), 'ApiTokensPage'),
      '/api-tokens/new': loadPage(() => import('./NewApiTokenPage.tsx'), 'NewApiTokenPage'),
    },
  },
}
