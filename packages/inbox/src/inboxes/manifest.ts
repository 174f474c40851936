import { IconInbox } from '@tabler/icons-react'
import { lazyRouteComponent } from '@tanstack/react-router'
import type { Manifest } from '../manifest/manifest.ts'
import { inboxActions } from './actions.ts'
import { InboxTrouble } from './InboxTrouble.tsx'
import { NoInbox } from './NoInbox.tsx'
import { onEvent } from './on-event.ts'
import { inboxViews } from './view.ts'

export const inboxes: Manifest = {
  views: [inboxViews],
  sidebar: [{ section: 'inboxes', Entry: NoInbox }],
  InboxMark: InboxTrouble,
  actions: Object.values(inboxActions),
  names: () => import('./names.tsx'),
  details: () => import('./details.tsx'),
  settings: {
    links: [{ group: 'company', order: 2, to: '/settings/inboxes', name: 'inboxes', icon: IconInbox }],
    pages: {
      '/inboxes': lazyRouteComponent(() => import('./InboxesPage.tsx'), 'InboxesPage'),
      '/inboxes/new': lazyRouteComponent(() => import('./NewInboxPage.tsx'), 'NewInboxPage'),
      '/inboxes/$inboxId': lazyRouteComponent(() => import('./InboxPage.tsx'), 'InboxPage'),
    },
  },
  onEvent,
}
