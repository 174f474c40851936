import { IconApi } from '@tabler/icons-react'
import { lazyRouteComponent } from '@tanstack/react-router'
import type { Manifest } from '../manifest/manifest.ts'

export const apiTokens: Manifest = {
  settings: {
    links: [{ group: 'developers', order: 2, to: '/settings/api-tokens', name: 'apiTokens', icon: IconApi }],
    pages: {
      '/api-tokens': lazyRouteComponent(() => import('./ApiTokensPage.tsx'), 'ApiTokensPage'),
      '/api-tokens/new': lazyRouteComponent(() => import('./NewApiTokenPage.tsx'), 'NewApiTokenPage'),
    },
  },
}
