import { IconArrowBackUp, IconCommand, IconKeyboard, IconSettings } from '@tabler/icons-react'
import type { Action } from '../../actions/action.ts'
import { s } from '../../strings/strings.ts'
import { dialogStore } from '../../ui/dialogs/open-dialog.ts'
import { hasUndo, undoLast } from '../../ui/toasts/toasts.ts'

/** The actions of the app itself, independent of features. */
export const appActions = {
  goToSettings: {
    id: 'goToSettings',
    group: 'go',
    name: () => s.actions.goTo(s.sidebar.settings),
    icon: IconSettings,
    shortcut: 'G S',
    isVisible: () => true,
    perform: ({ navigate }) => navigate('/settings'),
  },
  undo: {
    id: 'undo',
    group: 'app',
    name: () => s.actions.undo,
    icon: IconArrowBackUp,
    shortcut: 'Z',
    isVisible: hasUndo,
    perform: undoLast,
  },
  commands: {
    id: 'commands',
    group: 'app',
    name: () => s.actions.commands,
    icon: IconCommand,
    shortcut: 'Mod+K',
    isVisible: () => true,
    perform: () => dialogStore.open('commands'),
  },
  help: {
    id: 'help',
    group: 'app',
    name: () => s.actions.help,
    icon: IconKeyboard,
    shortcut: '?',
    isVisible: () => true,
    perform: () => dialogStore.open('help'),
  },
} satisfies Record<string, Action>
