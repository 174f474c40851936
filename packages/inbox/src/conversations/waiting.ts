import type { Conversation } from '../api/types.ts'
import type { ConversationChange } from '../outbox/change.ts'
import { type Item, items } from '../outbox/items.ts'
import { changed } from './change.ts'

/** A change on its way to the hub. */
export interface WaitingChange extends Item {
  kind: 'change'
  change: ConversationChange
  /** The customer's message that had come last when it was made. */
  seenId: string | null
}

/** The conversation as it is once everything that waits on this device has reached the hub. */
export function withWaiting(conversation: Conversation): Conversation {
  return items
    .all()
    .filter((item) => item.conversationId === conversation.id)
    .reduce((one, item) => (item.change ? changed(one, item.change) : one), conversation)
}
