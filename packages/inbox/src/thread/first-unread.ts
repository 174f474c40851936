import type { Message } from '../api/types.ts'

/** The first unread message: after the last one of us. Null when the conversation is read. */
export function firstUnread(messages: Message[], isUnread: boolean): string | null {
  if (!isUnread) return null
  const lastOurs = messages.findLastIndex((message) => !message.is_inbound)
  return messages[lastOurs + 1]?.id ?? null
}
