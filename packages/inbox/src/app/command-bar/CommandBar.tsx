import { useQueries } from '@tanstack/react-query'
import type { Action, ActionContext } from '../../actions/action.ts'
import type { CommandItems } from '../../actions/command-items.ts'
import { useActionContext } from '../../actions/context.tsx'
import { s } from '../../strings/strings.ts'
import { Chooser } from '../../ui/dialogs/Chooser.tsx'
import type { Choice } from '../../ui/dialogs/choices.ts'
import { Dialog } from '../../ui/dialogs/Dialog.tsx'
import { dialogStore } from '../../ui/dialogs/open-dialog.ts'
import { shownShortcut } from '../../ui/keys/shortcut.ts'

/** Everything that can be done here, by name. */
export function CommandBar({ actions, items }: { actions: Action[]; items: CommandItems[] }) {
  const context = useActionContext()
  // items appear when they are loaded
  useQueries({ queries: items.flatMap(({ query = [] }) => query) })
  return (
    <Dialog label={s.commandBar.label}>
      <Chooser
        label={s.commandBar.label}
        placeholder={s.commandBar.placeholder}
        empty={s.commandBar.empty}
        choices={[...actionChoices(actions, context), ...items.flatMap((item) => item.choices(context))]}
      />
    </Dialog>
  )
}

function actionChoices(actions: Action[], context: ActionContext): Choice[] {
  return actions
    .filter((action) => action.id !== 'commands' && action.isVisible(context))
    .map(({ id, icon: Icon, ...action }) => ({
      id,
      name: action.name(context),
      icon: <Icon size={16} aria-hidden />,
      group: s.actions.groups[action.group],
      keywords: action.keywords,
      shortcut: action.shortcut && shownShortcut(action.shortcut),
      perform: () => {
        dialogStore.close()
        // waits until the dialog has returned the focus
        setTimeout(() => action.perform({ ...context, ...context.now() }))
      },
    }))
}
