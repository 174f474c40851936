import type { QueryClient } from '@tanstack/react-query'
import type { HubEvent, Message } from '../api/types.ts'
import { knownConversation } from '../conversations/queries.ts'
import { isGone } from '../stream/gone.ts'
import { dismissToastsAbout } from '../ui/toasts/toasts.ts'
import { unreadQuery } from '../views/unread.ts'
import { isUndoable } from './delivery-texts.ts'

/** Whether a conversation enters or leaves the view "Not delivered". Only the hub knows that of one that is not cached here. */
export function changesCounts(queryClient: QueryClient, { type, conversation }: HubEvent): boolean {
  if (type !== 'sending_error' && type !== 'delivery') return false
  if (!conversation || isGone(conversation)) return true
  const before = knownConversation(queryClient, conversation.id)
  if (before) return (before.undelivered === null) !== (conversation.undelivered === null)
  return conversation.undelivered !== null || (queryClient.getQueryData(unreadQuery.queryKey)?.undelivered ?? 0) > 0
}

/** Removes the offer to undo once that is not possible. */
export function onEvent(_queryClient: QueryClient, { target }: HubEvent): void {
  if (target?._meta.type !== 'message' || !target.data) return
  const message = target.data as Message
  if (message.delivery && !isUndoable(message.delivery)) dismissToastsAbout(message.id)
}
