import { IconInbox } from '@tabler/icons-react'
import { type CommandItems, goingTo } from '../actions/command-items.ts'
import { s } from '../strings/strings.ts'
import { inboxView } from './view.ts'

/** The first inbox is left out: it has an action. */
export const commandItems: CommandItems = {
  choices: (context) =>
    context.inboxes.slice(1).map((inbox) => ({
      id: inbox.id,
      name: s.actions.goTo(inbox.name),
      icon: <IconInbox size={16} aria-hidden />,
      group: s.actions.groups.go,
      perform: goingTo(context, inboxView(inbox).path),
    })),
}
