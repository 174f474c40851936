import { IconInbox } from '@tabler/icons-react'
import type { ActionContext } from '../actions/action.ts'
import { useActionContext } from '../actions/context.tsx'
import { allActions } from '../actions/registry.ts'
import { shownShortcut } from '../actions/shortcut.ts'
import { panels } from '../shell/panels.ts'
import { s } from '../strings/strings.ts'
import { viewPath } from '../views/view.ts'
import { Chooser } from './Chooser.tsx'
import type { Choice } from './choices.ts'
import { Dialog } from './Dialog.tsx'

/** Everything that can be done here, by name. */
export default function CommandBar() {
  const context = useActionContext()
  return (
    <Dialog label={s.commandBar.label}>
      <Chooser
        label={s.commandBar.label}
        placeholder={s.commandBar.placeholder}
        empty={s.commandBar.empty}
        choices={[...actionChoices(context), ...inboxChoices(context)]}
      />
    </Dialog>
  )
}

function actionChoices(context: ActionContext): Choice[] {
  return allActions
    .filter((action) => action.id !== 'commands' && action.isVisible(context))
    .map(({ id, icon: Icon, ...action }) => ({
      id,
      name: action.name(context),
      icon: <Icon size={16} aria-hidden />,
      group: s.actions.groups[action.group],
      keywords: action.keywords,
      shortcut: action.shortcut && shownShortcut(action.shortcut),
      perform: () => {
        panels.close()
        // after the dialog gave the focus back
        setTimeout(() => action.perform(context))
      },
    }))
}

function inboxChoices({ inboxes, navigate }: ActionContext): Choice[] {
  return inboxes.slice(1).map((inbox) => ({
    id: inbox.id,
    name: s.actions.goToInbox(inbox.name),
    icon: <IconInbox size={16} aria-hidden />,
    group: s.actions.groups.go,
    perform: () => {
      panels.close()
      navigate(viewPath({ kind: 'inbox', inboxId: inbox.id }))
    },
  }))
}
