import type { Conversation } from '../api/types.ts'

/** Which conversations the list shows. */
export type View = { kind: 'inbox'; inboxId: string } | { kind: PlainView }

/** The views that every teammate has, of all their inboxes; each is found at its name. */
export const plainViews = ['assigned', 'undelivered', 'archived', 'trash', 'spam'] as const
type PlainView = (typeof plainViews)[number]

export function viewKey(view: View): string {
  return view.kind === 'inbox' ? view.inboxId : view.kind
}

/** The query of GET /conversations that lists the view. */
export function viewFilter(view: View): Record<string, string> {
  switch (view.kind) {
    case 'inbox':
      return { inbox_id: view.inboxId, status: 'open' }
    case 'assigned':
      return { assignee_id: 'me', status: 'open' }
    case 'undelivered':
      return { undelivered: 'true' }
    case 'archived':
      return { status: 'archived' }
    case 'trash':
      return { status: 'trashed' }
    case 'spam':
      return { status: 'spam' }
  }
}

/** The same rule as the hub's, so that a live change moves a row without asking. */
export function belongsTo(view: View, conversation: Conversation, myId: string): boolean {
  const isOpen = conversation.status === 'assigned' || conversation.status === 'unassigned'
  switch (view.kind) {
    case 'inbox':
      return isOpen && conversation.inbox_id === view.inboxId
    case 'assigned':
      return isOpen && conversation.assignee?.id === myId
    case 'undelivered':
      return conversation.undelivered !== null && (isOpen || conversation.status === 'archived')
    case 'archived':
      return conversation.status === 'archived'
    case 'trash':
      return conversation.status === 'deleted' && !conversation.is_spam
    case 'spam':
      return conversation.is_spam
  }
}

/** Where a conversation is listed, whoever it is assigned to. */
export function homeOf(conversation: Conversation): View {
  if (conversation.is_spam) return { kind: 'spam' }
  if (conversation.status === 'deleted') return { kind: 'trash' }
  if (conversation.status === 'archived') return { kind: 'archived' }
  return { kind: 'inbox', inboxId: conversation.inbox_id }
}

/** Where the list, or one conversation in it, is found. */
export function viewPath(view: View, conversationId?: string): string {
  const base = view.kind === 'inbox' ? `/inboxes/${view.inboxId}` : `/${view.kind}`
  return conversationId ? `${base}/${conversationId}` : base
}
