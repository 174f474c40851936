import { IconLayoutSidebarRight } from '@tabler/icons-react'
import type { Action } from '../actions/action.ts'
import { detailsPane, hasRoom } from '../details/shown.ts'
import { s } from '../strings/strings.ts'
import { dialogStore } from '../ui/dialogs/open-dialog.ts'

export const threadActions = {
  details: {
    id: 'details',
    group: 'conversation',
    name: () => (hasRoom() && detailsPane.isShown() ? s.actions.hideDetails : s.actions.showDetails),
    icon: IconLayoutSidebarRight,
    keywords: 'customer contact about info pane',
    isVisible: ({ openId }) => openId !== null,
    perform: () => (hasRoom() ? detailsPane.show(!detailsPane.isShown()) : dialogStore.open('details')),
  },
} satisfies Record<string, Action>
