import type { ChannelRequest, ConversationReference } from '@portico/protocol'

/**
 * The text of a request to a channel server: the one JSON.stringify whose UTF-8 bytes are stored, signed and sent, now and at
 * every repeat. Receivers that stringify again what they parsed get the same bytes.
 */
export function requestText(request: ChannelRequest): string {
  return JSON.stringify(request)
}

/** The `metadata` of a request about a message. `externalIds`: the channel's ids of the conversation, oldest first. */
export function conversationReference(externalIds: string[]): ConversationReference {
  const [first] = externalIds
  return {
    ...(first !== undefined && { external_conversation_id: first }),
    external_conversation_ids: externalIds,
  }
}
