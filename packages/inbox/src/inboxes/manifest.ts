import { IconInbox } from '@tabler/icons-react'
import type { Manifest } from '../manifest/manifest.ts'
import { loadPage } from '../ui/pages/load-page.tsx'
import { inboxActions } from './actions.ts'
import { InboxTrouble } from './InboxTrouble.tsx'
import { NoInbox } from './NoInbox.tsx'
import { onEvent } from './on-event.ts'
import { inboxViews } from './view.ts'

export const inboxes: Manifest = {
  views: [inboxViews],
  sidebar: [{ section: 'inboxes', Entry: NoInbox }],
  InboxBadge: InboxTrouble,
  actions: Object.values(inboxActions),
  commandItems: () => import('./command-items.tsx'),
  details: () => import('./details.tsx'),
  settings: {
    links: [{ group: 'company', order: 2, to: '/settings/inboxes', name: 'inboxes', icon: IconInbox }],
    pages: {
      '/inboxes': loadPage(() => import('./InboxesPage.tsx'), 'InboxesPage'),
      '/inboxes/new': loadPage(() => import('./NewInboxPage.tsx'), 'NewInboxPage'),
      '/inboxes/$inboxId': loadPage(() => import('./InboxPage.tsx'), 'InboxPage'),
    },
  },
  onEvent,
}
