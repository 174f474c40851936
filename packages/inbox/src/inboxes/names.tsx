import { IconInbox } from '@tabler/icons-react'
import { goingTo, type Names } from '../actions/names.ts'
import { s } from '../strings/strings.ts'
import { inboxView } from './view.ts'

/** The first has an action of its own. */
export const names: Names = {
  choices: (context) =>
    context.inboxes.slice(1).map((inbox) => ({
      id: inbox.id,
      name: s.actions.goTo(inbox.name),
      icon: <IconInbox size={16} aria-hidden />,
      group: s.actions.groups.go,
      perform: goingTo(context, inboxView(inbox).path),
    })),
}
