import { IconInbox, IconMessage, IconMessages, IconUser, IconUserPlus } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { ActionContext } from '../../actions/action.ts'
import type { Channel, Conversation, Teammate } from '../../api/types.ts'
import { isAssignable } from '../../conversations/actions.ts'
import { list } from '../../conversations/list-state.ts'
import { assign } from '../../conversations/verbs.ts'
import { recipientName } from '../../conversations/words.ts'
import { s } from '../../strings/strings.ts'
import { nameAmong } from '../../teammates/queries.ts'
import type { Choice } from '../../ui/dialogs/choices.ts'
import { panels } from '../../ui/dialogs/panels.ts'
import { homeOf, viewPath } from '../../views/view.ts'

interface Named {
  channels: Channel[]
  teammates: Teammate[]
  /** Those that were loaded, the newest first. */
  conversations: Conversation[]
}

/** What is found by its name: inboxes, customers, teammates, channels. */
export function nameChoices(context: ActionContext, { channels, teammates, conversations }: Named): Choice[] {
  return [
    ...context.inboxes.slice(1).map((inbox) => inboxChoice(context, inbox)),
    ...conversations.map((one) => customerChoice(context, one)),
    ...teammates.map((one) => teammateChoice(context, one, nameAmong(one, teammates))),
    ...channels.map((one) => channelChoice(context, one)),
  ]
}

function inboxChoice(context: ActionContext, { id, name }: ActionContext['inboxes'][number]): Choice {
  const path = viewPath({ kind: 'inbox', inboxId: id })
  const group = s.actions.groups.go
  return { ...goingTo(context, path, <IconInbox size={16} aria-hidden />), id, name: s.actions.goToInbox(name), group }
}

function customerChoice(context: ActionContext, conversation: Conversation): Choice {
  const { id, recipient, subject } = conversation
  const who = recipientName(conversation)
  return {
    ...goingTo(context, viewPath(homeOf(conversation), id), <IconMessage size={16} aria-hidden />),
    id,
    name: subject ? `${who}: ${subject}` : who,
    keywords: recipient?.handle,
    isOnlyFound: true,
  }
}

/** Their name hands over what is chosen, where something is; elsewhere it leads to the list of teammates. */
function teammateChoice(context: ActionContext, teammate: Teammate, name: string): Choice {
  const named = { id: teammate.id, keywords: teammate.email, isOnlyFound: true }
  if (!isAssignable(context)) {
    return {
      ...goingTo(context, '/settings/teammates', <IconUser size={16} aria-hidden />),
      ...named,
      name,
    }
  }
  return {
    ...named,
    name: s.actions.assignTo(name),
    icon: <IconUserPlus size={16} aria-hidden />,
    perform: () => {
      panels.close()
      assign(context.queryClient, context.targets, teammate)
      list.clearSelection()
    },
  }
}

function channelChoice(context: ActionContext, { id, name }: Channel): Choice {
  const path = `/settings/channels/${id}`
  return { ...goingTo(context, path, <IconMessages size={16} aria-hidden />), id, name, isOnlyFound: true }
}

function goingTo({ navigate }: ActionContext, path: string, icon: ReactNode): Pick<Choice, 'icon' | 'perform'> {
  return {
    icon,
    perform: () => {
      panels.close()
      navigate(path)
    },
  }
}
