import type { Icon } from '@tabler/icons-react'
import type { Conversation, Inbox } from '../api/types.ts'
import type { Counts } from './unread.ts'

/** A list of conversations. A feature declares its own, and its manifest lists them. */
export interface View {
  /** The cache key of its list. */
  key: string
  path: string
  name: string
  icon: Icon
  /** The shortcut that opens it. */
  shortcut?: string
  /** The inbox of a view of one inbox. */
  inboxId?: string
  /** The query of GET /conversations. */
  filter: Record<string, string>
  /** The hub's rule of the view, so that a live change moves a row without a request. */
  matches(conversation: Conversation, myId: string): boolean
  /** The texts of the empty state; `touchHint` replaces a hint that names a key. */
  empty: { title: string; hint: string; touchHint?: string; icon: Icon }
  /** The number beside its name, and its text for screen readers where that is not "unread". */
  count?(counts: Counts): number | undefined
  countText?(count: number): string
}

/** A view that each inbox has. */
export interface ViewPerInbox {
  /** The path, with the inbox as a parameter. */
  path: string
  heading: string
  forInbox(inbox: Pick<Inbox, 'id' | 'name'>): View
}

/** The path of the list, or of a conversation in it. */
export function viewPath({ path }: Pick<View, 'path'>, conversationId?: string): string {
  return conversationId ? `${path}/${conversationId}` : path
}

export function isOpen({ status }: Conversation): boolean {
  return status === 'assigned' || status === 'unassigned'
}
