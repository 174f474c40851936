import type { Conversation, GoneConversation } from '../api/types.ts'

/** Of an event: the reader sees its conversation no more. */
export function isGone(conversation: Conversation | GoneConversation): conversation is GoneConversation {
  return conversation.inbox_id === null
}
