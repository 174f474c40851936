import type { Conversation } from '../api/types.ts'
import type { ConversationChange } from '../outbox/change.ts'
import { type Item, items } from '../outbox/items.ts'
import { changed } from './change.ts'

/** A queued change of a conversation. */
export interface WaitingChange extends Item {
  kind: 'change'
  change: ConversationChange
  /** The newest message of the customer when the change was made. */
  seenId: string | null
}

/** The conversation with the queued changes of this device applied. */
export function withWaiting(conversation: Conversation): Conversation {
  return items
    .all()
    .filter((item) => item.conversationId === conversation.id)
    .reduce((result, item) => (item.change ? changed(result, item.change) : result), conversation)
}
