import type { ChannelRequest, ConversationReference, MessageRequest } from '@portico/protocol'

/**
 * The text of a request to a channel server: the one JSON.stringify whose UTF-8 bytes are stored, signed and sent, now and at
 * every repeat. Receivers that stringify again what they parsed get the same bytes.
 */
export function requestText(request: ChannelRequest): string {
  return JSON.stringify(request)
}

/**
 * The request to a custom channel, the older kind, made of a stored one: the message alone, with the reference that threads it. The same
 * request gives the same bytes.
 */
export function messageAlone(request: Buffer): Buffer {
  const { payload, metadata } = JSON.parse(request.toString()) as MessageRequest
  const { external_conversation_id: thread } = metadata
  const headers = { ...payload.metadata, ...(thread !== undefined && { thread_ref: thread }) }
  return Buffer.from(JSON.stringify({ ...payload, metadata: headers }))
}

/** The `metadata` of a request about a message. `externalIds`: the channel's ids of the conversation, oldest first. */
export function conversationReference(externalIds: string[]): ConversationReference {
  const [first] = externalIds
  return {
    ...(first !== undefined && { external_conversation_id: first }),
    external_conversation_ids: externalIds,
  }
}
