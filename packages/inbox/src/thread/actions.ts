import { IconLayoutSidebarRight } from '@tabler/icons-react'
import type { Action } from '../actions/action.ts'
import { detailsPane, hasRoom } from '../details/shown.ts'
import { s } from '../strings/strings.ts'
import { panels } from '../ui/dialogs/panels.ts'

export const threadActions = {
  details: {
    id: 'details',
    group: 'conversation',
    name: () => (hasRoom() && detailsPane.isShown() ? s.actions.hideDetails : s.actions.showDetails),
    icon: IconLayoutSidebarRight,
    keywords: 'customer contact about info pane',
    isVisible: ({ openId }) => openId !== null,
    perform: () => (hasRoom() ? detailsPane.show(!detailsPane.isShown()) : panels.open('details')),
  },
} satisfies Record<string, Action>
