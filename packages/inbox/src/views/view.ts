import type { Icon } from '@tabler/icons-react'
import type { Conversation, Inbox } from '../api/types.ts'
import type { Counts } from './unread.ts'

/** A list of conversations. A feature declares its own, and its manifest lists them. */
export interface View {
  /** What its list is cached under. */
  key: string
  path: string
  name: string
  icon: Icon
  /** Keys that go there. */
  shortcut?: string
  /** The inbox that it is of, where it is of one. */
  inboxId?: string
  /** The query of GET /conversations that lists it. */
  filter: Record<string, string>
  /** The same rule as the hub's, so that a live change moves a row without asking. */
  belongs(conversation: Conversation, myId: string): boolean
  /** What belongs there, and why there is none; `touchHint` where the hint names a key. */
  empty: { title: string; hint: string; touchHint?: string; icon: Icon }
  /** The number beside its name, and how it is read out where that is not "unread". */
  count?(counts: Counts): number | undefined
  countText?(count: number): string
}

/** Views of which each inbox has one. */
export interface ViewPerInbox {
  /** With a parameter: the inbox. */
  path: string
  heading: string
  of(inbox: Pick<Inbox, 'id' | 'name'>): View
}

/** Where the list, or one conversation in it, is found. */
export function viewPath({ path }: Pick<View, 'path'>, conversationId?: string): string {
  return conversationId ? `${path}/${conversationId}` : path
}

export function isOpen({ status }: Conversation): boolean {
  return status === 'assigned' || status === 'unassigned'
}
