import type { Conversation, GoneConversation } from '../api/types.ts'

/** True for the conversation of an event that is no longer visible to the reader. */
export function isGone(conversation: Conversation | GoneConversation): conversation is GoneConversation {
  return conversation.inbox_id === null
}
