import type { HubEvent } from '../api/types.ts'

/** Whether a conversation is unread for this teammate after an event. undefined: it cannot be known from here. */
export function unreadAfter({ type, data }: HubEvent, before: boolean | undefined): boolean | undefined {
  if (type === 'inbound' || (type !== 'read' && data?.unread === true)) return true
  if (type === 'read') return data?.unread === true
  return before
}
