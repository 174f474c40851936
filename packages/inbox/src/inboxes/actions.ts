import { IconInbox } from '@tabler/icons-react'
import type { Action } from '../actions/action.ts'
import { s } from '../strings/strings.ts'
import { inboxView } from './view.ts'

export const inboxActions = {
  goToInbox: {
    id: 'goToInbox',
    group: 'go',
    name: ({ inboxes }) => (inboxes[0] ? s.actions.goTo(inboxes[0].name) : s.actions.goToFirstInbox),
    icon: IconInbox,
    shortcut: 'G I',
    isVisible: ({ inboxes }) => inboxes.length > 0,
    perform: ({ inboxes, navigate }) => inboxes[0] && navigate(inboxView(inboxes[0]).path),
  },
} satisfies Record<string, Action>
