import type { Message } from '../api/types.ts'

/** Where unread begins: after the last thing one of us wrote. Null when the conversation is read. */
export function firstUnread(messages: Message[], isUnread: boolean): string | null {
  if (!isUnread) return null
  const lastOurs = messages.findLastIndex((message) => !message.is_inbound)
  return messages[lastOurs + 1]?.id ?? null
}
