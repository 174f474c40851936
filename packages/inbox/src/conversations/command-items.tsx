import { IconMessage, IconUser, IconUserPlus } from '@tabler/icons-react'
import type { ActionContext } from '../actions/action.ts'
import { type CommandItems, goingTo } from '../actions/command-items.ts'
import type { Conversation, Teammate } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import { nameAmong, teammatesQuery } from '../teammates/queries.ts'
import type { Choice } from '../ui/dialogs/choices.ts'
import { dialogStore } from '../ui/dialogs/open-dialog.ts'
import { viewPath } from '../views/view.ts'
import { isAssignable } from './actions.ts'
import { list } from './list-state.ts'
import { knownConversations } from './queries.ts'
import { recipientName } from './recipient-name.ts'
import { assign } from './verbs.ts'
import { homeOf } from './views.ts'

/** Customers of conversations that were loaded, and teammates to hand them over to. */
export const commandItems: CommandItems = {
  query: teammatesQuery,
  choices(context) {
    const teammates = context.queryClient.getQueryData(teammatesQuery.queryKey) ?? []
    return [
      ...knownConversations(context.queryClient).map((knownConversation) => customerChoice(context, knownConversation)),
      ...teammates.map((teammate) => teammateChoice(context, teammate, nameAmong(teammate, teammates))),
    ]
  },
}

function customerChoice(context: ActionContext, conversation: Conversation): Choice {
  const { id, recipient, subject } = conversation
  const who = recipientName(conversation)
  return {
    id,
    name: subject ? `${who}: ${subject}` : who,
    icon: <IconMessage size={16} aria-hidden />,
    keywords: recipient?.handle,
    isOnlyFound: true,
    perform: goingTo(context, viewPath(homeOf(conversation, context.inboxes), id)),
  }
}

/** Teammates: choosing one assigns the selected conversation, or opens the list of teammates. */
function teammateChoice(context: ActionContext, teammate: Teammate, name: string): Choice {
  const found = { id: teammate.id, keywords: teammate.email, isOnlyFound: true }
  if (!isAssignable(context)) {
    const perform = goingTo(context, '/settings/teammates')
    return { ...found, name, icon: <IconUser size={16} aria-hidden />, perform }
  }
  return {
    ...found,
    name: s.actions.assignTo(name),
    icon: <IconUserPlus size={16} aria-hidden />,
    perform: () => {
      dialogStore.close()
      assign(context.queryClient, context.targets, teammate)
      list.clearSelection()
    },
  }
}
