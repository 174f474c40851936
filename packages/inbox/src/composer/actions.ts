import { IconPencilPlus } from '@tabler/icons-react'
import type { Action } from '../actions/action.ts'
import { s } from '../strings/strings.ts'

export const composerActions = {
  newMessage: {
    id: 'newMessage',
    group: 'app',
    name: () => s.actions.newMessage,
    icon: IconPencilPlus,
    shortcut: 'N',
    keywords: 'compose write start',
    isVisible: () => true,
    perform: ({ navigate }) => navigate('/new'),
  },
} satisfies Record<string, Action>
