import type { QueryClient } from '@tanstack/react-query'
import type { HubEvent, Message } from '../api/types.ts'
import { knownConversation } from '../conversations/queries.ts'
import { isGone } from '../stream/gone.ts'
import { dismissToastsAbout } from '../ui/toasts/toasts.ts'
import { unreadQuery } from '../views/unread.ts'
import { isUndoable } from './delivery-texts.ts'

/** Whether a conversation comes to those with what did not arrive, or leaves them. Of one that is not known here only the hub knows. */
export function changesCounts(queryClient: QueryClient, { type, conversation }: HubEvent): boolean {
  if (type !== 'sending_error' && type !== 'delivery') return false
  if (!conversation || isGone(conversation)) return true
  const before = knownConversation(queryClient, conversation.id)
  if (before) return (before.undelivered === null) !== (conversation.undelivered === null)
  return conversation.undelivered !== null || (queryClient.getQueryData(unreadQuery.queryKey)?.undelivered ?? 0) > 0
}

/** What can be undone no more is not offered. */
export function onEvent(_queryClient: QueryClient, { target }: HubEvent): void {
  if (target?._meta.type !== 'message' || !target.data) return
  const message = target.data as Message
  if (message.delivery && !isUndoable(message.delivery)) dismissToastsAbout(message.id)
}
