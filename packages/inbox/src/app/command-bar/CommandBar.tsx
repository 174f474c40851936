import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ActionContext } from '../../actions/action.ts'
import { useActionContext } from '../../actions/context.tsx'
import { channelsQuery } from '../../channels/queries.ts'
import { knownConversations } from '../../conversations/queries.ts'
import { s } from '../../strings/strings.ts'
import { teammatesQuery } from '../../teammates/queries.ts'
import { Chooser } from '../../ui/dialogs/Chooser.tsx'
import type { Choice } from '../../ui/dialogs/choices.ts'
import { Dialog } from '../../ui/dialogs/Dialog.tsx'
import { panels } from '../../ui/dialogs/panels.ts'
import { shownShortcut } from '../../ui/keys/shortcut.ts'
import { allActions } from '../actions/registry.ts'
import { nameChoices } from './names.tsx'

/** Everything that can be done here, by name. */
export default function CommandBar() {
  const context = useActionContext()
  const queryClient = useQueryClient()
  const { data: channels = [] } = useQuery(channelsQuery)
  const { data: teammates = [] } = useQuery(teammatesQuery)
  const conversations = knownConversations(queryClient)
  return (
    <Dialog label={s.commandBar.label}>
      <Chooser
        label={s.commandBar.label}
        placeholder={s.commandBar.placeholder}
        empty={s.commandBar.empty}
        choices={[...actionChoices(context), ...nameChoices(context, { channels, teammates, conversations })]}
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
