import { IconCircleCheck, IconInbox } from '@tabler/icons-react'
import type { Inbox } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import { isOpen, type View, type ViewPerInbox } from '../views/view.ts'

/** The view of an inbox's open conversations. */
export function inboxView({ id, name }: Pick<Inbox, 'id' | 'name'>): View {
  return {
    key: id,
    path: `/inboxes/${id}`,
    name,
    icon: IconInbox,
    inboxId: id,
    filter: { inbox_id: id, status: 'open' },
    matches: (conversation) => isOpen(conversation) && conversation.inbox_id === id,
    empty: { title: s.conversations.emptyInbox, hint: s.conversations.emptyInboxHint, icon: IconCircleCheck },
    count: ({ inboxes }) => inboxes[id],
  }
}

export const inboxViews: ViewPerInbox = { path: '/inboxes/$inboxId', heading: s.sidebar.inboxes, forInbox: inboxView }
