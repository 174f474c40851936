import type { Manifest } from '../manifest/manifest.ts'
import { loadPage } from '../ui/pages/load-page.tsx'
import { composerActions } from './actions.ts'
import { NewMessageLink } from './NewMessageLink.tsx'
import { replyHandler } from './sending.ts'
import { sendingRows } from './timeline-rows.ts'

export const composer: Manifest = {
  routes: [{ path: '/new', component: loadPage(() => import('./NewMessage.tsx'), 'NewMessage') }],
  sidebar: [{ section: 'top', Entry: NewMessageLink }],
  actions: Object.values(composerActions),
  timeline: [{ ...sendingRows, loadRow: async () => ({ Row: (await import('./SendingCard.tsx')).SendingCard }) }],
  outboxHandlers: { reply: replyHandler },
}
