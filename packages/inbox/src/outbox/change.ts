import type { Teammate } from '../api/types.ts'

/** The status that is written; what is read of an open one says whether it is assigned, and of spam that it is deleted. */
export type WrittenStatus = 'open' | 'archived' | 'deleted' | 'spam'

/** What a teammate does to a conversation beside writing in it. */
export type ConversationChange =
  | { does: 'put'; status: WrittenStatus }
  | { does: 'assign'; assignee: Teammate | null }
  /** Up to a message; null: to the newest. */
  | { does: 'read'; upTo: string | null }
  | { does: 'unread' }
